"""Laws of rotations: orthonormal, inverse to each other, equal to the single-camera formulas, finite gradients."""

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.geometry import rotations as rot
from core_model.orbit import Orbit

F64 = torch.float64


def assert_rotation(matrix: Tensor) -> None:
    assert torch.allclose(matrix @ matrix.mT, torch.eye(3, dtype=matrix.dtype).expand_as(matrix), atol=1e-6)
    assert (torch.linalg.det(matrix) > 0.99).all()


def random_units(count: int, seed: int) -> Tensor:
    units = torch.randn(count, 3, generator=torch.Generator().manual_seed(seed), dtype=F64)
    return units / units.norm(dim=-1, keepdim=True)


def test_six_numbers_and_rotation_are_inverse() -> None:
    rotation = rot.rotation_from_6d(torch.randn(100, 6, generator=torch.Generator().manual_seed(0), dtype=F64))
    assert_rotation(rotation)
    assert torch.allclose(rot.rotation_from_6d(rot.rotation_to_6d(rotation)), rotation)


@pytest.mark.parametrize("six", [[0.0] * 6, [1.0, 0, 0, 2, 0, 0], [0.0, 0, 0, 0, 1, 0]])
def test_six_numbers_that_say_nothing_still_give_a_rotation(six: list[float]) -> None:
    given = torch.tensor(six, dtype=F64, requires_grad=True)
    rotation = rot.rotation_from_6d(given)
    assert_rotation(rotation)
    rotation.sum().backward()
    assert given.grad is not None
    assert given.grad.isfinite().all()


def test_smallest_rotation_carries_source_to_target_by_the_angle_between_them() -> None:
    source, target = random_units(200, 1), random_units(200, 2)
    rotation = rot.smallest_rotation(source, target)
    assert_rotation(rotation)
    assert torch.allclose((rotation @ source[..., None]).squeeze(-1), target)
    turned = (rotation.diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2
    assert torch.allclose(turned, (source * target).sum(-1))


def test_smallest_rotation_between_opposites_is_a_half_turn_with_finite_gradient() -> None:
    source = random_units(50, 3)
    target = (-source).clone().requires_grad_()
    rotation = rot.smallest_rotation(source, target)
    assert_rotation(rotation)
    assert torch.allclose((rotation @ source[..., None]).squeeze(-1), -source, atol=1e-9)
    rotation.square().sum().backward()
    assert target.grad is not None
    assert target.grad.isfinite().all()


def test_view_and_rotation_are_inverse_and_agree_with_the_orbit() -> None:
    limit = torch.tensor([3.1, 1.5, 3.1], dtype=F64)
    view = (torch.rand(100, 3, generator=torch.Generator().manual_seed(4), dtype=F64) * 2 - 1) * limit
    rotation = rot.rotation_from_view(view)
    assert_rotation(rotation)
    assert torch.allclose(rot.view_from_rotation(rotation), view)
    for angles, matrix in zip(view[:10].tolist(), rotation[:10].numpy(), strict=True):
        assert np.allclose(Orbit(*angles, distance_m=1.0).rotation(), matrix)


def test_view_from_straight_above_turns_back_into_the_same_rotation() -> None:
    view = torch.tensor([0.7, torch.pi / 2, 0.2], dtype=F64, requires_grad=True)
    rotation = rot.rotation_from_view(view)
    back = rot.view_from_rotation(rotation)
    assert torch.allclose(rot.rotation_from_view(back), rotation, atol=1e-5)
    back.sum().backward()
    assert view.grad is not None
    assert view.grad.isfinite().all()
