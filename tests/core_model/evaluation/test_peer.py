"""Two programs that say the same agree; one that has left and right exchanged agrees where that is forgiven."""

import numpy as np
import pytest

from core_model.evaluation.peer import OURS, THEIRS, compare, longest
from core_model.motion import Motion, empty_motion


def moving(count: int = 30) -> tuple[Motion, np.ndarray]:
    rng, motion = np.random.default_rng(0), empty_motion(np.arange(count) / 30)
    motion.joints2d_px[:] = rng.uniform(100, 400, (21, 2))
    motion.joints3d_m[:] = rng.normal(0, 0.5, (21, 3)) + np.arange(count)[:, None, None] * 0.01
    motion.confidence[:], motion.track[:] = 0.9, 1
    landmarks = np.zeros((count, 33, 6))
    landmarks[:, THEIRS, :2] = motion.joints2d_px[:, OURS]
    landmarks[:, THEIRS, 2] = 1.0
    landmarks[:, THEIRS, 3:] = motion.joints3d_m[:, OURS]
    return motion, landmarks


def test_the_same_agrees_and_steady_motion_is_steady() -> None:
    motion, landmarks = moving()
    c = compare(motion, landmarks)
    assert (c.agree, c.agree_flip_forgiven, c.joints) == (100, 100, 30 * 12)
    assert c.ours_mm == pytest.approx(0, abs=1e-9) == c.theirs_mm
    landmarks[:, :, 3:] += np.random.default_rng(1).normal(0, 0.01, landmarks[:, :, 3:].shape)
    assert compare(motion, landmarks).theirs_mm > 10


def test_exchanged_sides_are_told_and_forgiven() -> None:
    motion, landmarks = moving()
    landmarks[:15, THEIRS] = landmarks[:15, THEIRS].reshape(15, 6, 2, 6)[:, :, ::-1].reshape(15, 12, 6)
    c = compare(motion, landmarks)
    assert 49 < c.agree < 75
    assert c.agree_flip_forgiven == 100


def test_only_what_both_are_sure_of_counts() -> None:
    motion, landmarks = moving()
    landmarks[10:, :, 2] = 0.1
    motion.track[:4] = 0
    c = compare(longest(motion), landmarks[:20])
    assert c.joints == 6 * 12
    landmarks[:] = np.nan
    assert np.isnan(compare(motion, landmarks).theirs_mm)
