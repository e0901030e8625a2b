"""Cutting the crop out of a frame, for the eye (numpy only)."""

from functools import lru_cache

import numpy as np

from core_model.prediction import CROP_PX, Prediction
from desktop_app.session.playback import Frame


@lru_cache(maxsize=2)
def crop_seen(frame: Frame, prediction: Prediction) -> np.ndarray:
    """What the network sees of a frame, (CROP_PX, CROP_PX, 3) uint8; cut out once for all panes."""
    return crop_image(frame.image, prediction.box_px)


def crop_image(frame: np.ndarray, box_px: np.ndarray, size_px: int = CROP_PX) -> np.ndarray:
    """The square crop (size_px, size_px, 3) of a frame (H, W, 3) uint8, bilinear; black outside the frame."""
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = (float(v) for v in box_px)
    steps = (np.arange(size_px) + 0.5) / size_px
    rows, row_weight, row_in = _samples(y0 + steps * (y1 - y0), height)
    cols, col_weight, col_in = _samples(x0 + steps * (x1 - x0), width)
    near = frame[:, cols[0] : cols[-1] + 2]
    cols = cols - cols[0]
    top = _mix_columns(near[rows], cols, col_weight)
    bottom = _mix_columns(near[np.minimum(rows + 1, height - 1)], cols, col_weight)
    crop = top + (bottom - top) * row_weight[:, None, None]
    crop[~row_in] = 0
    crop[:, ~col_in] = 0
    return crop.astype(np.uint8)


def _samples(positions: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lower pixel, weight of the next one, and whether the position lies in the image."""
    inside = (positions >= 0) & (positions <= size)
    clipped = np.clip(positions - 0.5, 0, size - 1)
    low = clipped.astype(np.int64)
    return low, (clipped - low).astype(np.float32), inside


def _mix_columns(rows: np.ndarray, cols: np.ndarray, weight: np.ndarray) -> np.ndarray:
    left = rows[:, cols].astype(np.float32)
    right = rows[:, np.minimum(cols + 1, rows.shape[1] - 1)].astype(np.float32)
    return left + (right - left) * weight[None, :, None]
