"""Part segmentation: what a network says of pixels, what the puppet says, and what moves before the background."""

import torch
from torch import Tensor
from torch.nn import functional

_SMALLEST = 1e-4


def puppet_agreement_loss(logits: Tensor, segmentation: Tensor, uncertainty: Tensor) -> Tensor:
    """Kullback-Leibler divergence of part logits (B, 15, h, w) from the puppet's depth-aware maps (B, 15, h, w).

    Counts by 1 - `uncertainty` (B, 1, h, w): in the bands about the outlines the network is free. Gradients reach both
    sides, but not the bands, which could otherwise grow over whatever is wrong.
    """
    certain = 1 - uncertainty[:, 0].detach()
    puppet = segmentation.clamp_min(_SMALLEST)
    puppet = puppet / puppet.sum(1, keepdim=True)
    divergence = (puppet * (puppet.log() - functional.log_softmax(logits, dim=1))).sum(1)
    return (divergence * certain).sum() / certain.sum().clamp_min(1.0)


def foreground_loss(person: Tensor, foreground: Tensor, confidence: Tensor) -> Tensor:
    """Cross-entropy of a silhouette (B, 1, h, w) in [0, 1] against a foreground estimate (B, 1, h, w) in [0, 1], less
    the estimate's own (so that the right answer costs nothing), where `confidence` (B, 1, h, w) is high."""
    person, wanted = (x.clamp(_SMALLEST, 1 - _SMALLEST) for x in (person, foreground))
    excess = wanted * (wanted / person).log() + (1 - wanted) * ((1 - wanted) / (1 - person)).log()
    return (excess * confidence).sum() / confidence.sum().clamp_min(1.0)


def silhouette(logits: Tensor) -> Tensor:
    """Part logits (B, 15, h, w) -> how surely each pixel is a person's, (B, 1, h, w)."""
    return 1 - torch.softmax(logits, dim=1)[:, -1:]
