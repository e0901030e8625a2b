"""Laws of the body: angles and joints are each other's inverse, limits hold, gradients are finite everywhere."""

import time

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model import limits
from core_model.data.mocap import load_poses
from core_model.geometry import kinematics as kin
from core_model.geometry.rotations import rotation_from_view
from core_model.skeleton import JOINT, LIMBS, NUM_JOINTS

F64 = torch.float64
LOW, HIGH = (torch.from_numpy(limits.LIMITS_RAD[..., i]) for i in (0, 1))


def random_angles(count: int, seed: int = 0) -> Tensor:
    """Within the limits, now and then on them."""
    share = torch.rand(count, 20, 2, generator=torch.Generator().manual_seed(seed), dtype=F64)
    return LOW + (HIGH - LOW) * (share * 1.1 - 0.05).clamp(0, 1)


def random_shape(count: int, seed: int = 1) -> Tensor:
    return torch.rand(count, 12, generator=torch.Generator().manual_seed(seed), dtype=F64) * 2 - 1


def put_together(body: kin.Body, pelvis_m: Tensor) -> Tensor:
    return kin.joints_from_lengths(body.angles_rad, body.lengths_m) @ body.rotation.mT + pelvis_m


def test_angles_and_shape_come_back_from_joints() -> None:
    angles, shape = random_angles(500), random_shape(500)
    body = kin.inverse_kinematics(kin.forward_kinematics(angles, shape))
    assert torch.allclose(body.angles_rad, angles, atol=1e-9)
    assert torch.allclose(kin.shape_from_lengths(body.lengths_m), shape, atol=1e-9)
    assert torch.allclose(body.rotation, torch.eye(3, dtype=F64).expand(500, 3, 3), atol=1e-9)


def test_any_joints_come_back_exactly_in_any_frame() -> None:
    joints = torch.randn(300, NUM_JOINTS, 3, generator=torch.Generator().manual_seed(2), dtype=F64)
    joints[:, 0] = (joints[:, JOINT["l_hip"]] + joints[:, JOINT["r_hip"]]) / 2
    assert torch.allclose(put_together(kin.inverse_kinematics(joints), joints[:, :1]), joints, atol=1e-9)


def test_recorded_poses_come_back_in_a_camera_frame_in_single_precision() -> None:
    joints = torch.from_numpy(load_poses().joints_m[::20])
    turned = joints @ rotation_from_view(torch.tensor([1.0, 0.3, -0.4])).T + torch.tensor([0.2, -0.1, 4.0])
    body = kin.inverse_kinematics(turned)
    assert torch.allclose(put_together(body, turned[:, :1]), turned, atol=2e-5)
    assert torch.allclose(body.lengths_m, kin.inverse_kinematics(joints).lengths_m, atol=1e-5)


def test_a_turned_body_keeps_its_angles() -> None:
    joints = kin.forward_kinematics(random_angles(50), random_shape(50))
    turn = rotation_from_view(torch.tensor([2.0, -0.7, 1.1], dtype=F64))
    body = kin.inverse_kinematics(joints @ turn.T)
    assert torch.allclose(body.rotation, turn.expand(50, 3, 3))
    assert torch.allclose(put_together(body, torch.zeros(3, dtype=F64)), joints @ turn.T)


def test_limbs_keep_their_lengths_whatever_the_pose() -> None:
    shape = random_shape(1).expand(100, 12)
    joints = kin.forward_kinematics(random_angles(100), shape)
    measured = (joints[:, LIMBS[:, 1]] - joints[:, LIMBS[:, 0]]).norm(dim=-1)
    assert torch.allclose(measured, kin.limb_lengths(shape))
    assert np.allclose(measured[0].numpy(), limits.limb_lengths_m(shape[0].numpy()))


def test_squashed_angles_never_leave_the_limits_and_come_back() -> None:
    free = torch.tensor([-1e9, -30.0, -3.0, 0.0, 0.5, 3.0, 30.0, 1e9])[:, None, None].expand(-1, 20, 2)
    angles = kin.squash_angles(free)
    low, high = LOW.float(), HIGH.float()
    assert ((angles >= low) & (angles <= high)).all()
    inside = random_angles(100) * 0.98
    assert torch.allclose(kin.squash_angles(kin.unsquash_angles(inside)), inside, atol=1e-6)
    assert kin.unsquash_angles(torch.full((20, 2), 9.0)).isfinite().all()


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 50.0, -50.0])
def test_gradients_are_finite_at_extremes(value: float) -> None:
    free = torch.full((20, 2), value, requires_grad=True)
    shape = torch.full((12,), value, requires_grad=True)
    joints = kin.forward_kinematics(kin.squash_angles(free), shape.clamp(-1, 1))
    body = kin.inverse_kinematics(joints)
    (joints.square().sum() + body.angles_rad.square().sum() + body.rotation.sum()).backward()
    for leaf in (free, shape):
        assert leaf.grad is not None
        assert leaf.grad.isfinite().all()


@pytest.mark.parametrize("joints", [torch.zeros(21, 3), torch.ones(21, 3), torch.arange(63.0).reshape(21, 3)])
def test_degenerate_joints_give_finite_angles_and_gradients(joints: Tensor) -> None:
    given = joints.clone().requires_grad_()
    body = kin.inverse_kinematics(given)
    assert all(part.isfinite().all() for part in body)
    sum(part.sum() for part in body).backward()  # type: ignore[union-attr]
    assert given.grad is not None
    assert given.grad.isfinite().all()


def test_gradients_are_those_of_finite_differences() -> None:
    angles = (random_angles(1, seed=5) * 0.8).requires_grad_()
    shape = (random_shape(1, seed=6) * 0.8).requires_grad_()
    assert torch.autograd.gradcheck(kin.forward_kinematics, (angles, shape))
    joints = kin.forward_kinematics(angles, shape).detach().requires_grad_()
    assert torch.autograd.gradcheck(lambda j: kin.inverse_kinematics(j).angles_rad, (joints,), atol=1e-4)


def test_leading_dimensions_are_free() -> None:
    angles, shape = random_angles(6), random_shape(6)
    flat = kin.forward_kinematics(angles, shape)
    grid = kin.forward_kinematics(angles.reshape(2, 3, 20, 2), shape.reshape(2, 3, 12))
    assert torch.equal(grid.reshape(6, 21, 3), flat)
    assert torch.equal(kin.forward_kinematics(angles[0], shape[0]), flat[0])
    assert kin.inverse_kinematics(grid).angles_rad.shape == (2, 3, 20, 2)


def test_one_pose_takes_little_time() -> None:
    angles, shape = random_angles(1).float(), random_shape(1).float()
    with torch.no_grad():
        joints = kin.forward_kinematics(angles, shape)
        best = min(_seconds(lambda: kin.inverse_kinematics(kin.forward_kinematics(angles, shape))) for _ in range(30))
    assert joints.shape == (1, 21, 3)
    assert best < 5e-3  # 1 ms on an idle core; a loop over limbs takes longer than this


def _seconds(job: object) -> float:
    start = time.perf_counter()
    job()  # type: ignore[operator]
    return time.perf_counter() - start


def test_inference_before_leaves_gradients_possible() -> None:
    kin._tree.cache_clear()
    angles, shape = torch.zeros(1, 20, 2), torch.zeros(1, 12, requires_grad=True)
    with torch.inference_mode():
        kin.forward_kinematics(angles, shape)
    kin.forward_kinematics(angles, shape).square().sum().backward()
    assert shape.grad is not None
    assert shape.grad.abs().max() > 0
