"""Motions made up: bodies that keep their lengths and bend within their limits before a camera."""

import numpy as np
import torch

from core_model.geometry.kinematics import forward_kinematics
from core_model.geometry.rotations import about_axis
from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.motion import Motion, empty_motion
from core_model.retarget.take import Take, take_of

CAMERA_FACES = np.diag([1.0, -1.0, -1.0])
"""Body frame -> camera frame of a person who looks into a level camera."""


def swaying(pts_s: np.ndarray, bend: float = 0.5) -> np.ndarray:
    """Angles (T, 20, 2) that go to and fro over `bend` of their range, each at a pace of its own."""
    rng = np.random.default_rng(5)
    pace, start = rng.uniform(0.5, 3, (20, 2)), rng.uniform(0, 6, (20, 2))
    middle, half = LIMITS_RAD.mean(-1), (LIMITS_RAD[..., 1] - LIMITS_RAD[..., 0]) / 2
    return FREE_ANGLES * (middle + bend * half * np.sin(pace * pts_s[:, None, None] + start))


def motion_of(
    pts_s: np.ndarray, angles_rad: np.ndarray, pelvis_m: np.ndarray, turn_rad: np.ndarray | None = None
) -> Motion:
    """A raw motion of a body that faces the camera, turned about its vertical (T,), its pelvis at (T, 3)."""
    joints = forward_kinematics(torch.from_numpy(angles_rad), torch.zeros(12, dtype=torch.float64)).numpy()
    turn = about_axis(torch.from_numpy(np.zeros(len(pts_s)) if turn_rad is None else turn_rad), 1).numpy()
    motion = empty_motion(pts_s)
    motion.joints3d_m[:] = (CAMERA_FACES @ turn @ joints.swapaxes(1, 2)).swapaxes(1, 2) + pelvis_m[:, None]
    motion.joints2d_px[:] = motion.joints3d_m[..., :2] / motion.joints3d_m[..., 2:] * 500 + [160, 120]
    motion.angles_rad[:], motion.confidence[:], motion.box_px[:] = angles_rad, 0.9, [0, 0, 320, 240]
    motion.focal_px[:], motion.track[:] = 500.0, 0
    return motion


def dance(frames: int = 40, fps: float = 30.0, bend: float = 0.5) -> Motion:
    """Somebody who sways four metres away and turns twice about."""
    pts_s = np.arange(frames) / fps
    pelvis = np.stack([0.3 * np.sin(pts_s), 0.1 + 0.05 * np.cos(3 * pts_s), 4 + 0.2 * np.sin(2 * pts_s)], axis=1)
    return motion_of(pts_s, swaying(pts_s, bend), pelvis, np.linspace(0, 4 * np.pi, frames))


def dance_take(frames: int = 40, fps: float = 30.0) -> Take:
    """The take of `dance`."""
    return take_of(dance(frames, fps))
