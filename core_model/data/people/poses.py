"""Poses for the rendered people: motion capture, for training shuffled and turned limb by limb within the joint limits.

The held-out poses stay as they were recorded: what is measured on them speaks of real motion. Joints come as (21,3) m
with the world's up along +y.
"""

import math
from typing import Literal

import numpy as np
import torch

from core_model.data.mocap.poses import Poses, load_poses
from core_model.data.people.assets import Array
from core_model.geometry.kinematics import joints_from_lengths
from core_model.limits import LIMITS_RAD
from core_model.skeleton import JOINT

BATCH = 128
BORROWED = 0.25
"""Share of poses whose arms come from another recording, likewise (independently) the legs."""
TURNED = 0.5
"""Share of poses whose limbs are turned a little, a quarter of them a lot."""
FREE = 0.25
"""Share of poses in which each arm or leg is, half the time, drawn anywhere within its limits."""
TRUNK_RADIUS_M, LEG_RADIUS_M = 0.11, 0.08
PAIR_FRAMES = 40


def _limbs(*joints: str) -> list[int]:
    return [JOINT[name] - 1 for name in joints]


LIMB_SETS = (
    _limbs("l_elbow", "l_wrist", "l_hand"), _limbs("r_elbow", "r_wrist", "r_hand"),
    _limbs("l_knee", "l_ankle", "l_toe"), _limbs("r_knee", "r_ankle", "r_toe"),
)  # fmt: skip
_ARMS, _LEGS = LIMB_SETS[0] + LIMB_SETS[1], LIMB_SETS[2] + LIMB_SETS[3]


class PoseSource:
    """Endless poses: recorded ones, changed if `varied`."""

    def __init__(self, poses: Poses, *, varied: bool = True) -> None:
        self.poses, self.varied = poses, varied
        self.upright = upright(poses.up)
        self._single: list[Array] = []
        self._pairs: list[Array] = []

    def draw(self, rng: np.random.Generator) -> Array:
        """One pose (21,3)."""
        if not self._single:
            self._single = list(self.vary(rng, rng.integers(len(self.poses), size=BATCH)))
        return self._single.pop()

    def draw_pair(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """Two poses that lie near each other in the recordings, as two frames of one video would."""
        if not self._pairs:
            first = rng.integers(len(self.poses), size=BATCH // 2)
            second = np.clip(first + rng.integers(-PAIR_FRAMES, PAIR_FRAMES + 1, BATCH // 2), 0, len(self.poses) - 1)
            second = np.where(self.poses.clip[second] == self.poses.clip[first], second, first)
            self._pairs = list(self.vary(rng, np.stack([first, second], axis=1).reshape(-1)).reshape(-1, 2, 21, 3))
        first_m, second_m = self._pairs.pop()
        return first_m, second_m

    def vary(self, rng: np.random.Generator, index: Array) -> Array:
        """The recorded poses `index` (N,), changed: joints (N,21,3). Unchanged where limbs would hit the body."""
        if not self.varied:
            return np.einsum("nij,npj->npi", self.upright[index], self.poses.joints_m[index])
        angles = vary_angles(rng, self.poses.angles_rad[index], self.poses.angles_rad)
        lengths = torch.from_numpy(self.poses.lengths_m[index])
        joints = joints_from_lengths(torch.from_numpy(angles), lengths).numpy()
        joints = np.where(collides(joints)[:, None, None], self.poses.joints_m[index], joints)
        return np.einsum("nij,npj->npi", self.upright[index], joints)


def vary_angles(rng: np.random.Generator, angles_rad: Array, others_rad: Array) -> Array:
    """Limb angles (N,20,2) with limbs borrowed from other poses (M,20,2), turned, or free; always within the limits."""
    count = len(angles_rad)
    out = angles_rad.copy()
    for limbs in (_ARMS, _LEGS):
        donor = others_rad[rng.integers(len(others_rad), size=count)][:, limbs]
        out[:, limbs] = np.where((rng.random(count) < BORROWED)[:, None, None], donor, out[:, limbs])
    low, high = LIMITS_RAD[..., 0], LIMITS_RAD[..., 1]
    free = rng.random(count) < FREE
    sigma = np.where(rng.random(count) < TURNED, math.radians(15), 0.0)
    sigma = np.where(rng.random(count) < 0.25, 3 * sigma, sigma)
    for limbs in LIMB_SETS:
        turned = rng.normal(size=(count, len(limbs), 2)) * sigma[:, None, None] * (rng.random((count, 1, 1)) < 0.5)
        turned[:, 2] *= 0.3  # hands and feet follow their limb
        out[:, limbs] += turned.astype(np.float32)
        anywhere = low[limbs] + (high - low)[limbs] * rng.uniform(0.08, 0.92, (count, len(limbs), 2))
        anywhere[:, 2] = out[:, limbs[2]]
        chosen = free & (rng.random(count) < 0.5)
        out[:, limbs] = np.where(chosen[:, None, None], anywhere, out[:, limbs])
    return np.clip(out, low, high).astype(np.float32)


def collides(joints_m: Array) -> Array:
    """Whether (N,) arms run through the trunk or legs through each other, by distances between joints and axes."""
    at = {name: joints_m[:, i] for name, i in JOINT.items()}
    hit = np.zeros(len(joints_m), dtype=bool)
    for side, other in (("l", "r"), ("r", "l")):
        for name in ("elbow", "wrist", "hand"):
            point = at[f"{side}_{name}"]
            for a, b in (("pelvis", "spine"), ("spine", "thorax"), ("thorax", "head")):
                hit |= distance_to_segment(point, at[a], at[b]) < TRUNK_RADIUS_M
        for name in ("knee", "ankle", "toe"):
            for a, b in (("hip", "knee"), ("knee", "ankle")):
                reach = distance_to_segment(at[f"{side}_{name}"], at[f"{other}_{a}"], at[f"{other}_{b}"])
                hit |= reach < LEG_RADIUS_M
    return hit


def distance_to_segment(point: Array, a: Array, b: Array) -> Array:
    """Distance (N,) from points (N,3) to the segments between `a` and `b` (N,3)."""
    along = ((point - a) * (b - a)).sum(-1) / np.maximum(((b - a) ** 2).sum(-1), 1e-9)
    return np.linalg.norm(point - a - np.clip(along, 0, 1)[:, None] * (b - a), axis=-1)


def load_source(split: Literal["train", "held_out"]) -> PoseSource:
    """Poses of one split: varied for training, as recorded for measuring."""
    return PoseSource(load_poses(split), varied=split == "train")


def upright(up: Array) -> Array:
    """Smallest rotations (N,3,3) that carry the unit vectors `up` (N,3) onto +y (a half turn where they point down)."""
    x, y, z = np.moveaxis(np.asarray(up, dtype=np.float64), -1, 0)
    c = 1 / np.maximum(1 + y, 1e-6)
    rows = ((1 - x * x * c, -x, -x * z * c), (x, y, z), (-x * z * c, -z, 1 - z * z * c))
    return np.moveaxis(np.array(rows), -1, 0).astype(np.float32)
