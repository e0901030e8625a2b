"""From the encoder's maps to a puppet, with gradients all the way (torch, batched, on any device).

The same as `core_model.networks.readout` and `core_model.lifting` do for one person in numpy; a test holds the two
together. Here a crop is taken for the picture of a camera that looks straight at it, which is what the encoder's limb
vectors are relative to: its principal point is the crop's centre.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from core_model.geometry.camera import project, solve_translation
from core_model.geometry.kinematics import (
    clamp_angles,
    forward_kinematics,
    inverse_kinematics,
    joints_from_directions,
    limb_lengths,
)
from core_model.geometry.rotations import normalise
from core_model.lifting import FOCAL_PER_SIDE, FORESHORTENED, MIN_DEPTH_M, SURE
from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.networks.readout import WINDOW
from core_model.prediction import CROP_PX
from core_model.skeleton import JOINT, LIMBS
from core_model.training.pose_losses import pooled_limbs

FOCAL_PER_CROP = 2 * FOCAL_PER_SIDE
"""Focal length of a crop where nothing tells it, as a multiple of its side: a person fills half of a common frame."""
_LEFT_HIP, _RIGHT_HIP = JOINT["l_hip"] - 1, JOINT["r_hip"] - 1


class Reading(NamedTuple):
    """What the encoder says of each crop."""

    points_px: Tensor  # (B, 21, 2) crop pixels
    confidence: Tensor  # (B, 21) in [0, 1], no gradient
    limbs: Tensor  # (B, 20, 3) unit vectors, crop camera
    shape: Tensor  # (B, 12) in [-1, 1]


class Standing(NamedTuple):
    """A body within the limits in front of the crop's camera."""

    joints_m: Tensor  # (B, 21, 3) crop camera
    points_px: Tensor  # (B, 21, 2) where they are seen, crop pixels
    angles_rad: Tensor  # (B, 20, 2)
    directions: Tensor  # (B, 20, 3) limb vectors in the body frame before the limits cut them: what a prior judges

    @property
    def depth_m(self) -> Tensor:
        """(B, 21)"""
        return self.joints_m[..., 2]


def read(maps: EncoderMaps, crop_px: float = CROP_PX) -> Reading:
    """Decode maps at the mode, pool limb vectors where the joints are."""
    where = maps.heat.flatten(2).softmax(-1).view_as(maps.heat)
    cells, mass = local_expectation(where)
    limbs = normalise(pooled_limbs(maps.limbs, where))
    return Reading(cells * (crop_px / MAP_PX), mass.detach(), limbs, torch.tanh(maps.shape))


def local_expectation(where: Tensor) -> tuple[Tensor, Tensor]:
    """Maps that sum to one (B, N, H, W) -> points (B, N, 2) in cells, and the mass (B, N) of the window they are of.

    The window lies about the maximum and has no gradient itself; inside, every cell pulls.
    """
    height, width = where.shape[-2:]
    peak = where.detach().flatten(2).argmax(-1)
    axes = (torch.arange(n, device=where.device) for n in (height, width))
    row, column = (
        (axis - at[..., None]).abs() <= WINDOW for axis, at in zip(axes, (peak // width, peak % width), strict=True)
    )
    near = where * (row[..., :, None] & column[..., None, :])
    mass = near.sum((-2, -1))
    x = (near.sum(-2) * _centres(width, where)).sum(-1) / mass
    y = (near.sum(-1) * _centres(height, where)).sum(-1) / mass
    return torch.stack([x, y], dim=-1), mass


def stand(reading: Reading, crop_px: float = CROP_PX, focal_px: Tensor | None = None) -> Standing:
    """The body whose limbs point as read, within the joint limits, placed so that its joints lie where read.

    `focal_px` (B,) in crop pixels, where it is known. See `core_model.lifting.lift`.
    """
    seen = reading.points_px
    focal = seen.new_full((len(seen),), FOCAL_PER_CROP * crop_px) if focal_px is None else focal_px
    centre = seen.new_full((len(seen), 2), crop_px / 2)
    rays = (seen - centre[:, None]) / focal[:, None, None]
    directions, lengths = _one_hip_axis(reading.limbs), limb_lengths(reading.shape)
    weight = reading.confidence + 1e-3
    for _ in range(2):
        joints = joints_from_directions(directions, lengths)
        joints = joints + place(joints, rays, weight)[:, None]
        directions = towards_points(directions, joints, rays, reading.confidence)
    body = inverse_kinematics(joints_from_directions(directions, lengths))
    angles = clamp_angles(body.angles_rad)
    joints = forward_kinematics(angles, reading.shape) @ body.rotation.transpose(-1, -2)
    joints = joints + place(joints, rays, weight)[:, None]
    return Standing(joints, project(joints, focal, centre), angles, directions @ body.rotation)


def place(joints_m: Tensor, rays: Tensor, weight: Tensor) -> Tensor:
    """(B, 3) translations that best put joints (B, 21, 3) on rays (B, 21, 2), never behind the camera."""
    one, zero = torch.ones_like(weight[:, 0]), torch.zeros_like(rays[:, 0])
    best = solve_translation(joints_m, rays, weight, one, zero)
    nearest = MIN_DEPTH_M - joints_m[..., 2].amin(-1, keepdim=True)
    fallback = torch.cat([rays[:, JOINT["pelvis"]] * nearest, nearest], dim=-1)
    return torch.where(best[:, 2:] < nearest, fallback, best)


def towards_points(directions: Tensor, joints_m: Tensor, rays: Tensor, confidence: Tensor) -> Tensor:
    """Limb vectors (B, 20, 3), turned about the view axis towards where the joints were seen: the batched
    `core_model.lifting.towards_points`."""
    parent, child = torch.as_tensor(LIMBS, device=rays.device).unbind(1)
    on_rays = rays * joints_m[..., 2:]
    flat = on_rays[:, child] - on_rays[:, parent]
    reach = _length(flat)
    drawn = _length(directions[..., :2])
    seen = torch.cat([flat / reach * drawn, directions[..., 2:]], dim=-1)
    trust = torch.minimum(confidence[:, parent], confidence[:, child])[..., None]
    shown = reach / (FORESHORTENED * _length(joints_m[:, child] - joints_m[:, parent]))
    trust = torch.where(trust > SURE, trust, 0.0) * shown.clamp(max=1).detach()
    return _one_hip_axis(normalise(directions + trust * seen))


def _one_hip_axis(directions: Tensor) -> Tensor:
    """The pelvis lies midway between the hips: their two limbs are opposite."""
    axis = normalise(directions[:, _LEFT_HIP] - directions[:, _RIGHT_HIP])
    limbs = list(directions.unbind(1))
    limbs[_LEFT_HIP], limbs[_RIGHT_HIP] = axis, -axis
    return torch.stack(limbs, dim=1)


def _length(vectors: Tensor) -> Tensor:
    """(..., 1), with a gradient everywhere."""
    return vectors.square().sum(-1, keepdim=True).clamp_min(1e-12).sqrt()


def _centres(count: int, like: Tensor) -> Tensor:
    return torch.arange(count, device=like.device, dtype=like.dtype) + 0.5
