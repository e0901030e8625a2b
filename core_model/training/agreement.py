"""Agreement on unlabelled frames: what the averaged network says of a frame and of its twin teaches its student.

The student sees the frame turned, scaled, recoloured and cut; it must say what the teacher says, moved likewise. Only
joints count on which the teacher agrees with itself under a flip, and of those the surest.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core_model.data.augment import Warp
from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps
from core_model.networks.readout import decode_mode, unflip_torch
from core_model.skeleton import LIMBS, NUM_JOINTS
from core_model.training.pose_losses import pooled_limbs

SAME_WITHIN = 1.5
"""Cells within which an answer and its twin's count as the same."""
SUREST = 0.6
"""Share of the joints of a batch that teach."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the teacher says of the pictures the student sees."""

    points: Tensor  # (B, 21, 2) in cells
    trusted: Tensor  # (B, 21) 1 or 0
    limbs: Tensor  # (B, 20, 3) unit vectors
    limbs_trusted: Tensor  # (B, 20)


def make_lesson(plain: EncoderMaps, flipped: EncoderMaps, warps: list[Warp]) -> Lesson:
    """Teacher's maps of the plain crops and of their mirror images -> targets for the warped crops."""
    back = unflip_torch(flipped)
    p, q = (m.heat.flatten(2).softmax(-1).view_as(m.heat) for m in (plain, back))
    mean = (p + q) / 2
    vectors = (pooled_limbs(plain.limbs, p) + pooled_limbs(back.limbs, q)) / 2
    vectors = vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    flat = [m.reshape(-1, MAP_PX, MAP_PX).double().numpy() for m in (p, q, mean)]
    (a, _), (b, _), (points, mass) = (decode_mode(m) for m in flat)
    same = np.linalg.norm(a - b, axis=-1) < SAME_WITHIN
    threshold = np.quantile(mass, 1 - SUREST)
    trusted = (same & (mass >= threshold)).reshape(-1, NUM_JOINTS)
    return _moved(points.reshape(-1, NUM_JOINTS, 2), trusted, vectors.numpy(), warps)


def _moved(points: np.ndarray, trusted: np.ndarray, vectors: np.ndarray, warps: list[Warp]) -> Lesson:
    cell = INPUT_PX / MAP_PX
    out_points, out_trusted, out_limbs = [], [], []
    for i, warp in enumerate(warps):
        moved = warp.points(points[i] * cell)
        inside = ((moved > 0) & (moved < INPUT_PX)).all(axis=1)
        out_points.append(moved / cell)
        out_trusted.append(warp.order(trusted[i]) & inside)
        by_joint = np.concatenate([np.zeros((1, 3)), vectors[i]])  # limb i ends in joint i + 1
        out_limbs.append(warp.directions(by_joint)[1:])
    good = torch.from_numpy(np.stack(out_trusted))
    ends = torch.as_tensor(LIMBS)
    both = good[:, ends[:, 0]] & good[:, ends[:, 1]]
    as_float = [torch.from_numpy(np.stack(x)).float() for x in (out_points, out_limbs)]
    return Lesson(as_float[0], good.float(), as_float[1], both.float())
