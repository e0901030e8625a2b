"""Cameras: which there are, and their frames as they come. A video can stand in for one.

>>> with closing(open_camera("0")) as camera:  # doctest: +SKIP
...     image, time_s = camera.read()              # (H, W, 3) uint8 RGB
"""

import errno
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from core_model.data.video import open_video
from core_model.errors import MediaError

_PROBED = 4
"""Numbers that are tried where the system does not list its cameras."""
_IMAGES_PER_S = 2.0


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """One that can be opened."""

    name: str
    source: str  # for `open_camera`


class Camera(Protocol):
    """Something that gives frames at its own pace."""

    name: str

    def read(self) -> tuple[np.ndarray, float]:
        """Wait for the next frame: (H, W, 3) uint8 RGB, and its time in seconds, which only grows. Raises MediaError
        where no more will come."""

    def close(self) -> None:
        """Let go of it."""


def find_cameras() -> list[FoundCamera]:
    """Those of this machine."""
    if sys.platform.startswith("linux"):
        return _listed(Path("/sys/class/video4linux"), Path("/dev"))
    return [FoundCamera(f"Camera {number + 1}", str(number)) for number in range(_PROBED) if _answers(number)]


def open_camera(source: str) -> Camera:
    """By its number or device file; a video, an image or a folder of images is played in a loop as if it were one.

    Raises MediaError: there is none, it may not be used, or another program has it.
    """
    if source.isdigit() or source.startswith("/dev/"):
        return DeviceCamera(source)
    return FileCamera(Path(source))


class DeviceCamera:
    """A camera of this machine."""

    def __init__(self, source: str) -> None:
        linux = sys.platform.startswith("linux")
        device = f"/dev/video{source}" if linux and source.isdigit() else source
        self.name = _name_of(device) if linux else f"Camera {int(source) + 1}"
        if linux:
            _check(device, self.name)
        self._capture = cv2.VideoCapture(device if linux else int(source))
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # what is shown is what is, not what was
        self._first: np.ndarray | None = None
        good, image = self._capture.read() if self._capture.isOpened() else (False, None)
        if not good:
            self._capture.release()
            raise MediaError(
                f"{self.name} gives no picture.",
                "Close other programs that use it (a video call, a browser), then open it again.",
            )
        self._first = image

    def read(self) -> tuple[np.ndarray, float]:
        """See `Camera`."""
        image, self._first = self._first, None
        if image is None:
            good, image = self._capture.read()
            if not good:
                raise gone(self.name)
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB), time.monotonic()

    def close(self) -> None:
        """See `Camera`."""
        self._capture.release()


class FileCamera:
    """A video, played in a loop at its own speed; frames that nobody asks for in time are passed over."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._reader = open_video(path)
        pts_s = self._reader.pts_s
        timed = bool(np.isfinite(pts_s).all())
        self._times_s = pts_s - pts_s[0] if timed else np.arange(len(pts_s)) / _IMAGES_PER_S
        fps = self._reader.fps if timed and self._reader.fps > 0 else _IMAGES_PER_S
        self._loop_s = float(self._times_s[-1]) + 1 / fps
        self._began_s = time.monotonic()
        self._next = 0  # counted on over the loops

    def read(self) -> tuple[np.ndarray, float]:
        """See `Camera`."""
        now_s = time.monotonic() - self._began_s
        loops, place_s = divmod(now_s, self._loop_s)
        on_show = int(loops) * len(self._times_s) + int(np.searchsorted(self._times_s, place_s, side="right")) - 1
        number = max(self._next, on_show)
        self._next = number + 1
        loops, index = divmod(number, len(self._times_s))
        due_s = loops * self._loop_s + float(self._times_s[index])
        image = self._reader.frame(index)
        time.sleep(max(due_s - (time.monotonic() - self._began_s), 0.0))
        return image, due_s

    def close(self) -> None:
        """See `Camera`."""
        self._reader.close()


def gone(name: str) -> MediaError:
    """To be raised where a camera ends."""
    return MediaError(f"{name} gives no more pictures.", "If it was unplugged, plug it in and open it again.")


def _listed(system: Path, devices: Path) -> list[FoundCamera]:
    """As Linux lists them; of several devices of one camera only the first has pictures."""
    found = []
    for entry in sorted(system.glob("video*"), key=lambda path: int(path.name[5:] or 0)):
        number = entry / "index"
        if not number.exists() or number.read_text().strip() == "0":
            found.append(FoundCamera((entry / "name").read_text().strip(), str(devices / entry.name)))
    return found


def _name_of(device: str) -> str:
    name = Path("/sys/class/video4linux") / Path(device).name / "name"
    return name.read_text().strip() if name.exists() else device


def _check(device: str, name: str) -> None:
    """Tell apart what a capture would only call closed."""
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK))
    except FileNotFoundError as error:
        raise MediaError(f"There is no camera {device}.", "Plug one in, or choose another.") from error
    except PermissionError as error:
        raise MediaError(
            f"{name} may not be used by you.",
            "Add yourself to the group that owns it (sudo usermod -aG video $USER) and log in again.",
        ) from error
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise MediaError(f"{name} is used by another program.", "Close that, then open it again.") from error
        raise MediaError(f"{name} cannot be opened ({error.strerror}).", "Plug it in again.") from error


def _answers(number: int) -> bool:
    capture = cv2.VideoCapture(number)
    try:
        return bool(capture.isOpened())
    finally:
        capture.release()
