"""A video file, frame by frame: exact by presentation time, upright, in square pixels, in bounded memory."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from core_model.data.orientation import Orientation, orientation_of_frame
from core_model.data.video_index import FALLBACK_FPS, build_index, read_packets
from core_model.errors import MediaError

CACHE_BYTES = 96 * 2**20
"""Memory for decoded frames, about 30 frames of 1920 x 1080: stepping backwards then decodes each frame about twice."""
STEP_AHEAD = 4
"""Frames that are decoded on the way rather than sought when a request is a little ahead across a key frame."""


class FileReader:
    """Frames of one video file. `frame(i)` is the `i`-th that a player shows, however it is asked for.

    Closing is the caller's: use it as a context manager. Calls from several threads wait for each other; for speed
    give each thread a reader of its own.
    """

    image_names: tuple[str, ...] | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._closed = False
        self._container = av.open(str(path.resolve()))
        try:
            self._open()
        except BaseException:
            self._container.close()
            raise

    def _open(self) -> None:
        streams = [s for s in self._container.streams.video if not s.disposition & _PICTURE]
        if self._container.format.name in _TEXT_FORMATS:
            raise MediaError(f"{self.path.name} is not a video but text.", "Choose a video file.")
        if not streams:
            raise MediaError(f"{self.path.name} holds no pictures, only sound or other data.", "Choose a video file.")
        self._stream: VideoStream = streams[0]
        self._stream.thread_type = "AUTO"
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._converter = VideoReformatter()
        self._damaged: set[int] = set()
        self._index = build_index(self._container, self._stream)
        first = self._probe()
        self._orientation: Orientation = orientation_of_frame(first)
        self._stored_size_px = _square_pixel_size(first, self._stream)
        self._cache_frames = max(4, CACHE_BYTES // max(1, first.width * first.height * 3 // 2))
        width, height = self._stored_size_px
        self.frame_size_px = (height, width) if self._orientation.turns % 2 else (width, height)
        self.pts_s = self._index.pts * float(self._stream.time_base or 1 / FALLBACK_FPS)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def problem(self) -> str | None:
        """A sentence about a file that is damaged but still gives frames; None for a whole one."""
        return self._index.problem

    @property
    def fps(self) -> float:
        """Mean frames per second (variable frame rate: see `pts_s`)."""
        if len(self) > 1 and self.pts_s[-1] > self.pts_s[0]:
            return float((len(self) - 1) / (self.pts_s[-1] - self.pts_s[0]))
        return float(self._stream.average_rate or FALLBACK_FPS)

    def frame(self, i: int) -> np.ndarray:
        """The `i`-th shown frame, (H, W, 3) uint8 RGB.

        Raises IndexError outside, MediaError for a damaged frame, ValueError once closed.
        """
        if not 0 <= i < len(self):
            raise IndexError(f"frame {i} of {len(self)}")
        width, height = self._stored_size_px
        with self._lock:
            # one converter for all: else each decoded frame that is kept would keep one, threads included
            image = self._converter.reformat(self._find(i), width, height, "rgb24").to_ndarray()
        return self._orientation.apply(image)

    def close(self) -> None:
        """Free the file and the decoder. May be called twice."""
        with self._lock:
            self._closed = True
            self._cache.clear()
            self._decoded: Iterator[VideoFrame] = iter(())
            self._container.close()

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # -- finding a frame -------------------------------------------------------------------------------------------

    def _find(self, i: int) -> VideoFrame:
        if self._closed:
            raise ValueError("this reader is closed")
        if i in self._cache:
            self._cache.move_to_end(i)
            return self._cache[i]
        if i not in self._damaged:
            if self._near(i) and (frame := self._advance(i)):
                return frame
            for key in self._index.starts(i) if self._index.keys else (None,):
                self._decoded = self._decode_from(key)
                self._last = -1
                if frame := self._advance(i):
                    return frame
        self._damaged.add(i)
        raise MediaError(
            f"Frame {i + 1} of {self.path.name} (at {self.pts_s[i]:.2f} s) is damaged.", "Go on with another frame."
        )

    def _near(self, i: int) -> bool:
        """Whether decoding on from where the decoder is beats a seek."""
        if i <= self._last:
            return False
        if self._last < 0:
            return False
        if i - self._last <= STEP_AHEAD or not self._index.keys:
            return True
        return self._index.keys[self._index.last_key(i)].order <= self._index.order[self._last]

    def _advance(self, i: int) -> VideoFrame | None:
        """Decode up to frame `i`, keeping what comes by; None when it does not come."""
        for frame in self._decoded:
            number = self._last + 1 if not self._index.keys else self._index.from_pts(frame.pts)
            if number is None:
                continue
            self._last = number
            self._cache[number] = frame
            self._cache.move_to_end(number)
            while len(self._cache) > self._cache_frames:
                self._cache.popitem(last=False)
            if number >= i:
                return frame if number == i else None
        return None

    def _decode_from(self, key: int | None) -> Iterator[VideoFrame]:
        """Frames from a key frame on, or from the start of the file; damaged packets are skipped."""
        for packet in self._packets_from(key):
            if packet.is_corrupt and self._index.from_pts(packet.pts) is None:  # it would take a whole frame with it
                continue
            try:
                yield from self._stream.decode(packet)
            except av.FFmpegError:
                continue
        try:
            yield from self._stream.decode(None)
        except av.FFmpegError:
            return

    def _packets_from(self, key: int | None) -> Iterator[av.Packet]:
        """Packets from exactly this key frame on: containers may land before it, or after it."""
        if key is not None:
            wanted = self._index.keys[key]
            for target in (wanted.pts, min(wanted.pts, wanted.dts or wanted.pts) - 1):
                try:
                    self._container.seek(target, stream=self._stream)
                except av.FFmpegError:
                    break
                for packet in (packets := read_packets(self._container, self._stream)):
                    if packet.is_keyframe and packet.pts is not None and packet.pts >= wanted.pts:
                        break
                else:
                    continue
                if packet.pts == wanted.pts:
                    yield packet
                    yield from packets
                    return
        self._reopen()
        skip = self._index.keys[key].order if key is not None else 0
        for order, packet in enumerate(read_packets(self._container, self._stream)):
            if order >= skip:
                yield packet

    def _reopen(self) -> None:
        number = self._stream.index
        self._container.close()
        self._container = av.open(str(self.path.resolve()))
        self._stream = self._container.streams[number]  # type: ignore[assignment]
        self._stream.thread_type = "AUTO"

    # -- opening ---------------------------------------------------------------------------------------------------

    def _probe(self) -> VideoFrame:
        """Decode the first frames: is there a decoder, and do its times agree with the packets' times?"""
        self._decoded = self._decode_from(0 if self._index.keys else None)
        self._last = -1
        firsts = [frame for frame, _ in zip(self._decoded, range(_PROBE_FRAMES), strict=False)]
        if not firsts:
            raise MediaError(
                f"{self.path.name} holds no picture that can be decoded.",
                "It may be cut short or of an unknown kind: export it again as H.264 in MP4.",
            )
        times = [frame.pts for frame in firsts if frame.pts is not None]
        if len(times) < len(firsts) or times != sorted(times):  # AVI gives the order of decoding as times
            self._index = self._index.counted()
        if self._index.keys:
            self._index = self._index.without_before(times[0])
        self._decoded = iter(())
        return firsts[0]


_PROBE_FRAMES = 8
_TEXT_FORMATS = {"tty", "bin", "xbin", "adf", "idf"}  # FFmpeg would draw the letters
_PICTURE = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails


def _square_pixel_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Width and height, before turning, at which the frame's pixels are square: the width is stretched."""
    aspect = float(stream.sample_aspect_ratio or 1)
    if not 0.1 <= aspect <= 10:  # nonsense in the header
        aspect = 1.0
    return max(1, round(frame.width * aspect)), frame.height
