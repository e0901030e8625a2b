"""What is kept of a prediction so that it can be made again from its frame, without the networks (numpy only).

Appearance and background are pixels of the frame, cut out by pose and part map; `core_model.retake` does it again.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from core_model.prediction import CROP_PX, Camera, Prediction


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """All that the network says of one frame, some 4 kB."""

    angles_rad: np.ndarray  # (20, 2)
    shape: np.ndarray  # (12,)
    camera: Camera
    box_px: np.ndarray  # (4,) the square crop
    joints3d_m: np.ndarray  # (21, 3) camera frame
    joints2d_px: np.ndarray  # (21, 2) full frame
    confidence: np.ndarray  # (21,) in [0, 1]
    score: float  # in [0, 1]
    deflated_parts: bytes  # (CROP_PX, CROP_PX) uint8 part index

    @property
    def parts(self) -> np.ndarray:
        """(CROP_PX, CROP_PX) uint8 depth-ordered part index over the crop. Raises ValueError where it is damaged."""
        try:
            return np.frombuffer(zlib.decompress(self.deflated_parts), np.uint8).reshape(CROP_PX, CROP_PX)
        except zlib.error as error:
            raise ValueError(f"a part map is damaged ({error})") from error


def seen_of(prediction: Prediction) -> Seen:
    """What is to be kept of it."""
    factors = prediction.factors
    return Seen(
        factors.angles_rad, factors.shape, factors.camera, factors.box_px, prediction.joints3d_m,
        prediction.joints2d_px, prediction.confidence, float(prediction.score),
        zlib.compress(prediction.parts.tobytes(), 1),
    )  # fmt: skip
