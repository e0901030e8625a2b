"""Rotations as matrices that act on columns (torch, batched over leading dimensions, differentiable).

Everything here has finite gradients everywhere, also where the underlying map has a corner.
"""

import torch
from torch import Tensor

_EPS = 1e-6


def normalise(vectors: Tensor, fallback: Tensor | None = None) -> Tensor:
    """Unit vectors (..., 3). Where a vector vanishes: `fallback` if given (unit, broadcast), else zero; no gradient."""
    squared = (vectors * vectors).sum(-1, keepdim=True)
    alive = squared > _EPS * _EPS
    unit = vectors * torch.rsqrt(torch.where(alive, squared, torch.ones_like(squared)))
    return torch.where(alive, unit, torch.zeros_like(unit) if fallback is None else fallback)


def rotation_from_6d(six: Tensor) -> Tensor:
    """(..., 6) -> (..., 3, 3): two columns, made orthonormal (Zhou et al., CVPR 2019, "On the Continuity of Rotation
    Representations in Neural Networks", section 4.2). Vanishing or parallel columns give some rotation, never NaN."""
    x_axis = normalise(six[..., :3], six.new_tensor([1.0, 0.0, 0.0]))
    second = six[..., 3:] - (x_axis * six[..., 3:]).sum(-1, keepdim=True) * x_axis
    y_axis = normalise(second, any_perpendicular(x_axis))
    return torch.stack([x_axis, y_axis, torch.linalg.cross(x_axis, y_axis)], dim=-1)


def rotation_to_6d(rotation: Tensor) -> Tensor:
    """(..., 3, 3) -> (..., 6): the first two columns."""
    return rotation[..., :2].transpose(-1, -2).flatten(-2)


def any_perpendicular(unit: Tensor) -> Tensor:
    """Some unit vector perpendicular to each (..., 3)."""
    smallest = unit.detach().abs().argmin(-1, keepdim=True)
    axis = torch.zeros_like(unit).scatter(-1, smallest, 1.0)
    across = torch.linalg.cross(unit, axis)
    return across / across.norm(dim=-1, keepdim=True)


def half_turn(axis: Tensor) -> Tensor:
    """Rotation by 180 degrees about unit axes (..., 3) -> (..., 3, 3)."""
    return 2.0 * axis[..., :, None] * axis[..., None, :] - torch.eye(3, dtype=axis.dtype, device=axis.device)


def smallest_rotation(source: Tensor, target: Tensor) -> Tensor:
    """The rotation by the least angle that carries unit `source` onto unit `target`, (..., 3) each -> (..., 3, 3).

    A half-turn about the source, then one about the bisector; opposite vectors turn about some perpendicular axis.

    >>> x, y = torch.eye(3)[:2]
    >>> smallest_rotation(x, y) @ x
    tensor([0., 1., 0.])
    """
    source, target = torch.broadcast_tensors(source, target)
    bisector = normalise(source + target, any_perpendicular(source))
    return half_turn(bisector) @ half_turn(source)


def rotation_from_view(view_rad: Tensor) -> Tensor:
    """Azimuth, elevation, roll (..., 3) -> the rotation body frame -> camera frame (..., 3, 3).

    At (0, 0, 0) the camera looks the person in the face, level. Azimuth moves the camera round the person towards
    the person's left (at 90 degrees it sees the left side), elevation lifts it (it then looks down), roll turns the
    picture clockwise: those of `core_model.orbit`, batched.
    """
    azimuth, elevation, roll = view_rad.unbind(-1)
    facing = torch.diag(view_rad.new_tensor([1.0, -1.0, -1.0]))
    return about_axis(roll, 2) @ about_axis(elevation, 0) @ facing @ about_axis(-azimuth, 1)


def view_from_rotation(rotation: Tensor) -> Tensor:
    """The inverse of `rotation_from_view`: (..., 3, 3) -> (..., 3), elevation in [-90, 90] degrees.

    Straight from above or below, roll is put at what keeps the result finite (azimuth and roll cannot be told apart).
    """
    # The last row is the viewing axis in the body frame: -(sin az cos el, sin el, cos az cos el).
    axis = rotation[..., 2, :]
    azimuth = atan2(-axis[..., 0], -axis[..., 2])
    level = (axis[..., 0] ** 2 + axis[..., 2] ** 2).clamp_min(_EPS**2).sqrt()
    elevation = torch.atan2(-axis[..., 1], level)
    without_roll = rotation_from_view(torch.stack([azimuth, elevation, torch.zeros_like(azimuth)], dim=-1))
    rolled = rotation @ without_roll.transpose(-1, -2)
    roll = atan2(rolled[..., 1, 0], rolled[..., 0, 0])
    return torch.stack([azimuth, elevation, roll], dim=-1)


def about_axis(angle_rad: Tensor, axis: int) -> Tensor:
    """Right-handed rotation by `angle_rad` (...) about coordinate axis 0, 1 or 2 -> (..., 3, 3)."""
    cos, sin = torch.cos(angle_rad), torch.sin(angle_rad)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    rotation = torch.zeros(*angle_rad.shape, 3, 3, dtype=angle_rad.dtype, device=angle_rad.device)
    rotation[..., axis, axis] = 1.0
    rotation[..., i, i] = cos
    rotation[..., j, j] = cos
    rotation[..., j, i] = sin
    rotation[..., i, j] = -sin
    return rotation


def atan2(y: Tensor, x: Tensor) -> Tensor:
    """atan2 whose gradient is zero, not NaN, at the origin."""
    dead = (x * x + y * y) < _EPS * _EPS
    return torch.atan2(torch.where(dead, torch.zeros_like(y), y), torch.where(dead, torch.ones_like(x), x))
