"""The decoder on as much of the crop as the person fills: upright people leave half of it empty (numpy)."""

from collections.abc import Mapping

import numpy as np

from core_model.networks.decoder import COVER
from core_model.runtime import Network
from core_model.skeleton import BACKGROUND

WIDTHS_PX = (128, 192, 256)
"""The windows' widths; all are as high as the crop. Each is a network of its own: OpenVINO compiles for fixed sizes."""
MARGIN_PX = 8
"""Beside the puppet's outermost bands. Hair and clothes that reach farther out than that at the very sides are cut
where the window ends; a wider margin would send most people to the next wider window."""
GRID_PX = 16
"""Windows begin where the decoder's coarsest cells do, so that they see what the whole crop would show."""


def windowed(decoders: Mapping[int, Network]) -> Network:
    """Decoders by the width of their planes -> one for whole crops, (1, 11, S, S), that runs the narrowest possible."""

    def decode(*inputs: np.ndarray) -> tuple[np.ndarray, ...]:
        planes = inputs[0]
        left, width = window(planes[0, COVER], tuple(decoders))
        area = np.s_[..., left : left + width]
        made = decoders[width](planes[area])
        whole = tuple(
            np.full((*x.shape[:-1], planes.shape[-1]), empty, np.float32)
            for x, empty in zip(made, (0.0, 0.0, BACKGROUND), strict=True)
        )
        for canvas, part in zip(whole, made, strict=True):
            canvas[area] = part
        return whole

    return decode


def window(cover: np.ndarray, widths_px: tuple[int, ...] = WIDTHS_PX) -> tuple[int, int]:
    """First column and width of the narrowest window about a puppet's shape (S, S)."""
    columns = np.flatnonzero(cover.any(axis=0))
    size = cover.shape[1]
    if not len(columns):
        return 0, min(widths_px)
    low, high = max(columns[0] - MARGIN_PX, 0), min(columns[-1] + 1 + MARGIN_PX, size)
    for width in sorted(widths_px):
        left = min((low + high - width) // 2 // GRID_PX * GRID_PX, size - width)
        left = max(left, 0)
        if left + width < high:
            left = min(left + GRID_PX, size - width)
        if left <= low and high <= left + width:
            return int(left), width
    return 0, size
