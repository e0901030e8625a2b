"""A picture of a video's data: kept crops with the foreground outlined, and the backgrounds below them."""

import cv2
import numpy as np

from core_model.data.unlabelled.store import VideoData

COLUMNS, ROWS = 8, 3
TILE_PX = 192
OUTLINE_RGB, UNSURE_RGB = (60, 255, 60), (255, 170, 0)
UNKNOWN_RGB = (200, 0, 200)
SURE = 128
"""The outline is drawn in another colour where the confidence about it is lower."""


def contact_sheet(data: VideoData) -> np.ndarray:
    """(H, W, 3) uint8: crops spread over the video, below each its background, magenta where that is unknown."""
    chosen = np.unique(np.linspace(0, len(data.image) - 1, COLUMNS * ROWS).round().astype(int))
    tiles = [np.vstack([_small(_outlined(data, i)), _small(_behind(data, i))]) for i in chosen]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    return np.vstack([np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)])


def _outlined(data: VideoData, i: int) -> np.ndarray:
    image = data.image[i].copy()
    found = data.foreground_of(i)
    if found is None:
        return image
    mask = found.mask.astype(np.uint8)
    rim = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(bool)
    sure = cv2.blur(data.foreground_confidence[i], (9, 9)) >= SURE
    image[rim & sure], image[rim & ~sure] = OUTLINE_RGB, UNSURE_RGB
    return image


def _behind(data: VideoData, i: int) -> np.ndarray:
    behind = data.background_of(i)
    if behind is None:
        return np.zeros_like(data.image[i])
    return np.where(behind[1][..., None], behind[0], np.array(UNKNOWN_RGB, np.uint8))


def _small(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, (TILE_PX, TILE_PX), interpolation=cv2.INTER_AREA)
