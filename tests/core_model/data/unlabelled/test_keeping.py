"""Frames the network doubts or contradicts itself on are left out; the rest are thinned out in runs."""

import numpy as np
import pytest

from core_model.data.unlabelled.keeping import RUN, Novelty, is_unsure, share_on_person, thinned
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors, Prediction
from core_model.skeleton import BACKGROUND, PART_ANCHORS


def seen(confidence: float = 0.9, misplaced: bool = False) -> Prediction:
    """Someone whose joints lie on a grid, each part a block about its near joint."""
    grid = np.stack(np.meshgrid(np.arange(7), np.arange(3)), -1).reshape(-1, 2)[:21]
    joints = np.concatenate([(grid - [3, 1]) * 0.3, np.full((21, 1), 3.0)], axis=1)
    camera = Camera(np.eye(3), joints[0], 400.0, (512, 512))
    points = camera.project(joints) / 2  # the crop is the whole frame at half its size
    parts = np.full((CROP_PX, CROP_PX), BACKGROUND, np.uint8)
    for x, y in points.astype(int):
        parts[y - 12 : y + 12, x - 12 : x + 12] = 1
    for part, (near, _) in enumerate(PART_ANCHORS):
        x, y = points[near].astype(int)
        parts[y - 3 + part % 3 : y + 6, x - 10 + part : x + part] = part
    if misplaced:
        parts = np.roll(parts, 128, axis=0)
    empty = np.zeros((14, 4, *ATLAS_PX), np.float32)
    box = np.array([0.0, 0, 512, 512])
    factors = Factors(np.zeros((20, 2)), np.zeros(12), camera, box, empty, np.zeros((CROP_PX, CROP_PX, 3), np.uint8))
    return Prediction(factors, joints, points * 2, np.full(21, confidence), 1.0, parts, None)


def test_frames_the_network_doubts_or_contradicts_itself_on_are_left_out() -> None:
    for prediction, unsure in ((seen(), False), (seen(confidence=0.1), True), (seen(misplaced=True), True)):
        assert is_unsure(prediction, prediction.joints2d_px / 2) == unsure


def test_points_are_on_the_person_or_not() -> None:
    parts = np.full((CROP_PX, CROP_PX), BACKGROUND, np.uint8)
    points = np.full((21, 2), 100.0)
    assert share_on_person(parts, points) == 0
    parts[100, 100] = 3
    assert share_on_person(parts, points) == 1


def test_a_frame_is_new_if_picture_or_pose_change() -> None:
    rng = np.random.default_rng(0)
    crop, joints = rng.integers(0, 200, (64, 64, 3)).astype(np.uint8), rng.normal(size=(21, 3))
    novelty = Novelty()
    assert novelty.is_new(crop, joints)
    assert not novelty.is_new(crop + np.uint8(1), joints + 0.001 * rng.normal(size=(21, 3)))
    assert novelty.is_new(crop + np.uint8(20), joints)
    assert novelty.is_new(crop + np.uint8(20), rng.normal(size=(21, 3)))


@pytest.mark.parametrize(("count", "most"), [(100, 30), (31, 30), (7, 2), (5, 1), (3, 0), (0, 5)])
def test_thinning_keeps_to_its_bound_and_spreads(count: int, most: int) -> None:
    kept = thinned(count, most)
    assert len(kept) <= most
    assert len(np.unique(kept)) == len(kept)
    if most >= 2 * RUN:
        assert kept[0] == 0
        assert kept[-1] == count - 1
        assert (np.diff(kept) == 1).sum() >= len(kept) * (RUN - 1) // RUN - 1


def test_few_are_all_kept() -> None:
    assert thinned(4, 9).tolist() == [0, 1, 2, 3]
