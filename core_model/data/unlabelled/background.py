"""The background behind the person: the median in time of what was seen of it (numpy and cv2)."""

from dataclasses import dataclass

import numpy as np

LEAST_SEEN = 3
LEAST_SHARE = 0.1
"""A pixel is known if so many frames, and such a share of them, show it without the person."""
LEAST_NOISE = 2.0
_BAND_ROWS = 64  # sorting needs copies: a band of rows at a time


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind the person."""

    image: np.ndarray  # (H, W, 3) uint8, black where unknown
    known: np.ndarray  # (H, W) bool
    noise: np.ndarray  # (H, W) float32 levels by which what was seen varies: as a standard deviation


def median_background(frames: np.ndarray, hidden: np.ndarray) -> Background:
    """Frames (T, H, W, 3) uint8 of one place, `hidden` (T, H, W) bool where the person may be -> the background."""
    bands = [np.s_[:, y : y + _BAND_ROWS] for y in range(0, frames.shape[1], _BAND_ROWS)]
    pieces = [_median(frames[band], hidden[band]) for band in bands]
    return Background(*(np.concatenate([getattr(p, name) for p in pieces]) for name in ("image", "known", "noise")))


def _median(frames: np.ndarray, hidden: np.ndarray) -> Background:
    seen = (~hidden).sum(axis=0)
    known = (seen >= LEAST_SEEN) & (seen >= LEAST_SHARE * len(frames))
    image = _masked_median(frames, hidden, seen)
    off = np.maximum(frames, image) - np.minimum(frames, image)  # stays within uint8
    spread = _masked_median(off.max(axis=-1, keepdims=True), hidden, seen)[..., 0]
    noise = np.maximum(1.48 * spread.astype(np.float32), LEAST_NOISE)
    return Background(image * known[..., None], known, noise)


def _masked_median(values: np.ndarray, hidden: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(T, H, W, C) uint8 -> (H, W, C): hidden values are sorted to the end, and the middle of the rest is taken."""
    last = np.where(hidden[..., None], np.uint8(255), values)
    ordered = np.sort(np.moveaxis(last, 0, -1), axis=-1)
    middle = ((seen - 1).clip(0) // 2)[..., None, None]
    return np.take_along_axis(ordered, np.broadcast_to(middle, (*ordered.shape[:-1], 1)), axis=-1)[..., 0]
