"""Poses that the camera would see the same: limbs mirrored in depth, as far as people can hold them.

A joint at a known distance from the one before it, on a known line of sight, has two places: where the line enters the
sphere about that joint, and where it leaves it. Which of the two holds is what a single picture tells least about.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import torch

from core_model.fitting import unlikeliness
from core_model.geometry.kinematics import clamp_angles, forward_kinematics, inverse_kinematics, limb_directions
from core_model.prediction import Factors
from core_model.skeleton import JOINT

SAME_SHARE = 0.015
"""Joints that move by more of the crop's side in the picture are seen to have moved."""
APART_M = 0.1
"""Poses of which no joint is farther away than this are no alternative."""
MORE_UNLIKELY = 12.0
"""An alternative may be so much farther from recorded poses than the pose itself (squared Mahalanobis distance): with
the weight that they have in `core_model.fitting`, it is half as likely."""
_CHAINS = [
    [JOINT[f"{side}_{name}"] for name in names]
    for side, names in product("lr", (("shoulder", "elbow", "wrist", "hand"), ("hip", "knee", "ankle", "toe")))
]
_MIRRORED = ((True, False), (False, True), (True, True))
"""The upper limb, the lower one, or both."""


@dataclass(frozen=True, eq=False, slots=True)
class OtherDepth:
    """A pose within the limits whose joints are seen where those of the factors are."""

    angles_rad: np.ndarray  # (20, 2)
    joints3d_m: np.ndarray  # (21, 3) camera frame of the factors
    cost: float  # how much farther from recorded poses, squared Mahalanobis distance; negative: nearer


def other_depths(factors: Factors, count: int = 2) -> list[OtherDepth]:
    """The likeliest alternatives to the pose of the factors, at most `count`, the likeliest first; some 10 ms."""
    camera = factors.camera
    angles, shape = (torch.from_numpy(np.asarray(x, np.float64))[None] for x in (factors.angles_rad, factors.shape))
    body_m = forward_kinematics(angles, shape)
    joints_m = body_m[0].numpy() @ camera.rotation.T + camera.translation_m
    mirrored_m = np.stack([_mirrored(joints_m, chain, flips) for chain in _CHAINS for flips in _MIRRORED])
    found = clamp_angles(inverse_kinematics(torch.from_numpy(mirrored_m)).angles_rad)
    others_m = forward_kinematics(found, shape.expand(len(found), -1)).numpy() @ camera.rotation.T
    others_m += camera.translation_m
    cost = unlikeliness(limb_directions(found)) - unlikeliness(limb_directions(angles))
    seen_px = np.linalg.norm(camera.project(others_m) - camera.project(joints_m), axis=-1).max(axis=1)
    apart_m = np.linalg.norm(others_m - joints_m, axis=-1).max(axis=1)
    side_px = float(factors.box_px[2] - factors.box_px[0])
    fits = (seen_px < SAME_SHARE * side_px) & (apart_m > APART_M) & (cost.numpy() < MORE_UNLIKELY)
    order = [i for i in np.argsort(cost.numpy()) if fits[i]][:count]
    return [OtherDepth(found[i].numpy(), others_m[i], float(cost[i])) for i in order]


def _mirrored(joints_m: np.ndarray, chain: list[int], flips: tuple[bool, bool]) -> np.ndarray:
    """Joints (21, 3) with limbs of an arm or a leg on the other side of what the camera sees; what hangs on them keeps
    its own side."""
    made = joints_m.copy()
    for parent, child, flipped in zip(chain, chain[1:], (*flips, False), strict=False):
        ray = joints_m[child] / np.linalg.norm(joints_m[child])
        length_m = np.linalg.norm(joints_m[child] - joints_m[parent])
        behind = joints_m[child] @ ray > joints_m[parent] @ ray
        nearest_m = made[parent] @ ray
        half = np.sqrt(max(length_m**2 - made[parent] @ made[parent] + nearest_m**2, 0.0))
        limb = (nearest_m + (half if behind != flipped else -half)) * ray - made[parent]
        made[child] = made[parent] + limb * (length_m / np.linalg.norm(limb))
    return made
