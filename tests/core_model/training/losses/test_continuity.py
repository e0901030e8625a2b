"""Slow is free, fast is not; people stay who they are."""

import math

import torch

from core_model.training.losses import continuity

FRAME_S = torch.full((2,), 1 / 30)


def test_points_within_reach_are_free_beyond_it_they_are_pulled_together() -> None:
    first = torch.rand(2, 21, 2)
    assert continuity.point_speed_loss(first, first + 0.9 * continuity.POINT_SPEED / 30 / math.sqrt(2), FRAME_S) == 0
    far = (first + 0.3).requires_grad_()
    loss = continuity.point_speed_loss(first, far, FRAME_S)
    loss.backward()
    assert loss > 0.3
    assert far.grad is not None
    assert (far.grad > 0).all()
    assert continuity.point_speed_loss(first, far, 30 * FRAME_S) == 0  # in a second one gets there


def test_limbs_likewise() -> None:
    angle = torch.tensor(0.9 * continuity.LIMB_SPEED / 30)
    first = torch.tensor([1.0, 0, 0]).expand(2, 20, 3)
    near = torch.stack([angle.cos(), angle.sin(), torch.zeros(())]).expand(2, 20, 3)
    assert continuity.limb_speed_loss(first, near, FRAME_S) == 0
    far = torch.tensor([0.0, 1.0, 0.0]).expand(2, 20, 3).clone().requires_grad_()
    loss = continuity.limb_speed_loss(first, far, FRAME_S)
    loss.backward()
    assert loss > 0.5
    assert far.grad is not None
    assert (far.grad[..., 0] < 0).all()  # downhill is back
    assert continuity.limb_speed_loss(first, -first, 30 * FRAME_S) < 1e-3


def test_one_shape() -> None:
    shape = torch.rand(2, 12)
    assert continuity.one_shape_loss(shape, shape) == 0
    other = (shape + 0.5).requires_grad_()
    loss = continuity.one_shape_loss(shape, other)
    loss.backward()
    assert loss > 0.4
    assert other.grad is not None
    assert (other.grad > 0).all()
