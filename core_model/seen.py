"""What is kept of a prediction so that it can be made again from its frame, without the networks (numpy only).

Appearance and background are pixels of the frame, cut out by pose and part map; `core_model.retake` does it again.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from core_model.prediction import CROP_PX, Camera, Prediction

_SHRINK = 4
SURE_PX = CROP_PX // _SHRINK
"""Width and height of what is kept of the parts' certainty."""


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """All that the network says of one frame, some 5 kB."""

    angles_rad: np.ndarray  # (20, 2)
    shape: np.ndarray  # (12,)
    camera: Camera
    box_px: np.ndarray  # (4,) the square crop
    joints3d_m: np.ndarray  # (21, 3) camera frame
    joints2d_px: np.ndarray  # (21, 2) full frame
    confidence: np.ndarray  # (21,) in [0, 1]
    score: float  # in [0, 1]
    deflated_parts: bytes  # (CROP_PX, CROP_PX) uint8 part index
    deflated_sure: bytes = b""  # (SURE_PX, SURE_PX) uint8 how sure they are; empty where that is not known

    @property
    def parts(self) -> np.ndarray:
        """(CROP_PX, CROP_PX) uint8 depth-ordered part index over the crop. Raises ValueError where it is damaged."""
        try:
            return np.frombuffer(zlib.decompress(self.deflated_parts), np.uint8).reshape(CROP_PX, CROP_PX)
        except zlib.error as error:
            raise ValueError(f"a part map is damaged ({error})") from error

    @property
    def part_sure(self) -> np.ndarray | None:
        """(CROP_PX, CROP_PX) uint8 as in `Prediction`, but coarser: bilinear between means over squares of 4 pixels.

        Raises ValueError where it is damaged.
        """
        if not self.deflated_sure:
            return None
        try:
            small = np.frombuffer(zlib.decompress(self.deflated_sure), np.uint8).reshape(SURE_PX, SURE_PX)
        except zlib.error as error:
            raise ValueError(f"a map of the parts' certainty is damaged ({error})") from error
        return np.asarray(_enlarged(_enlarged(small).T).T.astype(np.uint8))


def _enlarged(rows: np.ndarray) -> np.ndarray:
    """(N, M) -> (4 N, M), linear between the centres of rows."""
    place = ((np.arange(CROP_PX) + 0.5) / _SHRINK - 0.5).clip(0, len(rows) - 1)
    low = place.astype(int)
    high, share = np.minimum(low + 1, len(rows) - 1), (place - low)[:, None]
    return np.asarray(rows[low] * (1 - share) + rows[high] * share)


def seen_of(prediction: Prediction) -> Seen:
    """What is to be kept of it."""
    factors = prediction.factors
    return Seen(
        factors.angles_rad, factors.shape, factors.camera, factors.box_px, prediction.joints3d_m,
        prediction.joints2d_px, prediction.confidence, float(prediction.score),
        zlib.compress(prediction.parts.tobytes(), 1), _deflated(prediction.part_sure),
    )  # fmt: skip


def _deflated(part_sure: np.ndarray | None) -> bytes:
    if part_sure is None:
        return b""
    small = part_sure.reshape(SURE_PX, _SHRINK, SURE_PX, _SHRINK).mean(axis=(1, 3))
    return zlib.compress((small + 0.5).astype(np.uint8).tobytes(), 1)
