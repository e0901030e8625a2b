"""Equivariance: when a picture moves, what is said of it moves likewise."""

from torch import Tensor
from torch.nn.functional import cosine_similarity

from core_model.training.moves import Moves


def point_equivariance_loss(before: Tensor, after: Tensor, moves: Moves) -> Tensor:
    """Joints (B, 21, 2) read in pictures, against those read in the moved ones: mean distance in sides of the picture.
    Joints that leave it do not count."""
    expected = moves.points(before)
    inside = ((expected > 0) & (expected < 1)).all(-1).to(before.dtype).detach()
    distance = ((after - expected).square().sum(-1) + 1e-12).sqrt()
    return (distance * inside).sum() / inside.sum().clamp_min(1.0)


def limb_equivariance_loss(before: Tensor, after: Tensor, moves: Moves) -> Tensor:
    """Limb vectors (B, 20, 3), likewise: mean of one minus their cosine."""
    return (1 - cosine_similarity(after, moves.limbs(before), dim=-1, eps=1e-4)).mean()


def map_equivariance_loss(before: Tensor, after: Tensor, moves: Moves, mirror: Tensor) -> Tensor:
    """Maps (B, C, h, h), likewise: mean squared difference where the moved picture shows the old one. `mirror` (C,)
    names the channel that each becomes under a flip."""
    shown = moves.pictures(_inside(before))
    difference = (after - moves.pictures(before, mirror)).square().sum(1, keepdim=True)
    return (difference * (shown > 0.99)).sum() / (shown > 0.99).sum().clamp_min(1)


def _inside(like: Tensor) -> Tensor:
    """(B, 1, h, h) of ones with a rim of zeros, which is what moves in from outside."""
    inside = like.new_zeros(len(like), 1, *like.shape[-2:])
    inside[..., 1:-1, 1:-1] = 1
    return inside
