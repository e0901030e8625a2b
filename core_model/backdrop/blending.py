"""A background that is known in part and was seen in other frames, put where a person hides it (numpy and cv2)."""

import cv2
import numpy as np

from core_model.puppet.filling import push_pull
from core_model.synthesis import MARGIN_PX, fill_background

MOST_LIGHT = 24
"""Levels: where a frame differs more from the background, something stands there, and it is not the light."""


def complete(image: np.ndarray, known: np.ndarray) -> np.ndarray:
    """An image (S, S, 3) uint8, filled from its surroundings where it is not `known` (S, S) bool, without a seam."""
    if known.all():
        return image
    filled = fill_background(image, ~known)  # is invented MARGIN_PX into the known, too: there the two go over
    distance = cv2.distanceTransform(known.astype(np.uint8), cv2.DIST_L2, 3)
    return mixed(image, filled, np.minimum(distance / MARGIN_PX, 1))


def put_behind(current: np.ndarray, hidden: np.ndarray, clean: np.ndarray, known: np.ndarray) -> np.ndarray:
    """A crop (S, S, 3) uint8 whose `hidden` (S, S) bool pixels come from `clean` (S, S, 3) where that is `known`, in
    the light of the crop, and from their surroundings elsewhere."""
    hidden = cv2.dilate(hidden.astype(np.uint8), np.ones((2 * MARGIN_PX + 1,) * 2, np.uint8)).astype(bool)
    alike = cv2.absdiff(current, clean).max(axis=2) <= MOST_LIGHT
    light = difference_of_light(current, clean, known & ~hidden & alike)
    relit = np.clip(clean + light + 0.5, 0, 255).astype(np.uint8)
    share = np.where(known, feathered(hidden), 0)
    return complete(mixed(relit, current, share), known | ~hidden)


def difference_of_light(current: np.ndarray, clean: np.ndarray, both: np.ndarray) -> np.ndarray:
    """(S, S, 3) float32: what the one image is lighter than the other where `both` (S, S) bool are seen, smooth, and
    carried over to the rest."""
    eighth = (current.shape[1] // 8, current.shape[0] // 8)
    difference = np.where(both[..., None], current.astype(np.float32) - clean, 0)
    weighted = cv2.resize(difference, eighth, interpolation=cv2.INTER_AREA)
    weight = cv2.resize(both.astype(np.float32), eighth, interpolation=cv2.INTER_AREA)[..., None]
    return cv2.resize(push_pull(weighted, weight, np.zeros(3)), current.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def mixed(one: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    """`share` (S, S) in [0, 1] of the one image (S, S, 3) uint8, the rest of the other."""
    return cv2.blendLinear(one, other, share.astype(np.float32), (1 - share).astype(np.float32))


def feathered(mask: np.ndarray) -> np.ndarray:
    """(S, S) bool -> (S, S) float32: 1 within, falling to 0 over MARGIN_PX around it."""
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    return np.maximum(1 - distance / np.float32(MARGIN_PX), 0)


def put_into(frame: np.ndarray, crop: np.ndarray, from_crop: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A frame (H, W, 3) uint8 with `share` (S, S) in [0, 1] of a crop of it (S, S, 3) uint8 over it; `from_crop` (3, 3)
    leads from the crop's pixels to the frame's."""
    size = frame.shape[1::-1]
    colours = cv2.warpAffine(crop, from_crop[:2], size, borderMode=cv2.BORDER_REPLICATE)  # no dark rim where it ends
    return mixed(colours, frame, cv2.warpAffine(share, from_crop[:2], size))
