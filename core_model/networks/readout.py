"""From the encoder's maps to joints, limb vectors and confidence, decoded at the mode."""

import numpy as np
import torch
from torch import Tensor

from core_model.networks.encoder import EncoderMaps
from core_model.skeleton import LIMB_MIRROR, LIMBS, MIRROR, NUM_LIMBS, PART_MIRROR

Maps = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Of one image: heat-maps (21, H, W), limb maps (60, H, W), part logits (15, H', W'), free shape numbers (12,)."""
WINDOW = 2
"""Cells on each side of the maximum that its position is averaged over: a 5x5 window."""


def soft_max(heat: np.ndarray) -> np.ndarray:
    """(..., H, W) logits -> maps that sum to one."""
    e = np.exp(heat - heat.max(axis=(-2, -1), keepdims=True))
    return e / e.sum(axis=(-2, -1), keepdims=True)


def decode_mode(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maps that sum to one (N, H, W) -> points (N, 2) in cells, and the mass (N,) of the 5x5 window at the mode.

    The expectation over the whole map would put a joint between two hypotheses; the mode takes one.
    """
    n, _, width = p.shape
    peak = p.reshape(n, -1).argmax(axis=1)
    row, col = np.divmod(peak, width)
    padded = np.pad(p, ((0, 0), (WINDOW, WINDOW), (WINDOW, WINDOW)))
    span = np.arange(2 * WINDOW + 1)
    window = padded[np.arange(n)[:, None, None], row[:, None, None] + span[:, None], col[:, None, None] + span]
    mass = window.sum(axis=(1, 2))
    offset = span - WINDOW
    x = (window.sum(axis=1) * offset).sum(axis=1) / mass + col + 0.5
    y = (window.sum(axis=2) * offset).sum(axis=1) / mass + row + 0.5
    return np.stack([x, y], axis=-1), mass


def limb_means(limbs: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Limb maps (60, H, W) and joint maps (21, H, W) -> (20, 3) limb vectors, the shorter the less the cells agree."""
    weight = (p[LIMBS[:, 0]] + p[LIMBS[:, 1]]) / 2
    return np.asarray(np.einsum("lchw,lhw->lc", limbs.reshape(NUM_LIMBS, 3, *p.shape[-2:]), weight))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of length one."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-6)


def pool_limbs(limbs: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Limb maps (60, H, W) and joint maps (21, H, W) -> (20, 3) unit limb vectors."""
    return unit(limb_means(limbs, p))


def unflip(maps: Maps) -> Maps:
    """The maps (heat soft-maxed or not) of a flipped image as of the image itself."""
    heat, limbs, parts, shape = maps
    vectors = (
        limbs.reshape(NUM_LIMBS, 3, *limbs.shape[-2:])[LIMB_MIRROR] * np.array([-1, 1, 1], limbs.dtype)[:, None, None]
    )
    order = np.append(PART_MIRROR, len(PART_MIRROR))
    return heat[MIRROR][..., ::-1], vectors.reshape(limbs.shape)[..., ::-1], parts[order][..., ::-1], shape


def turned_back(maps: Maps, quarters: int) -> Maps:
    """The maps of an image that was turned counter-clockwise (`np.rot90`) as of the image itself."""
    heat, limbs, parts, shape = maps
    vectors = limbs.reshape(NUM_LIMBS, 3, *limbs.shape[-2:])
    for _ in range(quarters % 4):  # clockwise where y points down
        vectors = np.stack([-vectors[:, 1], vectors[:, 0], vectors[:, 2]], axis=1)
    heat, limbs, parts = (np.rot90(m, -quarters, axes=(-2, -1)) for m in (heat, vectors.reshape(limbs.shape), parts))
    return heat, limbs, parts, shape


def unflip_torch(maps: EncoderMaps) -> EncoderMaps:
    """`unflip` for a batch in torch (heat may be logits or probabilities)."""
    b, _, h, w = maps.limbs.shape
    sign = torch.tensor([-1.0, 1.0, 1.0], device=maps.limbs.device)[:, None, None]
    limbs = maps.limbs.view(b, NUM_LIMBS, 3, h, w)[:, torch.as_tensor(LIMB_MIRROR)] * sign
    order = torch.as_tensor(np.append(PART_MIRROR, len(PART_MIRROR)))
    heat: Tensor = maps.heat[:, torch.as_tensor(MIRROR)].flip(-1)
    return EncoderMaps(heat, limbs.reshape(b, -1, h, w).flip(-1), maps.parts[:, order].flip(-1), maps.shape)
