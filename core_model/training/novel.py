"""Novel images, whose pose is known: a recorded pose before a random camera, in the appearance of somebody."""

import math

import numpy as np
import torch
from torch import Tensor

from core_model.geometry.camera import project
from core_model.geometry.kinematics import forward_kinematics, limb_directions
from core_model.geometry.rotations import rotation_from_view
from core_model.prediction import CROP_PX
from core_model.training.differentiable import FOCAL_PER_CROP, Standing

ELEVATION_RAD, ROLL_RAD = 0.25, 0.1
FILL, FILL_SPREAD = 0.78, 0.08
"""The longer side of the body's box as a share of the crop's, and the spread of its logarithm."""


def random_views(count: int, rng: np.random.Generator) -> Tensor:
    """Azimuth (anywhere), elevation, roll (N, 3), radians."""
    spread = rng.normal(size=(count, 2)) * [ELEVATION_RAD, ROLL_RAD]
    azimuth = rng.uniform(-math.pi, math.pi, (count, 1))
    return torch.from_numpy(np.concatenate([azimuth, spread], axis=1).astype(np.float32))


def random_fill(count: int, rng: np.random.Generator) -> Tensor:
    """How much of the crop bodies fill, (N,)."""
    return torch.from_numpy((FILL * np.exp(rng.normal(0, FILL_SPREAD, count))).astype(np.float32))


def stand_before(
    angles_rad: Tensor, shape: Tensor, view_rad: Tensor, fill: Tensor, crop_px: float = CROP_PX
) -> Standing:
    """Angles (B, 20, 2) and shapes (B, 12) seen from views (B, 3) in the middle of a crop, by a camera of
    `FOCAL_PER_CROP`.

    The distance is such that the box of the body, were it flat, had `fill` (B,) of the crop's side.
    """
    turned = forward_kinematics(angles_rad, shape) @ rotation_from_view(view_rad).transpose(-1, -2)
    low, high = turned[..., :2].amin(1), turned[..., :2].amax(1)
    focal = turned.new_full((len(turned),), FOCAL_PER_CROP * crop_px)
    depth = focal * (high - low).amax(-1) / (fill * crop_px)
    joints = turned + torch.cat([-(low + high) / 2, depth[:, None]], dim=-1)[:, None]
    points = project(joints, focal, turned.new_full((len(turned), 2), crop_px / 2))
    return Standing(joints, points, angles_rad, limb_directions(angles_rad))
