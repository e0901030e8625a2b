"""From what the encoder reads in a crop to a body in front of a camera: limits, lengths and perspective hold exactly.

Limb vectors and a body shape make a skeleton; its place follows in closed form from where its joints are in the image.
"""

from dataclasses import dataclass

import numpy as np
import torch

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
from core_model.skeleton import JOINT, LIMBS

FOCAL_PER_SIDE = 1.1
"""Focal length where the file does not tell it, as a multiple of the frame's longer side (a view of 49 degrees)."""
MIN_DEPTH_M = 0.3
SURE = 0.5
"""Confidence from which a joint may turn its limbs."""
FORESHORTENED = 0.3
"""Share of its length below which a limb is seen too much from its end to tell which way it points."""


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


def default_focal_px(frame_size_px: tuple[int, int]) -> float:
    """The focal length assumed for a frame (width, height)."""
    return FOCAL_PER_SIDE * max(frame_size_px)


def lift(seen: Observation, frame_size_px: tuple[int, int], focal_px: float) -> Lifted:
    """The body whose limbs point as seen, within the joint limits, placed so that its joints lie where seen."""
    centre_px = np.asarray(frame_size_px, np.float64) / 2
    looks_at = (seen.box_px[:2] + seen.box_px[2:]) / 2 - centre_px
    directions = seen.limbs @ crop_rotation(looks_at, focal_px)  # rows; the transpose turns them back
    directions = _one_hip_axis(directions)
    rays = (seen.points_px - centre_px) / focal_px
    shape = torch.from_numpy(seen.shape.astype(np.float64))[None]
    lengths = limb_lengths(shape)
    weight = seen.confidence + 1e-3
    for _ in range(2):
        joints = joints_from_directions(torch.from_numpy(directions)[None], lengths)[0].numpy()
        place = place_body(joints, rays, weight)
        directions = towards_points(directions, joints + place, rays, seen.confidence)
    body = inverse_kinematics(joints_from_directions(torch.from_numpy(directions)[None], lengths))
    angles = clamp_angles(body.angles_rad)
    joints = (forward_kinematics(angles, shape) @ body.rotation.transpose(-1, -2))[0].numpy()
    place = place_body(joints, rays, weight)
    camera = Camera(body.rotation[0].numpy(), place, float(focal_px), frame_size_px)
    return Lifted(angles[0].numpy(), camera, joints + place)


def place_body(joints_m: np.ndarray, rays: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(3,) translation that best puts joints (21, 3) on their rays (21, 2), weighted (21,), never behind the camera."""
    points, seen, weights = (torch.from_numpy(np.asarray(x, np.float64)) for x in (joints_m, rays, weight))
    one, zero = torch.ones((), dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    place = solve_translation(points, seen, weights, one, zero).numpy()
    nearest = MIN_DEPTH_M - float(joints_m[:, 2].min())
    if place[2] < nearest:  # joints on top of each other: no perspective to tell the distance by
        place = np.array([*(rays[JOINT["pelvis"]] * nearest), nearest])
    return place


def towards_points(
    directions: np.ndarray, joints_m: np.ndarray, rays: np.ndarray, confidence: np.ndarray
) -> np.ndarray:
    """Limb vectors (20, 3), turned about the view axis towards where the joints were seen.

    At the depths of `joints_m` (21, 3) two joints' rays tell which way their limb points in the image. Its
    foreshortening stays the limb vector's own: taken from the image, too, it made P-MPJPE 9 mm worse, for it needs the
    person's exact size. Limbs whose ends are doubtful, or that point along the view, are left alone.
    """
    parent, child = LIMBS[:, 0], LIMBS[:, 1]
    on_rays = rays * joints_m[:, 2:]
    flat = on_rays[child] - on_rays[parent]
    reach = np.linalg.norm(flat, axis=-1, keepdims=True).clip(1e-6)
    lengths = np.linalg.norm(joints_m[child] - joints_m[parent], axis=-1, keepdims=True).clip(1e-6)
    drawn = np.linalg.norm(directions[:, :2], axis=-1, keepdims=True)
    seen = np.concatenate([flat / reach * drawn, directions[:, 2:]], axis=-1)
    trust = np.minimum(confidence[parent], confidence[child])[:, None]
    trust = np.where(trust > SURE, trust, 0) * np.minimum(1, reach / (FORESHORTENED * lengths))
    mixed = directions + trust * seen
    return _one_hip_axis(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True).clip(1e-6))


def _one_hip_axis(directions: np.ndarray) -> np.ndarray:
    """The pelvis lies midway between the hips: their two limbs are opposite."""
    left, right = JOINT["l_hip"] - 1, JOINT["r_hip"] - 1
    axis = directions[left] - directions[right]
    axis = axis / max(float(np.linalg.norm(axis)), 1e-6)
    out = directions.copy()
    out[left], out[right] = axis, -axis
    return out
