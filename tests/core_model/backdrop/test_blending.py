"""What is known is kept, what is not comes from its surroundings, and no seam is seen."""

import numpy as np

from core_model.backdrop.blending import complete, put_behind

SIZE = 128
FLAT = np.full((SIZE, SIZE, 3), (90, 120, 150), np.uint8)


def disc(radius: int) -> np.ndarray:
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    return x**2 + y**2 < radius**2


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, FLAT.shape, dtype=np.uint8)


def test_complete_keeps_the_known_and_fills_the_rest_from_around() -> None:
    hole = disc(20)
    image = np.where(hole[..., None], noise(), FLAT)
    filled = complete(image, ~hole)
    assert np.abs(filled.astype(int) - FLAT).max() <= 1
    np.testing.assert_array_equal(complete(noise(), ~hole)[~disc(30)], noise()[~disc(30)])
    np.testing.assert_array_equal(complete(noise(), np.ones((SIZE, SIZE), bool)), noise())


def test_the_person_goes_and_the_clean_background_comes() -> None:
    current = np.where(disc(20)[..., None], np.uint8(255), noise())
    out = put_behind(current, disc(24), noise(), np.ones((SIZE, SIZE), bool))
    np.testing.assert_array_equal(out, noise())


def test_where_nothing_is_known_the_surroundings_fill_in() -> None:
    current = np.where(disc(20)[..., None], np.uint8(255), FLAT)
    out = put_behind(current, disc(24), np.zeros_like(FLAT), np.zeros((SIZE, SIZE), bool))
    assert np.abs(out.astype(int) - FLAT).max() <= 1


def test_light_is_matched_but_what_stands_beside_the_person_is_not_taken_for_light() -> None:
    current = FLAT + np.uint8(10)
    everywhere = np.ones((SIZE, SIZE), bool)
    assert np.abs(put_behind(current, disc(24), FLAT, everywhere).astype(int) - current).max() <= 1
    current[50:78, 95:120] = 255
    out = put_behind(current, disc(24), FLAT, everywhere)
    assert np.abs(out[disc(20)].astype(int) - FLAT[disc(20)] - 10).max() <= 1


def test_no_seam_between_known_and_invented() -> None:
    known = np.ones((SIZE, SIZE), bool)
    known[:, SIZE // 2 :] = ~disc(40)[:, SIZE // 2 :]
    ramp = np.repeat(np.linspace(60, 180, SIZE)[None, :, None], SIZE, axis=0).repeat(3, axis=2).astype(np.uint8)
    out = put_behind(np.where(disc(40)[..., None], np.uint8(0), ramp), disc(42), ramp * known[..., None], known)
    steps = np.abs(np.diff(out.astype(int), axis=1)).max()
    assert steps <= 16
