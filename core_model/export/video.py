"""Images as a video that plays everywhere."""

from collections.abc import Iterable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from av.codec import codecs_available
from av.video.stream import VideoStream

from core_model.export.folder import folder_aside, written_aside
from core_model.export.images import write_png

_CLOCK = 90_000  # ticks a second, as usual for video


class VideoWriter:
    """A video that grows frame by frame; the suffix says which kind of file (.mp4, .mkv). Nothing is made before the
    first frame."""

    def __init__(self, path: Path, fps: float, *, preset: str = "veryfast", form: str | None = None) -> None:
        """`fps` is the mean rate; `preset` x264's balance of speed and size."""
        self.path, self._fps, self._preset, self._form = path, fps, preset, form
        self._container: av.container.OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._start_s = 0.0
        self.count = 0
        """Frames written."""
        self.size_px = (0, 0)
        """Width, height."""

    def add(self, pts_s: float, image: np.ndarray) -> None:
        """One more image (H, W, 3) uint8, later than the one before."""
        even = cv2.copyMakeBorder(image, 0, image.shape[0] % 2, 0, image.shape[1] % 2, cv2.BORDER_REPLICATE)
        if self._container is None or self._stream is None:
            self._container = av.open(str(self.path), "w", format=self._form)
            self._stream, self._start_s = _add_stream(self._container, even, self._fps, self._preset), pts_s
            self.size_px = (even.shape[1], even.shape[0])
        coded = av.VideoFrame.from_ndarray(even.astype(np.uint8, copy=False), format="rgb24")
        coded.pts, coded.time_base = round((pts_s - self._start_s) * _CLOCK), Fraction(1, _CLOCK)
        self._container.mux(self._stream.encode(coded))
        self.count += 1

    def close(self) -> None:
        """Write what is still on its way; a second time nothing happens."""
        if self._container is not None and self._stream is not None:
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._container = self._stream = None


def write_video(path: Path, frames: Iterable[tuple[float, np.ndarray]], fps: float) -> None:
    """Write images (H, W, 3) uint8, each with its time in seconds, as MP4; `fps` is their mean rate."""
    with closing(VideoWriter(path, fps, form="mp4")) as writer:
        for pts_s, image in frames:
            writer.add(pts_s, image)


def write_pictures(path: Path, frames: Iterable[tuple[float, np.ndarray]], fps: float) -> None:
    """As `write_video`, but whole or not at all, and as a folder of numbered PNG files where `path` has no suffix.
    Raises OutputError."""
    if path.suffix:
        with written_aside(path) as aside:
            write_video(aside, frames, fps)
        return
    with folder_aside(path) as folder:
        for i, (_, image) in enumerate(frames):
            write_png(folder / f"{i:06d}.png", image)


def _add_stream(container: "av.container.OutputContainer", image: np.ndarray, fps: float, preset: str) -> VideoStream:
    codec = "libx264" if "libx264" in codecs_available else "mpeg4"
    options = {"crf": "20", "preset": preset} if codec == "libx264" else {"q:v": "3"}
    rate = Fraction(min(max(fps, 1.0), 240.0)).limit_denominator(1001)
    stream = cast(VideoStream, container.add_stream(codec, rate=rate, options=options))
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, _CLOCK)
    return stream
