"""Images as a video that plays everywhere."""

from collections.abc import Iterable
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


def write_video(path: Path, frames: Iterable[tuple[float, np.ndarray]], fps: float) -> None:
    """Write images (H, W, 3) uint8, each with its time in seconds, as MP4; `fps` is their mean rate."""
    with av.open(str(path), "w", format="mp4") as container:
        stream: VideoStream | None = None
        start_s = 0.0
        for pts_s, image in frames:
            even = cv2.copyMakeBorder(image, 0, image.shape[0] % 2, 0, image.shape[1] % 2, cv2.BORDER_REPLICATE)
            if stream is None:
                stream, start_s = _add_stream(container, even, fps), pts_s
            coded = av.VideoFrame.from_ndarray(even.astype(np.uint8, copy=False), format="rgb24")
            coded.pts, coded.time_base = round((pts_s - start_s) * _CLOCK), Fraction(1, _CLOCK)
            container.mux(stream.encode(coded))
        if stream is not None:
            container.mux(stream.encode(None))


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


def _add_stream(container: "av.container.OutputContainer", image: np.ndarray, fps: float) -> VideoStream:
    codec = "libx264" if "libx264" in codecs_available else "mpeg4"
    options = {"crf": "20", "preset": "veryfast"} if codec == "libx264" else {"q:v": "3"}
    rate = Fraction(min(max(fps, 1.0), 240.0)).limit_denominator(1001)
    stream = cast(VideoStream, container.add_stream(codec, rate=rate, options=options))
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, _CLOCK)
    return stream
