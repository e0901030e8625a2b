"""Limb vectors as the encoder read them -> what agrees best with them, the joints' points and recorded poses.

The likeliest pose under three Gaussians: joints lie on their rays, limbs point as read, and people hold themselves as
in the motion capture. In the frame of the hips all three are linear in the limb vectors and the place, so that a round
is one system of 63 equations; from round to round limbs return to their lengths, and points far astray lose their
weight (Gauss-Newton, iteratively reweighted). Torch, batched, differentiable, on any device.

On 200 rendered people that nothing was tuned on, P-MPJPE fell from 125.9 to 121.9 mm and MPJPE from 192 to 186 mm
against turning each limb towards its two points; without recorded poses to 124.3 mm. The trained prior's auto-encoder
in place of the Gaussian gained no more and takes longer.
"""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from core_model.data.mocap.poses import load_poses
from core_model.geometry.kinematics import body_rotation, joints_from_directions
from core_model.geometry.rotations import normalise
from core_model.skeleton import JOINT, LIMB_MIRROR, LIMBS, NUM_JOINTS, NUM_LIMBS

POINT_M = 0.05
"""How far a joint that is seen surely lies from its ray."""
ASTRAY = 2.0
"""A point that lies this many times as far off has a quarter of its weight (Geman and McClure)."""
LIMB = 0.35
"""How far a read limb vector lies from the true one, as a share of its length: 20 degrees."""
PRIOR = 0.1
"""Weight of the recorded poses: less than one, for poses are no Gaussian. At 0.2 misread poses gain 0.2 to 0.9 mm more,
but where all is read right it pulls by 19 mm, not 12."""
STIFF = 100.0
"""How hard limbs resist a change of length, before they are cut to length."""
STRIDE_M = 1.0
"""How far the place may move in a round: it is damped, for nothing tells it where all joints lie on one ray."""
ROUNDS = 2
_BLUR = 0.01
"""Added to the variances of recorded limb vectors: some of them never change."""
_SIZE = 3 * NUM_LIMBS
_LEFT_HIP, _RIGHT_HIP = JOINT["l_hip"] - 1, JOINT["r_hip"] - 1


class Sights(NamedTuple):
    """What a body is fitted to."""

    limbs: Tensor  # (B, 20, 3) unit vectors as read, camera frame
    lengths_m: Tensor  # (B, 20)
    rays: Tensor  # (B, 21, 2) x / z, y / z of the joints
    weight: Tensor  # (B, 21) how sure the joints are, above 0


class _Recorded(NamedTuple):
    """Limb vectors of recorded poses in the body frame, and the skeleton as a matrix."""

    mean: Tensor  # (60,)
    precision: Tensor  # (60, 60) inverse covariance
    paths: Tensor  # (21, 20) limb vectors -> joints


def fit_limbs(seen: Sights, place_m: Tensor) -> Tensor:
    """(B, 20, 3) unit limb vectors, from a first guess of where the pelvis is, (B, 3). Both hips stay opposite."""
    directions = one_hip_axis(seen.limbs)
    for _ in range(ROUNDS):
        directions, place_m = _round(directions, place_m, seen)
    return directions


def unlikeliness(limbs: Tensor) -> Tensor:
    """How far from recorded poses limb vectors (B, 20, 3) in the body frame are: (B,) squared Mahalanobis distances."""
    recorded = _recorded(limbs.device, limbs.dtype)
    off = limbs.flatten(1) - recorded.mean
    return torch.linalg.vecdot(off @ recorded.precision, off)


def one_hip_axis(directions: Tensor) -> Tensor:
    """The pelvis lies midway between the hips: their two limbs, of (B, 20, 3), are opposite."""
    axis = normalise(directions[:, _LEFT_HIP] - directions[:, _RIGHT_HIP])
    out = directions.clone()
    out[:, _LEFT_HIP], out[:, _RIGHT_HIP] = axis, -axis
    return out


def _round(directions: Tensor, place_m: Tensor, seen: Sights) -> tuple[Tensor, Tensor]:
    """One linear system in the body frame of `directions`; unknown are 20 limb vectors and the pelvis' place."""
    recorded = _recorded(directions.device, directions.dtype)
    turn = body_rotation(joints_from_directions(directions, seen.lengths_m))
    limbs = directions @ turn
    on_rays = _on_rays(seen, turn, recorded.paths)
    off_m = on_rays @ torch.cat([limbs, place_m[:, None] @ turn], dim=1).flatten(1)[..., None]
    trust = _trust(off_m.detach(), seen.weight)
    normal = on_rays.transpose(1, 2) @ (trust * on_rays)
    along = torch.diag_embed(limbs.transpose(1, 2), dim1=1, dim2=2).flatten(2)
    normal[:, :_SIZE, :_SIZE] += PRIOR * recorded.precision + STIFF * along.transpose(1, 2) @ along
    diagonal = normal.diagonal(dim1=1, dim2=2)
    diagonal[:, :_SIZE] += 1 / LIMB**2
    diagonal[:, _SIZE:] += 1 / STRIDE_M**2
    pull = -(on_rays.transpose(1, 2) @ (trust * off_m)).squeeze(-1)
    pull[:, :_SIZE] += PRIOR * (recorded.mean - limbs.flatten(1)) @ recorded.precision
    pull[:, :_SIZE] += (seen.limbs @ turn - limbs).flatten(1) / LIMB**2
    step = torch.linalg.solve(normal, pull).unflatten(1, (-1, 3)) @ turn.transpose(1, 2)
    return one_hip_axis(normalise(directions + step[:, :-1])), place_m + step[:, -1]


def _trust(off_m: Tensor, weight: Tensor) -> Tensor:
    """(B, 42, 1) inverse variances of the points, less for those astray."""
    straying = (off_m.unflatten(1, (NUM_JOINTS, 2)) / (ASTRAY * POINT_M)).square().sum((-1, -2))
    return (weight / (POINT_M * (1 + straying)).square()).repeat_interleave(2, dim=1)[..., None]


def _on_rays(seen: Sights, turn: Tensor, paths: Tensor) -> Tensor:
    """(B, 42, 63) what takes limb vectors and place in the body frame to how far joints lie off their rays, metres.

    Across a ray (rx, ry, 1) that is x - rx z and y - ry z, which is linear, too, in where the joint is.
    """
    across = turn[:, None, :2] - seen.rays[..., None] * turn[:, None, 2:]
    reach = torch.cat([paths * seen.lengths_m[:, None], torch.ones_like(seen.rays[..., :1])], dim=-1)
    return (reach[:, :, None, :, None] * across[:, :, :, None]).flatten(3).flatten(1, 2)


@lru_cache(maxsize=8)
def _recorded(device: torch.device, dtype: torch.dtype) -> _Recorded:
    with torch.inference_mode(False), torch.no_grad():
        joints = torch.from_numpy(load_poses("train").joints_m).double()
        limbs = normalise(joints[:, LIMBS[:, 1]] - joints[:, LIMBS[:, 0]])
        mirrored = limbs[:, LIMB_MIRROR] * limbs.new_tensor([-1, 1, 1])
        both = torch.cat([limbs, mirrored]).flatten(1)
        precision = torch.linalg.inv(torch.cov(both.T) + _BLUR * torch.eye(_SIZE, dtype=torch.float64))
        each = torch.eye(NUM_LIMBS, dtype=torch.float64)[..., None].expand(-1, -1, 3)
        paths = joints_from_directions(each, torch.ones_like(each[0, :, 0]))[..., 0].T.contiguous()
        return _Recorded(*(x.to(device=device, dtype=dtype) for x in (both.mean(0), precision, paths)))
