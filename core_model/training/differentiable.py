"""From the encoder's maps to a puppet, with gradients all the way (torch, batched, on any device).

`read` says what `core_model.networks.readout` says for one person in numpy; a test holds the two together. Here a crop
is taken for the picture of a camera that looks straight at it, which is what the encoder's limb vectors are relative
to: its principal point is the crop's centre.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from core_model.geometry.camera import project
from core_model.geometry.rotations import normalise
from core_model.lifting import FOCAL_PER_SIDE, bodies_before_camera
from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.networks.readout import WINDOW
from core_model.prediction import CROP_PX
from core_model.training.pose_losses import pooled_limbs

FOCAL_PER_CROP = 2 * FOCAL_PER_SIDE
"""Focal length of a crop where nothing tells it, as a multiple of its side: a person fills half of a common frame."""


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

    `focal_px` (B,) in crop pixels, where it is known. See `core_model.lifting.bodies_before_camera`.
    """
    seen = reading.points_px
    focal = seen.new_full((len(seen),), FOCAL_PER_CROP * crop_px) if focal_px is None else focal_px
    centre = seen.new_full((len(seen), 2), crop_px / 2)
    rays = (seen - centre[:, None]) / focal[:, None, None]
    bodies = bodies_before_camera(reading.limbs, rays, reading.confidence, reading.shape)
    points = project(bodies.joints_m, focal, centre)
    return Standing(bodies.joints_m, points, bodies.angles_rad, bodies.directions @ bodies.rotation)


def _centres(count: int, like: Tensor) -> Tensor:
    return torch.arange(count, device=like.device, dtype=like.dtype) + 0.5
