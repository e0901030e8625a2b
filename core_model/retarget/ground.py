"""From the camera's axes to a level world that stands on its ground (numpy only)."""

import numpy as np
import torch

from core_model.geometry.rotations import smallest_rotation
from core_model.skeleton import JOINT

CAMERA_TO_Y_UP = np.diag([1.0, -1.0, -1.0])
"""Half a turn about x: from x right, y down, z away to x right, y up, z back."""
LEVEL_SPREAD_M = 1.0
"""Where feet spread less than about this over the ground, the camera is rather taken to be level than the ground to
slope: what errors in depth do to standing feet looks like a slope."""
ON_GROUND_M = 0.05
_TOES = [JOINT["l_toe"], JOINT["r_toe"]]


def world_from_camera(joints_m: np.ndarray) -> np.ndarray:
    """(3, 4) `p_world = M[:, :3] @ p_camera + M[:, 3]` for joints (T, 21, 3) in the camera frame, finite.

    The ground is the plane under the lower toes; the world's origin is on it, under the pelvis of the first frame.
    """
    upright = joints_m @ CAMERA_TO_Y_UP.T
    toes = upright[:, _TOES]
    lower = toes[np.arange(len(toes)), toes[..., 1].argmin(axis=1)]
    slope, height_m = _plane(lower)
    normal = np.array([-slope[0], 1.0, -slope[1]])
    turn = smallest_rotation(torch.from_numpy(normal / np.linalg.norm(normal)), torch.tensor([0.0, 1.0, 0.0]).double())
    rotation = turn.numpy() @ CAMERA_TO_Y_UP
    ground = rotation @ CAMERA_TO_Y_UP @ np.array([0.0, height_m, 0.0])
    pelvis = rotation @ joints_m[0, JOINT["pelvis"]]
    return np.column_stack([rotation, [-pelvis[0], -ground[1], -pelvis[2]]])


def moved(points_m: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points (..., 3) through a (3, 4) matrix."""
    return points_m @ matrix[:, :3].T + matrix[:, 3]


def _plane(points_m: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes (2,) along x and z, and height at the origin, of the ground under points (T, 3), y up.

    Ridge regression that starts from the lower quarter and leaves out, three times over, what is off the ground.
    """
    slope, height_m = np.zeros(2), float(np.percentile(points_m[:, 1], 25))
    for _ in range(3):
        above_m = points_m[:, 1] - points_m[:, [0, 2]] @ slope - height_m
        near = points_m[above_m <= max(ON_GROUND_M, float(np.percentile(above_m, 10)))]
        centre = near.mean(axis=0)
        off = near - centre
        flat = off[:, [0, 2]]
        slope = np.linalg.solve(
            flat.T @ flat / len(near) + LEVEL_SPREAD_M**2 * np.eye(2), flat.T @ off[:, 1] / len(near)
        )
        height_m = float(centre[1] - centre[[0, 2]] @ slope)
    return slope, height_m
