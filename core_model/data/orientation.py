"""Which way up a picture is: quarter turns and a mirror, as cameras note them beside the pixels."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame


@dataclass(frozen=True, slots=True)
class Orientation:
    """First mirrored left to right, then turned by quarters counter-clockwise."""

    turns: int = 0
    mirrored: bool = False

    def apply(self, image: np.ndarray) -> np.ndarray:
        """An image (H, W, 3) the right way up; contiguous."""
        if self.mirrored:
            image = image[:, ::-1]
        return np.ascontiguousarray(np.rot90(image, self.turns))


def orientation_of_matrix(matrix: np.ndarray) -> Orientation:
    """From the (3, 3) display matrix of a video file.

    Its rows are the images of the stored x and y axes: a stored point (x, y) is shown at (x a + y c, x b + y d) with
    (a, b) the first two numbers of the first row and (c, d) of the second, y down. Angles are rounded to quarters.
    """
    a, b, c, d = (float(v) for v in (matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]))
    mirrored = a * d - b * c < 0
    if mirrored:  # undo the mirror of x, which comes first
        a, b = -a, -b
    clockwise = np.degrees(np.arctan2(b, a)) if (a or b) else 0.0
    return Orientation(turns=round(-clockwise / 90) % 4, mirrored=mirrored)


def orientation_of_frame(frame: VideoFrame) -> Orientation:
    """What the frame's display matrix says; upright where it has none."""
    for data in iter(frame.side_data):  # its keys are the entries themselves
        if getattr(getattr(data, "type", None), "name", "") == "DISPLAYMATRIX":
            matrix = np.frombuffer(bytes(cast(Buffer, data)), dtype=np.int32).reshape(3, 3)
            return orientation_of_matrix(matrix.astype(np.float64))
    return Orientation(turns=round(getattr(frame, "rotation", 0) / 90) % 4)
