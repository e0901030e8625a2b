"""Feet that stand."""

import numpy as np

from core_model.evaluation.steadiness import foot_skate_mm, toes_down
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
    height_m = locked.joints_m[:, JOINT["l_toe"], 1]
    assert np.ptp(height_m) < 1e-3
    assert -1e-3 < height_m[0] < 0.02


def test_badly_read_feet_slide_no_more_than_before_and_nothing_else_moves() -> None:
    """The worse a clip is read, the less of it passes for standing; the lock must not spread that over the rest."""
    angles = np.zeros((FRAMES, 20, 2))
    angles[:, [JOINT["l_knee"] - 1, JOINT["r_knee"] - 1], 0] = 0.3
    rng = np.random.default_rng(1)
    for noise_m in (0.003, 0.01, 0.03, 0.1):
        motion = motion_of(np.arange(FRAMES) / FPS, angles, shaky_stand())
        motion.joints3d_m[:] += rng.normal(0, noise_m, motion.joints3d_m.shape)
        take = take_of(motion)
        locked = feet_locked(take)
        down = toes_down(take.joints_m, DOWN)
        before, after = (foot_skate_mm(each.joints_m, DOWN, down) for each in (take, locked))
        assert after < 1.01 * before
        others = [i for name, i in JOINT.items() if name.split("_")[-1] not in ("knee", "ankle", "toe")]
        np.testing.assert_array_equal(locked.joints_m[:, others], take.joints_m[:, others])


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
    toes[:, 0, 1] = -1.0  # in the ground: not where it was read
    assert standing(toes, FPS).any(axis=0).tolist() == [False, True]
