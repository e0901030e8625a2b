"""Whether the camera of a clip stands still."""

import numpy as np

from core_model.backdrop.holding import figure_of, is_found, read
from core_model.data.unlabelled.camera import Camera, camera_of
from core_model.data.unlabelled.frames import Frames
from core_model.data.video import VideoReader
from core_model.motion import Motion

LOOKS = 7


def camera_during(reader: VideoReader, motion: Motion) -> Camera:
    """What the camera does while somebody is found, by a few frames spread over that time; a cut counts as moving."""
    rows = np.flatnonzero(is_found(motion))
    frames = Frames.of_size(reader.frame_size_px)
    for i in rows[np.unique(np.linspace(0, len(rows) - 1, LOOKS).round().astype(int))].tolist() if len(rows) else []:
        frame = read(reader, i)
        if frame is not None:
            frames.add(frame, figure_of(motion, i, frames.scale))
    numbers = range(len(frames))
    return camera_of([frames.grey(k) for k in numbers], [frames.free_grey(k) for k in numbers]) if numbers else "static"
