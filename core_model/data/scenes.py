"""Full frames with one person somewhere in them, or nobody: what the locator learns from.

People are cut out of the pool by their part labels and put into backgrounds at any size and place; a part of the
frames are rendered pictures as they are, so that the cut's edge is not what is learnt.
"""

import cv2
import numpy as np

from core_model.data.augment import recolour
from core_model.data.pool import SamplePool
from core_model.geometry.crop import square_box
from core_model.networks.locator import INPUT_PX, PADDING_GREY
from core_model.skeleton import BACKGROUND

_ASPECTS = (16 / 9, 16 / 9, 4 / 3, 1.0, 3 / 4, 9 / 16)
_EMPTY = 0.12
_AS_RENDERED = 0.35


def scene(
    pool: SamplePool, backgrounds: list[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, bool]:
    """A letterboxed frame (INPUT_PX, INPUT_PX, 3) uint8, the person's square box (4,) in it, and whether they are."""
    aspect = _ASPECTS[int(rng.integers(len(_ASPECTS)))]
    width, height = round(INPUT_PX * min(1.0, aspect)), round(INPUT_PX * min(1.0, 1 / aspect))
    frame = _background(backgrounds, width, height, rng)
    if rng.random() < _EMPTY:
        return _boxed(recolour(frame, rng)), np.array([0.0, 0.0, 8.0, 8.0]), False
    raw = pool.read(np.array([rng.integers(0, pool.filled)]))
    box = square_box(raw["joints2d_px"][0].astype(np.float64))
    if rng.random() < _AS_RENDERED:
        width = height = INPUT_PX
        scale, shift = INPUT_PX / pool.size_px, np.zeros(2)
        frame = cv2.resize(raw["image"][0], (width, height), interpolation=cv2.INTER_AREA)
    else:
        side = float(np.exp(rng.uniform(np.log(0.2), np.log(1.25)))) * min(INPUT_PX, 1.6 * height)
        scale = side / (box[2] - box[0])
        centre = rng.uniform(0.12, 0.88, 2) * (width, height)
        shift = centre - scale * (box[:2] + box[2:]) / 2
        frame = _pasted(frame, raw["image"][0], raw["parts"][0] != BACKGROUND, scale, shift)
    return _boxed(recolour(frame, rng)), box * scale + np.tile(shift, 2), True


def _background(backgrounds: list[np.ndarray], width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    image = backgrounds[int(rng.integers(len(backgrounds)))]
    zoom = max(width / image.shape[1], height / image.shape[0]) * rng.uniform(1.0, 1.6)
    large = cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    x, y = (int(rng.integers(0, max(a - b, 0) + 1)) for a, b in ((large.shape[1], width), (large.shape[0], height)))
    cut = large[y : y + height, x : x + width]
    cut = cut[:, ::-1] if rng.random() < 0.5 else cut
    return cv2.resize(np.ascontiguousarray(cut), (width, height))


def _pasted(frame: np.ndarray, image: np.ndarray, mask: np.ndarray, scale: float, shift: np.ndarray) -> np.ndarray:
    """The masked pixels of `image`, scaled and shifted, over the frame, with a soft edge."""
    height, width = frame.shape[:2]
    if scale < 0.7:  # area-average first: warpAffine alone would alias
        small = max(8, round(image.shape[0] * scale))
        image = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(mask.astype(np.float32), (small, small), interpolation=cv2.INTER_AREA)
        scale = scale * mask.shape[0] / small
    else:
        alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)
    matrix = np.array([[scale, 0, shift[0] + 0.5 * scale - 0.5], [0, scale, shift[1] + 0.5 * scale - 0.5]])
    over = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(alpha, matrix, (width, height))[..., None]
    return (frame * (1 - alpha) + over * alpha).astype(np.uint8)


def _boxed(frame: np.ndarray) -> np.ndarray:
    out = np.full((INPUT_PX, INPUT_PX, 3), PADDING_GREY, np.uint8)
    out[: frame.shape[0], : frame.shape[1]] = frame
    return out
