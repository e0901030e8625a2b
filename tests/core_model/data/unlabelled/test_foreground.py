"""The outline comes from the background alone; where that is unknown or alike, little is certain."""

import numpy as np

from core_model.data.unlabelled.background import Background
from core_model.data.unlabelled.foreground import Foreground, estimate_foreground

SIDE = 128
PERSON = np.zeros((SIDE, SIDE), bool)
PERSON[20:110, 50:80] = True
ABOUT = np.zeros((SIDE, SIDE), bool)
ABOUT[10:120, 40:90] = True


def wall() -> Background:
    rng = np.random.default_rng(0)
    image = np.kron(rng.integers(80, 160, (16, 16, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    return Background(image, np.ones((SIDE, SIDE), bool), np.full((SIDE, SIDE), 2, np.float32))


def before(background: Background, rgb: tuple[int, int, int] = (30, 30, 220), gain: float = 1.0) -> np.ndarray:
    """A person before it, with a camera's noise."""
    image = background.image * gain
    image[PERSON] = rgb
    return (image + np.random.default_rng(1).normal(0, 2, image.shape)).clip(0, 255).astype(np.uint8)


def agreement(found: Foreground) -> float:
    return float((found.mask & PERSON).sum() / (found.mask | PERSON).sum())


def test_the_outline_is_found_and_sure() -> None:
    found = estimate_foreground(before(wall()), wall(), ABOUT)
    assert agreement(found) > 0.9
    assert found.confidence[PERSON].mean() > 0.9
    assert found.confidence[~ABOUT].mean() > 0.5


def test_nobody_there_nobody_found() -> None:
    assert not estimate_foreground(wall().image, wall(), ABOUT).mask.any()


def test_nothing_is_certain_where_the_background_is_unknown() -> None:
    background = wall()
    background.known[:60] = False
    found = estimate_foreground(before(background), background, ABOUT)
    assert found.confidence[:60].max() == 0
    assert not found.mask[:60].any()
    assert found.confidence[70:100, 55:75].mean() > 0.9


def test_a_person_like_the_background_is_doubtful() -> None:
    plain = Background(np.full((SIDE, SIDE, 3), 120, np.uint8), wall().known, wall().noise)
    found = estimate_foreground(before(plain, (124, 120, 118)), plain, ABOUT)
    assert found.confidence[PERSON].max() <= 0.3


def test_noise_of_the_background_takes_certainty() -> None:
    noisy = Background(wall().image, wall().known, np.full((SIDE, SIDE), 40, np.float32))
    assert estimate_foreground(before(noisy), noisy, ABOUT).confidence[PERSON].mean() < 0.3


def test_exposure_and_shadows_are_no_people() -> None:
    assert agreement(estimate_foreground(before(wall(), gain=1.2), wall(), ABOUT)) > 0.9
    shaded = before(wall()).astype(np.float32)
    shaded[100:118, 60:120] *= 0.85
    shaded[PERSON] = before(wall())[PERSON]
    found = estimate_foreground(shaded.astype(np.uint8), wall(), ABOUT)
    assert agreement(found) > 0.9


def test_what_moves_elsewhere_is_somebody_else() -> None:
    image = before(wall())
    image[30:100, 100:120] = (200, 20, 20)
    found = estimate_foreground(image, wall(), ABOUT)
    assert not found.mask[:, 100:].any()
    assert found.confidence[40:90, 105:115].max() == 0
