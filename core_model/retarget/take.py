"""A take: one person's motion as other programs want it, in a level world at an even pace."""

from dataclasses import dataclass

import numpy as np
import torch

from core_model.errors import NobodyFoundError, PuppetPoseError
from core_model.geometry.kinematics import inverse_kinematics, joints_from_directions
from core_model.motion import Motion
from core_model.retarget.ground import moved, world_from_camera
from core_model.retarget.rig import tied_lengths
from core_model.retarget.timing import frame_rate, resampled
from core_model.skeleton import JOINT, LIMBS

FASTEST_FPS = 1000.0
SHORTEST_LIMB_M = 1e-3


@dataclass(frozen=True, slots=True)
class Take:
    """All rows are finite. World: `core_model.retarget`."""

    fps: float
    times_s: np.ndarray  # (T,) of the clip, `1 / fps` apart
    joints_m: np.ndarray  # (T, 21, 3) world, limbs of constant length
    lengths_m: np.ndarray  # (20,) left and right the same
    confidence: np.ndarray  # (T, 21) in [0, 1]; 0 where filled in
    gap_s: np.ndarray  # (T,) length of the hole that was filled in here; 0 where somebody was seen
    world_from_camera: np.ndarray  # (3, 4)

    def body(self) -> tuple[np.ndarray, np.ndarray]:
        """Angles (T, 20, 2) in radians, and rotations (T, 3, 3) body frame -> world."""
        body = inverse_kinematics(torch.from_numpy(self.joints_m))
        return body.angles_rad.numpy(), body.rotation.numpy()


def take_of(motion: Motion, fps: float | None = None) -> Take:
    """A motion in the camera frame -> a take at `fps`, by default the clip's own. The motion is not changed.

    All of it is taken for one person, with the median of their limb lengths. Images, which have no time, are taken for
    frames `1 / fps` apart. Raises NobodyFoundError where no row is known, PuppetPoseError for a rate or a body that
    cannot be.
    """
    if fps is not None and not 0 < fps <= FASTEST_FPS:
        raise PuppetPoseError(f"{fps:g} frames a second cannot be.", f"Give a rate up to {FASTEST_FPS:g}.")
    known = np.isfinite(motion.joints3d_m).all(axis=(1, 2))
    if not known.any():
        raise NobodyFoundError("There is nobody in any frame.", "Choose another clip, or analyse it with --boxes.")
    pts_s = _times(motion.pts_s, fps)
    fps = frame_rate(pts_s) if fps is None else fps
    seen = motion.joints3d_m[known]
    limbs = np.linalg.norm(seen[:, LIMBS[:, 1]] - seen[:, LIMBS[:, 0]], axis=-1)
    lengths_m = tied_lengths(np.median(limbs, axis=0))
    if not (lengths_m > SHORTEST_LIMB_M).all():
        raise PuppetPoseError("The joints lie on one point: that is no body.", "Analyse the clip again.")
    sampled = resampled(motion.joints3d_m, pts_s, fps)
    sure = resampled(np.where(known[:, None], motion.confidence, np.nan), pts_s, fps)
    joints_m = with_lengths(sampled.values, lengths_m)
    matrix = world_from_camera(joints_m)
    confidence = np.where(sampled.gap_s[:, None] > 0, 0.0, sure.values)
    return Take(fps, sampled.times_s, moved(joints_m, matrix), lengths_m, confidence, sampled.gap_s, matrix)


def with_lengths(joints_m: np.ndarray, lengths_m: np.ndarray) -> np.ndarray:
    """Joints (T, 21, 3) with the same pelvis and directions of limbs, the hips in line, and limb lengths (20,)."""
    limbs = joints_m[:, LIMBS[:, 1]] - joints_m[:, LIMBS[:, 0]]
    left, right = JOINT["l_hip"] - 1, JOINT["r_hip"] - 1
    limbs[:, left] -= limbs[:, right]
    limbs[:, right] = -limbs[:, left]
    ways = limbs / np.maximum(np.linalg.norm(limbs, axis=-1, keepdims=True), 1e-9)
    built = joints_from_directions(torch.from_numpy(ways), torch.from_numpy(lengths_m).expand(ways.shape[:2]))
    return joints_m[:, :1] + built.numpy()


def _times(pts_s: np.ndarray, fps: float | None) -> np.ndarray:
    """Rising times (T,) of all frames."""
    if np.isfinite(pts_s).all():
        if (np.diff(pts_s) <= 0).any():
            raise PuppetPoseError("The frames are not in the order of their times.", "Analyse the clip again.")
        return pts_s
    if fps is None and len(pts_s) > 1:
        raise PuppetPoseError("Images have no times.", "Say how many there are a second, with --fps.")
    return np.arange(len(pts_s)) / (fps or 1.0)
