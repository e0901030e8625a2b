"""Where the person is, told by how much a crop differs from its background: no network has a say in the outline.

Only the place is taken from the network: what moves elsewhere is somebody else.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from core_model.data.unlabelled.background import Background

LEAST_CONTRAST = 12.0
"""Levels of difference from which on a pixel is not background."""
TIMES_NOISE = 3.0
SHADOW = (0.6, 0.99)
"""A pixel that is the background darkened by such a factor, in all channels alike, is taken for a shadow."""
SHADOW_LEVELS = 8.0
DOUBT = 0.3
"""Confidence at most where the difference and the network's opinion contradict each other."""
SMALLEST_SHARE = 0.05
"""Pieces smaller than this share of the largest one are left out."""


@dataclass(frozen=True, slots=True)
class Foreground:
    """The person in a crop of side S, and how sure that is."""

    mask: np.ndarray  # (S, S) bool
    confidence: np.ndarray  # (S, S) float32 in [0, 1]; 0 where the background is unknown


def estimate_foreground(crop: np.ndarray, background: Background, person: np.ndarray) -> Foreground:
    """Crop (S, S, 3) uint8 and the background in the same pixels -> foreground.

    `person` (S, S) bool is where a person is believed to be; pieces that lie mostly elsewhere are not theirs.
    """
    ratio = _difference(crop, background, person)
    raw = (ratio > 1) & background.known
    mask = _cleaned(raw, person, background.known)
    sure = np.where(mask, ratio - 1, 1 - ratio).clip(0, 1)
    sure[raw & ~mask] = 0  # somebody else, or a speck
    filled, overlooked = mask & ~raw, mask & ~person
    alike = person & ~mask  # the person may look like the background
    sure = np.where(filled | overlooked | alike, np.minimum(sure, DOUBT), sure)
    sure[filled] = DOUBT
    return Foreground(mask, (sure * background.known).astype(np.float32))


def _difference(crop: np.ndarray, background: Background, person: np.ndarray) -> np.ndarray:
    """(S, S) float32: 1 where a pixel differs just enough from the background to be something else."""
    seen = cv2.GaussianBlur(crop, (3, 3), 0).astype(np.float32)
    behind = cv2.GaussianBlur(background.image, (3, 3), 0).astype(np.float32)
    behind = behind * _exposure(seen, behind, background.known & ~person)
    contrast = np.abs(seen - behind).max(axis=-1)
    contrast[_is_shadow(seen, behind)] *= 0.5
    noise = cv2.GaussianBlur(background.noise, (5, 5), 0)
    return contrast / np.maximum(LEAST_CONTRAST, TIMES_NOISE * noise)


def _exposure(seen: np.ndarray, behind: np.ndarray, free: np.ndarray) -> np.ndarray:
    """(3,) how much brighter this frame is than the background: cameras change exposure and white balance."""
    bright = free & (behind.min(axis=-1) > 20)
    if bright.sum() < 500:
        return np.ones(3, np.float32)
    return np.median(seen[bright] / behind[bright], axis=0).clip(0.7, 1.4).astype(np.float32)


def _is_shadow(seen: np.ndarray, behind: np.ndarray) -> np.ndarray:
    factor = (seen * behind).sum(axis=-1) / np.maximum((behind * behind).sum(axis=-1), 1)
    off = np.abs(seen - factor[..., None] * behind).max(axis=-1)
    return (factor > SHADOW[0]) & (factor < SHADOW[1]) & (off < SHADOW_LEVELS)


def _cleaned(raw: np.ndarray, person: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Specks away, gaps closed, small holes filled; only pieces of the person, and not the smallest."""
    opened = cv2.morphologyEx(raw.astype(np.uint8), cv2.MORPH_OPEN, _disc(3))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, _disc(7)).astype(bool) & known
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed.astype(np.uint8), connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    theirs = np.bincount(labels[person], minlength=count) > 0.5 * area
    theirs[0] = False
    if not theirs.any():
        return np.zeros_like(raw)
    theirs &= area >= SMALLEST_SHARE * area[theirs].max()
    return theirs[labels]


def _disc(side: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
