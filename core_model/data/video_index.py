"""Where every frame of a video is: presentation times and key frames, found by reading packets without decoding.

A frame is known by its presentation time alone: counts and frame rates are wrong for variable frame rate, for edit
lists (packets that are decoded but never shown), and for files that were cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

MAX_KEYS_BACK = 3
"""How many key frames before the right one are tried for a frame that does not come out of the decoder."""
FALLBACK_FPS = 25.0
"""Frames per second of a stream that does not say."""


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A packet that decoding can start from."""

    pts: int
    dts: int | None
    order: int  # position among all packets, in the order of decoding


@dataclass(frozen=True, slots=True)
class VideoIndex:
    """The frames of one video stream in the order in which they are shown."""

    pts: np.ndarray  # (T,) int64 in units of the stream's time base, strictly rising
    order: np.ndarray  # (T,) int64 position of each frame's packet in the order of decoding
    keys: tuple[KeyFrame, ...]  # in the order of decoding
    problem: str | None  # what is wrong with the file, where it still gives frames

    def __len__(self) -> int:
        return len(self.pts)

    def from_pts(self, pts: int | None) -> int | None:
        """The number of the frame shown at `pts`, or None where there is none."""
        if pts is None:
            return None
        i = int(np.searchsorted(self.pts, pts))
        return i if i < len(self.pts) and self.pts[i] == pts else None

    def last_key(self, i: int) -> int:
        """The last key frame that frame `i` can be decoded from.

        A picture decoded after a key frame but shown before it (an open group of pictures) may need what lies before
        that key frame.
        """
        orders = [key.order for key in self.keys]
        k = int(np.searchsorted(orders, self.order[i], side="right")) - 1
        while k > 0 and self.keys[k].pts > self.pts[i]:
            k -= 1
        return max(k, 0)

    def starts(self, i: int) -> Iterator[int]:
        """Key frames to start decoding frame `i` from: the best one, then earlier ones, the first of the file last."""
        best = self.last_key(i)
        yield from range(best, max(best - MAX_KEYS_BACK, -1), -1)
        if best - MAX_KEYS_BACK >= 0:
            yield 0

    def without_before(self, pts: int) -> "VideoIndex":
        """The same index without the frames shown before `pts`: they need packets that the file does not hold."""
        keep = self.pts >= pts
        return replace(self, pts=self.pts[keep], order=self.order[keep])

    def counted(self) -> "VideoIndex":
        """The same times without key frames: frame `i` is the `i`-th that the decoder gives, from the start on."""
        return replace(self, keys=())


def read_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet]:
    """The packets of `stream` that hold something; ends silently where the file is damaged."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        if packet.size:
            yield packet


def build_index(container: InputContainer, stream: VideoStream) -> VideoIndex:
    """Read all packets once. Without times in them, frames come at the stream's rate and are counted."""
    pts: list[int | None] = []
    shown: list[bool] = []
    keys: list[KeyFrame] = []
    cut = False
    for order, packet in enumerate(read_packets(container, stream)):
        cut = packet.is_corrupt
        pts.append(packet.pts)
        shown.append(not packet.is_discard)
        if packet.is_keyframe and packet.pts is not None:
            keys.append(KeyFrame(packet.pts, packet.dts, order))
    if cut:  # only part of the last packet is in the file
        del pts[-1], shown[-1]
    if any(p is None for p in pts) or not keys:
        return _untimed_index(len(pts), stream, _problem(container, stream, None, cut))
    order_of = np.flatnonzero(np.array(shown, dtype=bool))
    order_of = order_of[order_of >= keys[0].order]
    times, first = np.unique(np.array(pts, dtype=np.int64)[order_of], return_index=True)
    last_pts = int(times[-1]) if len(times) else None
    return VideoIndex(times, order_of[first], tuple(keys), _problem(container, stream, last_pts, cut))


def _untimed_index(count: int, stream: VideoStream, problem: str | None) -> VideoIndex:
    """For raw streams, whose packets tell no presentation time."""
    rate = float(stream.average_rate or stream.guessed_rate or FALLBACK_FPS)
    number = np.arange(count, dtype=np.int64)
    pts = np.round(number / (rate * float(stream.time_base or 1 / rate))).astype(np.int64)
    return VideoIndex(pts, number, (), problem)


def _problem(container: InputContainer, stream: VideoStream, last_pts: int | None, cut: bool) -> str | None:
    """A sentence for a file that ends early, None for a whole one."""
    advice = "Copy or export it again to have the rest; the frames up to here can be used."
    if last_pts is None or stream.time_base is None:
        return f"The file was cut short. {advice}" if cut else None
    end_s = float(last_pts * stream.time_base)
    declared_s = _declared_end_s(container, stream)
    if declared_s is not None and declared_s - end_s > max(1.0, 0.05 * declared_s):
        return f"The file was cut short: it ends at {end_s:.1f} s of {declared_s:.1f} s. {advice}"
    return f"The file was cut short: its last frame, after {end_s:.1f} s, is incomplete. {advice}" if cut else None


def _declared_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    """When the header says that the pictures end; None where it does not say, or may mean the sound."""
    start_s = float((stream.start_time or 0) * stream.time_base) if stream.time_base else 0.0
    if stream.duration is not None and stream.time_base is not None:
        return start_s + float(stream.duration * stream.time_base)
    if "DURATION" in stream.metadata:  # Matroska: HH:MM:SS.nnnnnnnnn
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    if container.duration is not None and not container.streams.audio:
        return start_s + container.duration / av.time_base
    return None
