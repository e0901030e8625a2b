"""Sharpness that a crop cannot hold, taken from the frame itself wherever the new image shows what the frame shows."""

import cv2
import numpy as np

from core_model.backdrop.places import to_crop_matrix
from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX, Synthesis

ALIKE = 24.0
"""Two colours (of 255) that differ by so much are alike to 1/e."""
_ABOUT_PX = 5
"""Alike has to be what lies about a pixel, too: else a moved limb keeps threads of the old one."""


def with_own_detail(image: np.ndarray, source: np.ndarray, made: Synthesis) -> np.ndarray:
    """A frame (H, W, 3) uint8 into which a made person was put, with the detail of the `source` frame (H, W, 3) uint8
    that is finer than the crop, where the made image is about what the source shows in that place."""
    if made.box_px[2] - made.box_px[0] <= CROP_PX:
        return image  # the crop holds all there is
    crop = crop_image(source, made.box_px, CROP_PX)
    from_crop, size = np.linalg.inv(to_crop_matrix(made.box_px, CROP_PX))[:2], source.shape[1::-1]
    share = cv2.warpAffine(_alike(made.image, crop) * made.mask, from_crop, size)
    rows, columns = (np.flatnonzero(share.any(axis)) for axis in (1, 0))
    if not len(rows):
        return image
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    coarse = cv2.warpAffine(crop, from_crop, size, borderMode=cv2.BORDER_REPLICATE)[area]
    detail = source[area].astype(np.float32) - coarse
    sharp = image.copy()
    sharp[area] = np.clip(image[area] + share[area][..., None] * detail + 0.5, 0, 255)
    return sharp


def _alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(S, S) float32 in [0, 1] of two images (S, S, 3) uint8."""
    apart = cv2.blur(cv2.absdiff(one, other).astype(np.float32).max(axis=2), (3, 3))
    apart = cv2.dilate(apart, np.ones((_ABOUT_PX, _ABOUT_PX), np.uint8))
    return cv2.blur(np.exp(-((apart / ALIKE) ** 2)), (_ABOUT_PX, _ABOUT_PX))
