"""What teaches the decoder: each term a pure function, zero on the right answer, with a gradient on a wrong one."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

SIMILARITY, FEATURES = 0.4, 0.1
"""Weights of structural similarity and of the distance of features against the difference of colours."""
FEATURE_LEVELS = 2
"""How many of the trunk's features, from the finest, tell how alike two images look."""
_WINDOW = 7
_C1, _C2 = 0.01**2, 0.03**2
_EPS = 1e-6


def colour_loss(colour: Tensor, image: Tensor, mask: Tensor) -> Tensor:
    """Mean absolute difference of colours (B, 3, S, S) where the person, mask (B, 1, S, S) in [0, 1], is."""
    return ((colour - image).abs() * mask).sum() / (3 * mask.sum()).clamp(min=_EPS)


def similarity_loss(image: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """1 - SSIM of images (B, 3, S, S) in [0, 1] averaged with weight (B, 1, S, S).

    Wang, Bovik, Sheikh, Simoncelli, *Image quality assessment* (2004), with a box window.
    """

    def mean(x: Tensor) -> Tensor:
        for side, padding in (((_WINDOW, 1), (_WINDOW // 2, 0)), ((1, _WINDOW), (0, _WINDOW // 2))):
            x = F.avg_pool2d(x, side, stride=1, padding=padding, count_include_pad=False)
        return x

    a, b = mean(image), mean(target)
    var_a, var_b = mean(image * image) - a * a, mean(target * target) - b * b
    covariance = mean(image * target) - a * b
    ssim = (2 * a * b + _C1) * (2 * covariance + _C2) / ((a * a + b * b + _C1) * (var_a + var_b + _C2))
    return ((1 - ssim) * weight).sum() / (image.shape[1] * weight.sum()).clamp(min=_EPS)


def mask_loss(logits: Tensor, mask: Tensor, certain: Tensor) -> Tensor:
    """Cross-entropy of foreground logits (B, 1, S, S) against a mask in [0, 1], less that of the mask itself (so that
    the right answer costs nothing), where `certain` (B, 1, S, S) is 1."""
    entropy = -(torch.xlogy(mask, mask) + torch.xlogy(1 - mask, 1 - mask))
    excess = F.binary_cross_entropy_with_logits(logits, mask, reduction="none") - entropy
    return (excess * certain).sum() / certain.sum().clamp(min=_EPS)


def parts_loss(logits: Tensor, labels: Tensor, certain: Tensor) -> Tensor:
    """Cross-entropy of part logits (B, 15, h, w) against part indices (B, h, w), where `certain` (B, h, w) is 1."""
    return (F.cross_entropy(logits, labels, reduction="none") * certain).sum() / certain.sum().clamp(min=_EPS)


def feature_loss(found: Sequence[Tensor], wanted: Sequence[Tensor], weight: Tensor) -> Tensor:
    """Mean squared distance of unit feature vectors (B, C, h, w) of two images at several scales, averaged with weight
    (B, 1, S, S). Zhang et al., *The unreasonable effectiveness of deep features* (2018), without learnt weights."""
    total = weight.new_zeros(())
    for a, b in zip(found, wanted, strict=True):
        distance = (F.normalize(a, dim=1) - F.normalize(b, dim=1)).square().sum(1, keepdim=True)
        share = F.interpolate(weight, a.shape[-2:], mode="area")
        total = total + (distance * share).sum() / share.sum().clamp(min=_EPS)
    return total
