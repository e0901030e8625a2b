"""Poses for the rendered people: motion capture, shuffled and turned limb by limb. Joints (21,3) m, y up."""

import math
from typing import Literal

import numpy as np

from core_model.data.mocap.poses import load_poses
from core_model.data.people.assets import Array
from core_model.data.people.rotations import frame, turn, unit
from core_model.skeleton import JOINT

_ARMS = (("l_shoulder", "l_elbow", "l_wrist", "l_hand"), ("r_shoulder", "r_elbow", "r_wrist", "r_hand"))
_LEGS = (("l_hip", "l_knee", "l_ankle", "l_toe"), ("r_hip", "r_knee", "r_ankle", "r_toe"))


class PoseSource:
    """Endless poses from `joints_m` (N,21,3), y up, of one split."""

    def __init__(self, joints_m: Array) -> None:
        self.joints_m = joints_m

    def draw(self, rng: np.random.Generator) -> Array:
        """One pose (21,3), sometimes changed: arms of another frame, whole limbs turned."""
        return self._vary(rng, int(rng.integers(len(self.joints_m))))

    def draw_pair(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """Two poses that lie near each other in the recordings, as two frames of one video would."""
        first = int(rng.integers(len(self.joints_m)))
        second = int(np.clip(first + rng.integers(-40, 41), 0, len(self.joints_m) - 1))
        return self._vary(rng, first), self._vary(rng, second)

    def _vary(self, rng: np.random.Generator, index: int) -> Array:
        joints = self.joints_m[index].astype(np.float64)
        if rng.random() < 0.3:
            joints = borrow_arms(joints, self.joints_m[rng.integers(len(self.joints_m))].astype(np.float64))
        if rng.random() < 0.5:
            turn_limbs(joints, rng, math.radians(45 if rng.random() < 0.25 else 15))
        return joints


def chest_frame(joints: Array) -> Array:
    """Axes (columns) of the chest: towards the left, up along the spine, forward."""
    at = JOINT
    return frame(joints[at["l_shoulder"]] - joints[at["r_shoulder"]], joints[at["thorax"]] - joints[at["spine"]])


def borrow_arms(joints: Array, other: Array) -> Array:
    """`joints` with the arms of `other`, carried from one chest to the other."""
    turned = chest_frame(joints) @ chest_frame(other).T
    out = joints.copy()
    for arm in _ARMS:
        ids = [JOINT[name] for name in arm]
        out[ids[1:]] = out[ids[0]] + (other[ids[1:]] - other[ids[0]]) @ turned.T
    return out


def turn_limbs(joints: Array, rng: np.random.Generator, sigma_rad: float) -> None:
    """Turn whole arms and legs about shoulder and hip, in place: the knees' and elbows' own bends stay natural."""
    for limb in _ARMS + _LEGS:
        if rng.random() < 0.5:
            ids = [JOINT[name] for name in limb]
            rotation = turn(unit(rng.normal(size=3)), rng.normal() * sigma_rad)
            joints[ids[1:]] = joints[ids[0]] + (joints[ids[1:]] - joints[ids[0]]) @ rotation.T


def load_source(split: Literal["train", "held_out"]) -> PoseSource:
    """Poses of one split, turned so that the world's up is +y."""
    poses = load_poses(split)
    return PoseSource(np.einsum("nij,npj->npi", upright(poses.up), poses.joints_m))


def upright(up: Array) -> Array:
    """Smallest rotations (N,3,3) that carry the unit vectors `up` (N,3) onto +y (a half turn where they point down)."""
    x, y, z = np.moveaxis(np.asarray(up, dtype=np.float64), -1, 0)
    c = 1 / np.maximum(1 + y, 1e-6)
    rows = ((1 - x * x * c, -x, -x * z * c), (x, y, z), (-x * z * c, -z, 1 - z * z * c))
    return np.moveaxis(np.array(rows), -1, 0).astype(np.float32)
