"""Pictures as PNG and JPEG files."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core_model.export.folder import written_aside


def write_png(path: Path, image: np.ndarray) -> None:
    """(H, W, 3) RGB or (H, W, 4) RGBA, uint8 -> a PNG file. Raises OutputError."""
    order = cv2.COLOR_RGB2BGR if image.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
    _write(path, ".png", cv2.cvtColor(image, order))


def write_jpeg(path: Path, image: np.ndarray, quality: int = 85) -> None:
    """(H, W, 3) RGB uint8 -> a JPEG file. Raises OutputError."""
    _write(path, ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])


def _write(path: Path, kind: str, image: np.ndarray, settings: Sequence[int] = ()) -> None:
    ok, data = cv2.imencode(kind, image, settings)
    if not ok:
        raise ValueError(f"an image of shape {image.shape} cannot be coded")
    with written_aside(path) as aside:
        aside.write_bytes(data.tobytes())


def side_by_side(images: list[np.ndarray], gap_px: int = 4) -> np.ndarray:
    """Images (H, W, 3) of one height in a row, white between them.

    >>> side_by_side([np.zeros((2, 3, 3), np.uint8)] * 2, gap_px=1).shape
    (2, 7, 3)
    """
    gap = np.full((images[0].shape[0], gap_px, 3), 255, np.uint8)
    row = [images[0]]
    for image in images[1:]:
        row += [gap, image]
    return np.concatenate(row, axis=1)
