"""Open a video file, a folder of images or a single image: frames by number, times in seconds.

>>> with open_video("clip.mp4") as reader:  # doctest: +SKIP
...     frame = reader.frame(0)             # (H, W, 3) uint8 RGB, the right way up, square pixels
...     reader.pts_s[0]                     # its presentation time
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, runtime_checkable

import av
import numpy as np

from core_model.data.images import IMAGE_SUFFIXES, ImageReader
from core_model.data.video_stream import FileReader
from core_model.errors import MediaError


@runtime_checkable
class VideoReader(Protocol):
    """What a video, a folder of images and a single image have in common."""

    path: Path
    pts_s: np.ndarray  # (T,) float64 presentation times, NaN for images
    frame_size_px: tuple[int, int]  # width, height after rotation and pixel aspect; of the first image for images
    image_names: tuple[str, ...] | None  # None for a video

    @property
    def fps(self) -> float:
        """Mean frames per second."""

    @property
    def problem(self) -> str | None:
        """A sentence about damage, where there still are frames."""

    def __len__(self) -> int: ...

    def frame(self, i: int) -> np.ndarray:
        """(H, W, 3) uint8 RGB."""

    def close(self) -> None: ...

    def __enter__(self) -> "VideoReader": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


def open_video(path: str | os.PathLike[str]) -> VideoReader:
    """A reader for `path`: a video file, a folder of images, or an image. `MediaError` says what is wrong with it."""
    path = Path(path)
    try:
        _check(path)
        if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES:
            return ImageReader(path)
        return FileReader(path)
    except PermissionError as error:
        raise MediaError(
            f"{path.name} may not be read.", "Change its permissions, or copy it to your folder."
        ) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        raise MediaError(
            f"{path.name} is not a video that can be read ({_reason(error)}).",
            "It may be damaged, cut short, or no video at all: export it again as H.264 in MP4.",
        ) from error


def _check(path: Path) -> None:
    """Tell apart what a decoder would only call invalid."""
    if not path.exists():
        raise MediaError(f"There is no file or folder {path}.", "Check the name.")
    if path.is_dir():
        return
    if not path.is_file():
        raise MediaError(f"{path.name} is neither a file nor a folder.", "Choose a video, an image or a folder.")
    if path.stat().st_size == 0:
        raise MediaError(f"{path.name} is empty (0 bytes).", "Copy or download it again.")
    with path.open("rb"):
        pass


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
