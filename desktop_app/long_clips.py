"""Clips made of a clip, to try the window on: larger, or longer."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path

import av
import cv2
import numpy as np

from core_model.data.video import open_video
from core_model.export.video import write_video


def enlarged(clip: Path, path: Path, size_px: tuple[int, int], seconds: float) -> Path:
    """The clip at another size (width, height), again and again, until it is as long; before what is around it."""
    with open_video(clip) as reader:
        fps, number = reader.fps, len(reader.pts_s)

        def frames() -> Iterator[tuple[float, np.ndarray]]:
            for index in range(round(seconds * fps)):
                yield index / fps, _fitted(reader.frame(index % number), size_px)

        write_video(path, frames(), fps)
    return path


def _fitted(frame: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """As large as it goes, in the middle."""
    width, height = size_px
    scale = min(width / frame.shape[1], height / frame.shape[0])
    inner = cv2.resize(frame, None, fx=scale, fy=scale)
    top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
    bottom, right = height - inner.shape[0] - top, width - inner.shape[1] - left
    return cv2.copyMakeBorder(inner, top, bottom, left, right, cv2.BORDER_REPLICATE)


def repeated(clip: Path, path: Path, seconds: float) -> Path:
    """The clip again and again until it is as long; nothing is coded anew, so it takes a second or two."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        wanted = source.streams.video[0]
        stream = target.add_stream_from_template(wanted)
        packets = [(packet, packet.pts) for packet in source.demux(wanted) if packet.pts is not None]
        starts = [pts for _, pts in packets]
        length = max(starts) - min(starts) + (packets[0][0].duration or 1)
        assert wanted.time_base is not None
        for turn in range(ceil(seconds / float(length * wanted.time_base))):
            for packet, pts in packets:
                again = av.Packet(bytes(packet))
                again.pts, again.dts = pts + turn * length, (packet.dts or 0) + turn * length
                again.duration, again.time_base = packet.duration, packet.time_base
                again.is_keyframe, again.stream = packet.is_keyframe, stream
                target.mux(again)
    return path
