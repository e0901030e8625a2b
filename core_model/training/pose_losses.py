"""What teaches the pose encoder, one function a term. Each is zero (or least) on the right answer.

Shapes: maps as in `core_model.networks.encoder.EncoderMaps`; `points` (B, 21, 2) are joints in cells of the heat-map
(the centre of the first cell is 0.5); `weight` (B, 21) says how much each joint counts.
"""

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from core_model.skeleton import LIMBS, NUM_LIMBS


def gaussian_maps(points: Tensor, size: int, sigma: float = 1.0) -> Tensor:
    """(B, N, 2) points in cells -> (B, N, size, size) Gaussians that sum to one (or all zero far outside)."""
    cells = torch.arange(size, device=points.device, dtype=points.dtype) + 0.5
    x = torch.exp(-((cells - points[..., :1]) ** 2) / (2 * sigma**2))
    y = torch.exp(-((cells - points[..., 1:]) ** 2) / (2 * sigma**2))
    maps = y[..., :, None] * x[..., None, :]
    return maps / maps.sum(dim=(-2, -1), keepdim=True).clamp_min(1e-8)


def heat_loss(heat: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the soft-maxed heat-maps (B, 21, H, W) from targets that sum to one."""
    log_p = functional.log_softmax(heat.flatten(2), dim=-1)
    t = target.flatten(2)
    divergence = (t * (torch.log(t.clamp_min(1e-9)) - log_p)).sum(dim=-1)
    return (divergence * weight).sum() / weight.sum().clamp_min(1.0)


def expectation_loss(heat: Tensor, points: Tensor, weight: Tensor) -> Tensor:
    """L1 between the expectation of the soft-maxed heat-maps and the joints, in cells."""
    p = functional.softmax(heat.flatten(2), dim=-1).view_as(heat)
    cells = torch.arange(heat.shape[-1], device=heat.device, dtype=p.dtype) + 0.5
    mean = torch.stack([(p.sum(dim=2) * cells).sum(-1), (p.sum(dim=3) * cells).sum(-1)], dim=-1)
    return ((mean - points).abs().sum(-1) * weight).sum() / weight.sum().clamp_min(1.0)


def pooled_limbs(limbs: Tensor, where: Tensor) -> Tensor:
    """Limb maps (B, 60, H, W), joint maps that sum to one (B, 21, H, W) -> (B, 20, 3) limb vectors.

    A limb's vector is the mean of its map over its two end joints' maps.
    """
    first, second = _limb_ends(limbs.device)
    weight = (where.index_select(1, first) + where.index_select(1, second)) / 2
    maps = limbs.view(limbs.shape[0], NUM_LIMBS, 3, *limbs.shape[-2:])
    return (maps * weight[:, :, None]).sum(dim=(-2, -1))


@cache
def _limb_ends(device: torch.device) -> tuple[Tensor, Tensor]:
    """The joints (20,) where limbs begin and end, there: they cannot be sent while a CUDA graph is recorded."""
    first, second = torch.as_tensor(LIMBS.T.copy(), device=device)
    return first, second


def limb_loss(vectors: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """L1 between limb vectors (B, 20, 3) and unit directions, plus one minus their cosine; `weight` (B, 20)."""
    cosine = functional.cosine_similarity(vectors, target, dim=-1, eps=1e-4)
    error = (vectors - target).abs().sum(-1) + (1 - cosine)
    return error.mean() if weight is None else (error * weight).sum() / weight.sum().clamp_min(1.0)


def part_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of a segmentation (B, 15, H, W) against part indices (B, H, W), or probabilities (B, 15, H, W)."""
    return functional.cross_entropy(logits, labels)


def shape_loss(free: Tensor, target: Tensor) -> Tensor:
    """L1 between the squashed shape numbers and the body's (B, 12)."""
    return (torch.tanh(free) - target).abs().mean()


def agreement_loss(student: Tensor, teacher: Tensor, trusted: Tensor) -> Tensor:
    """On unlabelled frames: `heat_loss` against the teacher's own maps, where `trusted` (B, 21) says it is sure."""
    return heat_loss(student, teacher, trusted)
