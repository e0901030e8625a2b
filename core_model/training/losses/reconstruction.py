"""Likeness of a picture that was put together and the one that it should be."""

import torch
from torch import Tensor, sigmoid

from core_model.networks.decoder import Decoded
from core_model.networks.trunk import Trunk
from core_model.training.synthesis_losses import (
    FEATURE_LEVELS,
    FEATURES,
    SIMILARITY,
    colour_loss,
    feature_loss,
    similarity_loss,
)


def reconstruction_loss(
    decoded: Decoded, image: Tensor, foreground: Tensor, trunk: Trunk, background: Tensor, known: Tensor
) -> Tensor:
    """What a decoder made against the image (B, 3, S, S) that it should be: colours, structure, features.

    Where the background (B, 3, S, S) is `known` (B, 1, S, S), all of the picture counts. Elsewhere only `foreground`
    (B, 1, S, S) in [0, 1], and it is cut out by that, not by the decoder's own mask: who is see-through would look most
    like the image.
    """
    weight = torch.maximum(foreground, known)
    mask = known * sigmoid(decoded.mask) + (1 - known) * foreground
    behind = known * background + (1 - known) * image
    return likeness_loss(mask * decoded.colour + (1 - mask) * behind, image, weight, trunk)


def likeness_loss(found: Tensor, wanted: Tensor, weight: Tensor, trunk: Trunk) -> Tensor:
    """Difference of images (B, 3, S, S) in [0, 1] with weight (B, 1, S, S): L1, 1 - SSIM, distance of features."""
    features = feature_loss(
        trunk.features(found, FEATURE_LEVELS), [f.detach() for f in trunk.features(wanted, FEATURE_LEVELS)], weight
    )
    return (
        colour_loss(found, wanted, weight) + SIMILARITY * similarity_loss(found, wanted, weight) + FEATURES * features
    )
