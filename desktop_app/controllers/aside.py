"""Files in which windows keep unsaved changes aside, each locked as long as its window lives."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from desktop_app.session.container import SUFFIX

_PART = f".{{}}.part{SUFFIX}"
"""As `core_model.export.folder.written_aside` calls what it writes to."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that is this window's alone: the system lets go of the lock when a window ends, however it ends."""

    file: Path
    lock: FileLock

    def remove(self) -> None:
        """Nothing is left of it, nor of one that was being written."""
        self.file.unlink(missing_ok=True)
        self.file.with_name(_PART.format(self.file.stem)).unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Leave the file to the next window."""
        self.lock.release()
        Path(self.lock.lock_file).unlink(missing_ok=True)


def new_aside(folder: Path) -> Aside:
    """One that nobody has. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        if made := _locked(folder / f"{uuid4().hex}{SUFFIX}"):
            return made


def left_asides(folder: Path) -> list[Aside]:
    """Those of windows that ended without a word, locked, the newest first. What such windows left half done goes."""
    patterns = (f"[!.]*{SUFFIX}", "*.lock", _PART.format("*"))
    names = {path.name.removeprefix(".").partition(".")[0] for pattern in patterns for path in folder.glob(pattern)}
    left = []
    for aside in filter(None, (_locked(folder / f"{name}{SUFFIX}") for name in names)):
        if aside.file.exists():
            left.append(aside)
        else:
            aside.remove()
    return sorted(left, key=lambda aside: aside.file.stat().st_mtime, reverse=True)


def _locked(file: Path) -> Aside | None:
    lock = FileLock(file.with_suffix(".lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return Aside(file, lock)
