"""Push-pull: known colours are averaged to coarser and coarser levels, and come back down where finer ones know little.

Once for torch (differentiable) and once for numpy and cv2 (in use); a test holds them together.
"""

import cv2
import numpy as np
from torch import Tensor
from torch.nn import functional as F

SURE = 8.0
"""A pixel is left as it is from a weight of 1 / SURE on."""


def push_pull_torch(weighted: Tensor, weight: Tensor, overall: Tensor) -> Tensor:
    """Colours times weights (N, 3, h, w), weights (N, 1, h, w) -> colours everywhere; `overall` (N, 3) where nothing is
    known at any level."""
    if min(weight.shape[-2:]) == 1:
        coarse = overall[..., None, None].expand_as(weighted)
    else:
        coarse = push_pull_torch(F.avg_pool2d(weighted, 2), F.avg_pool2d(weight, 2), overall)
        coarse = F.interpolate(coarse, size=weight.shape[-2:], mode="bilinear", align_corners=False)
    trust = (weight * SURE).clamp(max=1)
    return weighted / weight.clamp(min=1e-6) * trust + coarse * (1 - trust)


def push_pull(weighted: np.ndarray, weight: np.ndarray, overall: np.ndarray) -> np.ndarray:
    """The same for n images in the channels, all reds first: (h, w, 3 n), (h, w, n), (3 n,) -> (h, w, 3 n)."""
    height, width, count = weight.shape
    if min(height, width) == 1:
        coarse = np.broadcast_to(overall, weighted.shape)
    else:
        half = (width // 2, height // 2)
        below, share = (cv2.resize(x, half, interpolation=cv2.INTER_AREA) for x in (weighted, weight))
        coarse = push_pull(below.reshape(*half[::-1], -1), share.reshape(*half[::-1], -1), overall)
        coarse = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).reshape(weighted.shape)
    trust = np.minimum(weight * np.float32(SURE), 1)
    scale = trust / np.maximum(weight, np.float32(1e-6))
    if count > 1:
        trust, scale = np.concatenate([trust] * 3, axis=-1), np.concatenate([scale] * 3, axis=-1)
    return np.ascontiguousarray(weighted * scale + coarse * (1 - trust), np.float32)
