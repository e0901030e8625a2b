"""From what the encoder reads in a crop to a body in front of a camera: limits, lengths and perspective hold exactly.

Limb vectors, fitted to the points (`core_model.fitting`), and a body shape make a skeleton; its place follows in closed
form from where its joints are in the image.
`lift` does it for one person in a frame, `bodies_before_camera` for a batch, with gradients all the way, on any device.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core_model.fitting import Sights, fit_limbs, one_hip_axis
from core_model.geometry.camera import solve_translation
from core_model.geometry.crop import crop_rotation
from core_model.geometry.kinematics import (
    clamp_angles,
    forward_kinematics,
    inverse_kinematics,
    joints_from_directions,
    limb_lengths,
)
from core_model.prediction import Camera
from core_model.skeleton import JOINT
from core_model.traced import traced

FOCAL_PER_SIDE = 1.1
"""Focal length where the file does not tell it, as a multiple of the frame's longer side (a view of 49 degrees)."""
MIN_DEPTH_M = 0.3


@dataclass(frozen=True, slots=True)
class Observation:
    """What was read in one crop, in the full frame's pixels and the crop camera's directions."""

    points_px: np.ndarray  # (21, 2) full frame
    confidence: np.ndarray  # (21,) in [0, 1]
    limbs: np.ndarray  # (20, 3) unit vectors, crop camera
    shape: np.ndarray  # (12,) in [-1, 1]
    box_px: np.ndarray  # (4,)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A body within the limits, and the camera that sees it."""

    angles_rad: np.ndarray  # (20, 2)
    camera: Camera
    joints3d_m: np.ndarray  # (21, 3) camera frame


class Bodies(NamedTuple):
    """Bodies within the limits in front of a camera: joints = joints of the angles @ rotation.T + translation."""

    angles_rad: Tensor  # (B, 20, 2)
    rotation: Tensor  # (B, 3, 3) body frame -> camera frame
    translation_m: Tensor  # (B, 3)
    joints_m: Tensor  # (B, 21, 3) camera frame
    directions: Tensor  # (B, 20, 3) limb vectors in the camera frame before the limits cut them


def default_focal_px(frame_size_px: tuple[int, int]) -> float:
    """The focal length assumed for a frame (width, height)."""
    return FOCAL_PER_SIDE * max(frame_size_px)


def lift(seen: Observation, frame_size_px: tuple[int, int], focal_px: float) -> Lifted:
    """The body whose limbs point as seen, within the joint limits, placed so that its joints lie where seen."""
    centre_px = np.asarray(frame_size_px, np.float64) / 2
    looks_at = (seen.box_px[:2] + seen.box_px[2:]) / 2 - centre_px
    directions = seen.limbs @ crop_rotation(looks_at, focal_px)  # rows; the transpose turns them back
    rays = (seen.points_px - centre_px) / focal_px
    batch = (torch.from_numpy(np.asarray(x, np.float64))[None] for x in (directions, rays, seen.confidence, seen.shape))
    angles, rotation, translation, joints, _ = (x[0].numpy() for x in _body_before_camera(*batch))
    return Lifted(angles, Camera(rotation, translation, float(focal_px), frame_size_px), joints)


def bodies_before_camera(directions: Tensor, rays: Tensor, confidence: Tensor, shape: Tensor) -> Bodies:
    """The bodies whose limbs point as seen, within the joint limits, placed so that their joints lie where seen.

    Limb vectors (B, 20, 3) in the camera frame, rays (B, 21, 2) through the joints (x / z, y / z), how sure each joint
    is (B, 21) in [0, 1], body shapes (B, 12).
    """
    lengths, weight = limb_lengths(shape), confidence + 1e-3
    first = place(joints_from_directions(one_hip_axis(directions), lengths), rays, weight)
    directions = fit_limbs(Sights(directions, lengths, rays, weight), first)
    body = inverse_kinematics(joints_from_directions(directions, lengths))
    angles = clamp_angles(body.angles_rad)
    joints = forward_kinematics(angles, shape) @ body.rotation.transpose(-1, -2)
    translation = place(joints, rays, weight)
    return Bodies(angles, body.rotation, translation, joints + translation[:, None], directions)


_body_before_camera = traced(bodies_before_camera)


def place(joints_m: Tensor, rays: Tensor, weight: Tensor) -> Tensor:
    """(B, 3) translations that best put joints (B, 21, 3) on rays (B, 21, 2), weighted (B, 21), never behind the
    camera."""
    one, zero = torch.ones_like(weight[:, 0]), torch.zeros_like(rays[:, 0])
    best = solve_translation(joints_m, rays, weight, one, zero)
    nearest = MIN_DEPTH_M - joints_m[..., 2].amin(-1, keepdim=True)
    fallback = torch.cat([rays[:, JOINT["pelvis"]] * nearest, nearest], dim=-1)
    # joints on top of each other: no perspective to tell the distance by
    return torch.where(best[:, 2:] < nearest, fallback, best)
