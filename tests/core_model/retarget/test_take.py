"""Takes: the level world, constant limbs, and what cannot be a take."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from core_model.errors import PuppetPoseError
from core_model.geometry.rotations import about_axis
from core_model.motion import Motion
from core_model.retarget.take import take_of
from core_model.skeleton import JOINT, LIMBS
from tests.core_model.motions import CAMERA_FACES, dance, motion_of

TOES = [JOINT["l_toe"], JOINT["r_toe"]]


def strolling(tilt_deg: float) -> Motion:
    """Somebody walks stiffly to all sides of a flat floor, filmed by a camera tilted down."""
    rng = np.random.default_rng(2)
    pts_s = np.arange(300) / 30
    pelvis = np.column_stack([rng.uniform(-3, 3, 300), np.full(300, 0.3), rng.uniform(3, 9, 300)])
    motion = motion_of(pts_s, np.zeros((300, 20, 2)), pelvis, rng.uniform(0, 6, 300))
    tilt = about_axis(torch.tensor(np.deg2rad(tilt_deg)), 0).numpy()
    return replace(motion, joints3d_m=motion.joints3d_m @ tilt.T)


def test_a_person_who_faces_the_camera_faces_forward_and_stands_upright() -> None:
    motion = motion_of(np.arange(3) / 30, np.zeros((3, 20, 2)), np.tile([0.4, 0.2, 5.0], (3, 1)))
    take = take_of(motion)
    _, rotation = take.body()
    np.testing.assert_allclose(rotation, np.broadcast_to(np.eye(3), rotation.shape), atol=1e-9)
    np.testing.assert_allclose(take.joints_m[0, 0, [0, 2]], 0, atol=1e-9)
    np.testing.assert_allclose(take.joints_m[:, TOES, 1], 0, atol=1e-9)
    assert take.joints_m[0, JOINT["head"], 1] > 1.3


@pytest.mark.parametrize("tilt_deg", [-8.0, 0.0, 15.0])
def test_a_tilted_camera_does_not_tilt_the_floor_that_is_walked_over(tilt_deg: float) -> None:
    take = take_of(strolling(tilt_deg))
    lean = take.body()[1][:, 1, 1]
    assert np.rad2deg(np.arccos(lean.min())) < 0.2 * abs(tilt_deg) + 1e-4
    assert np.abs(take.joints_m[:, TOES, 1]).max() < 0.02 * abs(tilt_deg) + 1e-6


def test_limbs_keep_one_length_and_left_is_as_long_as_right() -> None:
    motion = dance()
    motion.joints3d_m[:] += np.random.default_rng(0).normal(0, 0.01, motion.joints3d_m.shape)
    take = take_of(motion)
    lengths = np.linalg.norm(take.joints_m[:, LIMBS[:, 1]] - take.joints_m[:, LIMBS[:, 0]], axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(take.lengths_m, lengths.shape), atol=1e-9)
    assert take.lengths_m[JOINT["l_knee"] - 1] == take.lengths_m[JOINT["r_knee"] - 1]


def test_a_body_that_keeps_its_lengths_only_moves_into_the_world() -> None:
    motion = dance()
    take = take_of(motion)
    seen = motion.joints3d_m @ take.world_from_camera[:, :3].T + take.world_from_camera[:, 3]
    np.testing.assert_allclose(take.joints_m, seen, atol=1e-9)


def test_the_motion_is_not_changed() -> None:
    motion = dance()
    motion.joints3d_m[5:8] = np.nan
    before = {field.name: getattr(motion, field.name).copy() for field in fields(motion)}
    take = take_of(motion, fps=50)
    take.joints_m[:] = 0
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(motion, name), values)


def test_a_gap_is_filled_and_marked() -> None:
    motion = dance()
    motion.joints3d_m[10:13] = np.nan
    take = take_of(motion)
    assert np.isfinite(take.joints_m).all()
    assert (take.confidence[10:13] == 0).all()
    assert np.flatnonzero(take.gap_s).tolist() == [10, 11, 12]


def test_images_need_a_rate() -> None:
    motion = dance()
    still = replace(motion, pts_s=np.full(len(motion.pts_s), np.nan))
    with pytest.raises(PuppetPoseError, match="--fps"):
        take_of(still)
    np.testing.assert_allclose(take_of(still, fps=10).times_s, np.arange(40) / 10)


def test_what_cannot_be_a_take_is_refused() -> None:
    motion = dance()
    for fps in (0.0, -1.0, np.nan, np.inf, 1e6):
        with pytest.raises(PuppetPoseError, match="cannot be"):
            take_of(motion, fps=fps)
    with pytest.raises(PuppetPoseError, match="nobody"):
        take_of(replace(motion, joints3d_m=np.full_like(motion.joints3d_m, np.nan)))
    with pytest.raises(PuppetPoseError, match="order"):
        take_of(replace(motion, pts_s=motion.pts_s[::-1].copy()))


def test_the_camera_looks_along_minus_z() -> None:
    take = take_of(dance())
    np.testing.assert_allclose(take.world_from_camera[:, :3], CAMERA_FACES, atol=0.15)


def test_jumps_do_not_lift_the_ground() -> None:
    pts_s = np.arange(120) / 30
    pelvis = np.column_stack([np.zeros(120), 0.2 - 0.4 * np.maximum(np.sin(8 * pts_s), 0), np.full(120, 4.0)])
    take = take_of(motion_of(pts_s, np.zeros((120, 20, 2)), pelvis))
    assert abs(take.joints_m[:, TOES, 1].min()) < 0.02
