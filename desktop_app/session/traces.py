"""What was found in all frames of a clip, as arrays over time; edits never touch it."""

from copy import deepcopy

import numpy as np

from core_model.seen import Seen
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS


class Traces:
    """Some 0.7 kB a frame, taken from the system only for frames that were looked at; rows not `known` are zeros."""

    def __init__(self, num_frames: int) -> None:
        self.version = 0
        """Grows with every change."""
        self.known = np.zeros(num_frames, dtype=bool)
        self.angles_rad = np.zeros((num_frames, NUM_LIMBS, 2), dtype=np.float32)
        self.joints3d_m = np.zeros((num_frames, NUM_JOINTS, 3), dtype=np.float32)
        self.joints2d_px = np.zeros((num_frames, NUM_JOINTS, 2), dtype=np.float32)
        self.confidence = np.zeros((num_frames, NUM_JOINTS), dtype=np.float32)
        self.focal_px = np.zeros(num_frames, dtype=np.float32)
        self.sureness = np.zeros(num_frames, dtype=np.float32)
        """(T,) mean confidence of a frame's joints."""

    def copy(self) -> "Traces":
        """As they are now, for another thread."""
        return deepcopy(self)

    def put(self, index: int, seen: Seen | None) -> None:
        """Somebody or nobody was found in a frame."""
        self.version += 1
        self.known[index] = seen is not None
        if seen is None:
            self.sureness[index] = 0
            return
        self.angles_rad[index] = seen.angles_rad
        self.joints3d_m[index], self.joints2d_px[index] = seen.joints3d_m, seen.joints2d_px
        self.confidence[index] = seen.confidence
        self.focal_px[index] = seen.camera.focal_px
        self.sureness[index] = seen.confidence.mean()
