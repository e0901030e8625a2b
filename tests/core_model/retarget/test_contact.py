"""Feet that stand."""

import numpy as np

from core_model.evaluation.steadiness import foot_skate_mm
from core_model.retarget.contact import feet_locked, standing
from core_model.retarget.take import take_of
from core_model.skeleton import JOINT, LIMBS
from tests.core_model.motions import dance_take, motion_of

FPS = 30.0
DOWN = (0.0, -1.0, 0.0)
FRAMES = 90


def shaky_stand() -> np.ndarray:
    """Where the pelvis of somebody who stands still seems to be, (T, 3)."""
    t = np.arange(FRAMES) / FPS
    return np.column_stack([0.02 * np.sin(5 * t), 0.1 + 0.01 * np.cos(7 * t), 4 + 0.05 * np.sin(4 * t)])


def test_who_stands_does_not_slide() -> None:
    angles = np.zeros((FRAMES, 20, 2))
    angles[:, [JOINT["l_knee"] - 1, JOINT["r_knee"] - 1], 0] = 0.3  # bent a little
    angles[:, [JOINT["l_ankle"] - 1, JOINT["r_ankle"] - 1], 1] = 0.6
    take = take_of(motion_of(np.arange(FRAMES) / FPS, angles, shaky_stand()))
    locked = feet_locked(take)
    assert foot_skate_mm(take.joints_m, DOWN) > 3
    assert foot_skate_mm(locked.joints_m, DOWN) < 0.1
    np.testing.assert_allclose(locked.joints_m[:, JOINT["l_toe"], 1], 0, atol=1e-3)


def test_limbs_keep_their_lengths_and_the_rest_of_the_body_its_pose() -> None:
    take = dance_take(FRAMES)
    locked = feet_locked(take)
    limbs = locked.joints_m[:, LIMBS[:, 1]] - locked.joints_m[:, LIMBS[:, 0]]
    np.testing.assert_allclose(np.linalg.norm(limbs, axis=-1), np.tile(take.lengths_m, (FRAMES, 1)), atol=1e-9)
    upper = [JOINT["thorax"], JOINT["head"], JOINT["l_wrist"], JOINT["r_hip"]]
    relative = [each.joints_m[:, upper] - each.joints_m[:, :1] for each in (take, locked)]
    np.testing.assert_allclose(*relative, atol=1e-9)


def test_who_floats_or_runs_is_left_alone() -> None:
    toes = np.zeros((FRAMES, 2, 3))
    toes[..., 1] = 0.5
    assert not standing(toes, FPS).any()
    toes[..., 1], toes[..., 0] = 0.0, np.arange(FRAMES)[:, None] * 0.1
    assert not standing(toes, FPS).any()
    toes[..., 0] = 0.0
    assert standing(toes, FPS).all()
