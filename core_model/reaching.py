"""A joint is pulled, the body follows: the nearest pose within the limits that takes the joint there.

Damped least squares (Levenberg and Marquardt) over the angles between the joint and the pelvis, those of the torso
stiffer; angles at a limit that want to go beyond it are held there.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from core_model.geometry.kinematics import forward_kinematics
from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.prediction import Factors
from core_model.skeleton import JOINT, LIMBS
from core_model.traced import traced

NEAR_M = 0.01
"""So far from where it is pulled a joint stays for a turn of one radian less."""
STIFF = 4.0
"""Torso and shoulders turn so much less than arms, legs and head."""
STEPS = 10
MOST_ANGLES = 12
"""That lie between a joint and the pelvis."""
_PROBE_RAD = 0.02
"""Large enough to feel that a straight elbow can bend."""
_STILL_RAD = 1e-4
_TRUNK = {JOINT[name] - 1 for name in ("spine", "thorax", "l_shoulder", "r_shoulder")}

_body = traced(forward_kinematics)


def reach(factors: Factors, joint: int, target: np.ndarray, rest_rad: np.ndarray | None = None) -> np.ndarray:
    """Angles (20, 2) with `joint` as near as can be to the target, which is (2,) in pixels of the full frame, then at
    whatever depth, or (3,) in metres in the camera frame.

    Of all poses that reach it: the one nearest to `rest_rad` (20, 2), that at the start of a drag; None: that of the
    factors. Shape and camera stay.
    """
    angles = np.clip(factors.angles_rad, LIMITS_RAD[..., 0], LIMITS_RAD[..., 1])
    chain, stiffness = _chain(joint)
    if not len(chain):
        return angles
    at = chain[:, 0], chain[:, 1]
    low, high = LIMITS_RAD[at].T
    aim = _Aim(factors, joint, target, at, (angles if rest_rad is None else rest_rad)[at], stiffness)
    damping, (off, slope) = 1e-2, aim.misfit(angles)
    for _ in range(STEPS):
        tried = angles.copy()
        tried[at] = np.clip(angles[at] + _step(off, slope, damping, angles[at], low, high), low, high)
        tried_off, tried_slope = aim.misfit(tried)
        if tried_off @ tried_off < off @ off:
            moved_rad = np.abs(tried[at] - angles[at]).max()
            angles, off, slope, damping = tried, tried_off, tried_slope, damping / 4
            if moved_rad < _STILL_RAD:
                break
        else:
            damping *= 8
    return angles


@lru_cache(maxsize=32)
def _chain(joint: int) -> tuple[np.ndarray, np.ndarray]:
    """Limb and axis (n, 2) of the free angles that move a joint, and how stiff they are (n,)."""
    limbs, up = [], joint
    while up > 0:
        limbs.append(up - 1)
        up = int(LIMBS[up - 1, 0])
    chain = np.array([(limb, axis) for limb in limbs for axis in (0, 1) if FREE_ANGLES[limb, axis]], int).reshape(-1, 2)
    only_trunk = all(limb in _TRUNK for limb in limbs)
    stiffness = np.array([STIFF if limb in _TRUNK and not only_trunk else 1.0 for limb, _ in chain])
    return chain, stiffness


@dataclass(frozen=True, slots=True)
class _Aim:
    """What is to become small."""

    factors: Factors
    joint: int
    target: np.ndarray
    at: tuple[np.ndarray, np.ndarray]  # of the n angles that may turn
    rest_rad: np.ndarray  # (n,)
    stiffness: np.ndarray  # (n,)

    def misfit(self, angles_rad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far off the joint is, in units of NEAR_M, and how far the angles are from rest (m,); their slope by the
        angles (m, n)."""
        count = len(self.rest_rad)
        poses = np.repeat(angles_rad[None], MOST_ANGLES + 1, axis=0)
        poses[np.arange(1, count + 1), *self.at] += _PROBE_RAD
        off = self._off(poses) / NEAR_M
        slope = (off[1 : count + 1] - off[0]).T / _PROBE_RAD
        turned = self.stiffness * (angles_rad[self.at] - self.rest_rad)
        return np.concatenate([off[0], turned]), np.concatenate([slope, np.diag(self.stiffness)])

    def _off(self, poses: np.ndarray) -> np.ndarray:
        """Metres (N, 2 or 3) from target to joint in poses (N, 20, 2): beside the line of sight to it, or in space."""
        camera, shape = self.factors.camera, np.repeat(np.asarray(self.factors.shape)[None], len(poses), axis=0)
        joints = _body(*(torch.from_numpy(np.asarray(x, np.float64)) for x in (poses, shape)))
        points_m = joints[:, self.joint].numpy() @ camera.rotation.T + camera.translation_m
        if len(self.target) == 3:
            return points_m - self.target  # type: ignore[no-any-return]
        return (camera.project(points_m) - self.target) * (camera.translation_m[2] / camera.focal_px)


def _step(
    off: np.ndarray, slope: np.ndarray, damping: float, angles: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """The damped step; angles at a limit that want to go beyond it stay, and the others are asked again."""
    free = np.ones(len(angles), bool)
    step = np.zeros(len(angles))
    for _ in range(2):
        part = slope[:, free]
        normal = part.T @ part
        normal[np.diag_indices_from(normal)] *= 1 + damping
        step[:] = 0
        step[free] = np.linalg.solve(normal, -part.T @ off)
        blocked = ((angles <= low) & (step < 0)) | ((angles >= high) & (step > 0))
        if not (blocked & free).any():
            break
        free &= ~blocked
        if not free.any():
            return np.zeros(len(angles))
    return step
