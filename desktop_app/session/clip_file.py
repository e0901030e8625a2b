"""The video of a session: how it is recognised, and where it may lie now."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePath

_ENDS_BYTES = 1 << 16
"""Read at either end of a file: an hour of video is recognised in a millisecond."""


def fingerprint(path: Path) -> str:
    """Of a file: its size and both its ends; of a folder: names and sizes in it. Empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for item in sorted(path.iterdir()):
                digest.update(f"{item.name} {item.stat().st_size}\n".encode())
        else:
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                digest.update(f"{size}\n".encode() + file.read(_ENDS_BYTES))
                file.seek(max(size - _ENDS_BYTES, 0))
                digest.update(file.read(_ENDS_BYTES))
    except OSError:
        return ""
    return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A video, folder of images or image, as a session's file names it."""

    absolute: str
    relative: str | None  # from the folder of the session's file, with slashes; None where there is no such way
    fingerprint: str
    frames: int
    frame_size_px: tuple[int, int]

    @property
    def name(self) -> str:
        """Without folders, whatever system wrote it."""
        return self.absolute.replace("\\", "/").rstrip("/").rpartition("/")[2]

    def is_in(self, path: Path) -> bool:
        """Whether a file that is there is this one."""
        return path.exists() and self.fingerprint in ("", fingerprint(path))

    def find(self, beside: Path | None) -> Path | None:
        """Where it is now: as the session's folder sees it, in that folder, where it was; None where it has to be asked
        for."""
        places = [Path(self.absolute)]
        if beside is not None:
            places = [*([beside / self.relative] if self.relative else []), beside / self.name, *places]
        return next((Path(os.path.abspath(place)) for place in places if self.is_in(place)), None)


def relative_to(path: Path, folder: Path | None) -> str | None:
    """The way from a folder to a file, with slashes; None where there is none (other drives), or no folder."""
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix() if folder else None
    except ValueError:
        return None
