"""What is kept of a prediction so that it can be made again from its frame, without the networks (numpy only).

Appearance and background are pixels of the frame, cut out by pose and part map; `core_model.retake` does it again.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from core_model.prediction import CROP_PX, Camera, Prediction
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS, NUM_SHAPE

_SHRINK = 4
SURE_PX = CROP_PX // _SHRINK
"""Width and height of what is kept of the parts' certainty."""
_STEP = 8
"""Of 255: it is kept no finer, which takes 0.5 kB instead of 0.9, and is lost in what the squares lose."""
ROW = np.dtype([
    ("angles_rad", "f8", (NUM_LIMBS, 2)), ("shape", "f4", (NUM_SHAPE,)), ("rotation", "f8", (3, 3)),
    ("translation_m", "f8", (3,)), ("focal_px", "f8"), ("frame_size_px", "i4", (2,)), ("box_px", "f8", (4,)),
    ("joints3d_m", "f8", (NUM_JOINTS, 3)), ("joints2d_px", "f8", (NUM_JOINTS, 2)), ("confidence", "f4", (NUM_JOINTS,)),
    ("score", "f8"),
])  # fmt: skip
"""The numbers of a frame, each in the precision in which the network says it."""


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """All that the network says of one frame, some 3 kB: numbers side by side, for an hour has 100,000 frames."""

    row: np.ndarray  # () of `ROW`
    deflated_parts: bytes  # (CROP_PX, CROP_PX) uint8 part index
    deflated_sure: bytes = b""  # (SURE_PX, SURE_PX) uint8 how sure they are; empty where that is not known

    @property
    def angles_rad(self) -> np.ndarray:
        """(20, 2)"""
        return self._field("angles_rad")

    @property
    def shape(self) -> np.ndarray:
        """(12,)"""
        return self._field("shape")

    @property
    def camera(self) -> Camera:
        """Of the frame."""
        width, height = self._field("frame_size_px").tolist()
        focal_px = float(self._field("focal_px"))
        return Camera(self._field("rotation"), self._field("translation_m"), focal_px, (width, height))

    @property
    def box_px(self) -> np.ndarray:
        """(4,) the square crop."""
        return self._field("box_px")

    @property
    def joints3d_m(self) -> np.ndarray:
        """(21, 3) camera frame."""
        return self._field("joints3d_m")

    @property
    def joints2d_px(self) -> np.ndarray:
        """(21, 2) full frame."""
        return self._field("joints2d_px")

    @property
    def confidence(self) -> np.ndarray:
        """(21,) in [0, 1]"""
        return self._field("confidence")

    @property
    def score(self) -> float:
        """In [0, 1]."""
        return float(self._field("score"))

    def _field(self, name: str) -> np.ndarray:
        return np.asarray(self.row[name])

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
    factors, camera = prediction.factors, prediction.factors.camera
    row = np.zeros((), ROW)
    row[()] = (
        factors.angles_rad, factors.shape, camera.rotation, camera.translation_m, camera.focal_px,
        camera.frame_size_px, factors.box_px, prediction.joints3d_m, prediction.joints2d_px, prediction.confidence,
        prediction.score,
    )  # fmt: skip
    return Seen(row, zlib.compress(prediction.parts.tobytes()), _deflated(prediction.part_sure))


def _deflated(part_sure: np.ndarray | None) -> bytes:
    if part_sure is None:
        return b""
    small = part_sure.reshape(SURE_PX, _SHRINK, SURE_PX, _SHRINK).mean(axis=(1, 3))
    steps = np.minimum((small / _STEP + 0.5).astype(int) * _STEP, 255)
    return zlib.compress(steps.astype(np.uint8).tobytes())
