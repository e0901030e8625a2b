"""Poses stay within the limits and in the picture; a limb that is not there is said to be missing."""

from dataclasses import replace

import numpy as np
import pytest

from core_model.evaluation.gallery import (
    LIMBS,
    Novel,
    framed,
    inspected,
    novel_poses,
    page,
    person_in,
    summary,
    turned_limbs,
)
from core_model.evaluation.scenes import Scene
from core_model.geometry.crop import to_crop
from core_model.limits import LIMITS_RAD
from core_model.prediction import CROP_PX, Factors, Synthesis
from core_model.skeleton import BACKGROUND, PARTS
from core_model.synthesis import joints_of, stand
from tests.core_model.evaluation.clip_people import Guesser, clip


@pytest.fixture(scope="module")
def factors() -> Factors:
    return framed(Guesser().predict(np.full((256, 256, 3), 99, np.uint8)).factors.edited(angles_rad=np.zeros((20, 2))))


def _shown(factors: Factors, mask: np.ndarray) -> Novel:
    joints_m, joints_px = joints_of(factors)
    made = Synthesis(factors.background, mask, mask.astype(np.uint8), joints_m, joints_px, factors.box_px, mask)
    return inspected("somebody", "turned", made, factors)


def _label(factors: Factors) -> np.ndarray:
    joints_m, joints_px = joints_of(factors)
    return stand(joints_px, joints_m, factors.box_px).drawing.label


def test_the_puppet_itself_is_whole_and_sharp(factors: Factors) -> None:
    found = _shown(factors, (_label(factors) != BACKGROUND).astype(np.float32))
    assert np.nanmin(found.shown) == 1
    assert found.stray == found.edge_px == 0


@pytest.mark.parametrize("part", ["l_forearm", "r_shin", "head"])
def test_a_limb_that_is_not_there_is_missing(factors: Factors, part: str) -> None:
    label = _label(factors)
    mask = ((label != BACKGROUND) & (label != PARTS.index(part))).astype(np.float32)
    assert _shown(factors, mask).worst == (part, 0)
    assert f"{part} 0 %" in summary([_shown(factors, mask)])


def test_a_ghost_and_a_soft_rim_are_seen(factors: Factors) -> None:
    mask = (_label(factors) != BACKGROUND).astype(np.float32)
    mask[:20, :20] = 1
    assert _shown(factors, mask).stray == pytest.approx(400 / mask.sum())
    assert _shown(factors, np.where(mask == 0, 0.05, mask)).stray == pytest.approx(400 / mask.sum())
    assert _shown(factors, mask * 0.8).edge_px > 1
    assert np.nanmin(_shown(factors, mask * 0.8).shown) == 1


def test_limbs_are_turned_within_their_limits_and_nothing_else_is() -> None:
    rng = np.random.default_rng(0)
    angles = np.stack([turned_limbs(np.zeros((20, 2)), rng) for _ in range(200)])
    others = np.setdiff1d(np.arange(20), LIMBS)
    assert (angles[:, others] == 0).all()
    assert (angles >= LIMITS_RAD[..., 0] - 1e-9).all()
    assert (angles <= LIMITS_RAD[..., 1] + 1e-9).all()
    assert ((angles[:, LIMBS] != 0).any(axis=-1).mean(axis=0) > 0.3).all()


def test_a_seed_gives_one_page_of_whole_people() -> None:
    scene = Scene.of(clip(), Guesser())
    person = person_in(scene)
    assert person is not None
    one, again = (list(novel_poses([("somebody", scene, person)], Guesser(), 12, seed=3)) for _ in range(2))
    assert {novel.kind for novel in one} == {"recorded", "turned"}
    for novel in one:
        crop_px = to_crop(novel.made.joints2d_px, novel.made.box_px, CROP_PX)
        assert ((crop_px > 0) & (crop_px < CROP_PX)).all()
    np.testing.assert_array_equal(page(one), page(again))
    assert page(one).shape[0] == 2 * page(one[:10]).shape[0]


def test_who_is_never_understood_is_not_shown() -> None:
    scene = Scene.of(clip(), Guesser())
    unsure = [replace(prediction, confidence=np.zeros(21)) for prediction in scene.seen]
    assert person_in(replace(scene, seen=unsure)) is None
