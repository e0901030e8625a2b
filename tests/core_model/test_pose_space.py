"""Moving nowhere changes nothing; moving there and back comes back; everything stays within the limits."""

import numpy as np
import pytest

from core_model.data.mocap.poses import load_poses
from core_model.geometry.limbs import pose_distance_rad
from core_model.limits import LIMITS_RAD
from core_model.pose_space import NUM_AXES, REACH, PoseSpace
from core_model.training.prior import shuffled


@pytest.fixture(scope="module")
def space() -> PoseSpace:
    """The bundled one."""
    return PoseSpace.load()


@pytest.fixture(scope="module")
def poses() -> np.ndarray:
    """Of people that the prior was not trained on."""
    return np.random.default_rng(0).choice(load_poses("held_out").angles_rad.astype(np.float64), 12)


def limbs(angles_rad: np.ndarray) -> np.ndarray:
    import torch

    from core_model.geometry.kinematics import limb_directions

    return limb_directions(torch.from_numpy(angles_rad)).numpy()


def test_moved_nowhere_a_pose_stays(space: PoseSpace, poses: np.ndarray) -> None:
    for pose in poses:
        held = np.clip(pose, LIMITS_RAD[..., 0], LIMITS_RAD[..., 1])
        np.testing.assert_allclose(space.moved(pose, 2, space.scores(pose)[2]), held, atol=1e-5)


def test_a_moved_pose_goes_along_the_axis_and_stays_within_the_limits(space: PoseSpace, poses: np.ndarray) -> None:
    gained = []
    for pose in poses:
        for axis in range(NUM_AXES):
            before = space.scores(pose)[axis]
            moved = space.moved(pose, axis, before + 1.0)
            assert (moved >= LIMITS_RAD[..., 0]).all()
            assert (moved <= LIMITS_RAD[..., 1]).all()
            gained.append(space.scores(moved)[axis] - before)
    assert np.median(gained) > 0.4


def test_recorded_poses_lie_within_the_sliders(space: PoseSpace, poses: np.ndarray) -> None:
    assert np.mean([np.abs(space.scores(pose)) < REACH for pose in poses]) > 0.95


def test_what_was_put_together_at_random_moves_more_than_what_was_held(space: PoseSpace, poses: np.ndarray) -> None:
    import torch

    torch.manual_seed(0)
    mixed = shuffled(torch.from_numpy(poses), len(poses)).numpy()

    def moves(many: np.ndarray) -> float:
        return float(np.median([pose_distance_rad(limbs(p), limbs(space.plausible(p))) for p in many]))

    assert moves(poses) < 0.2
    assert moves(mixed) > 1.3 * moves(poses)


def test_imagined_poses_differ_and_hold_the_limits(space: PoseSpace) -> None:
    rng = np.random.default_rng(0)
    one, other = space.imagined(rng), space.imagined(rng)
    assert np.abs(one - other).max() > 0.2
    assert (one >= LIMITS_RAD[..., 0]).all()
    assert (one <= LIMITS_RAD[..., 1]).all()
