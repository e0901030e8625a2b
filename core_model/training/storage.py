"""Files that are whole or not there: written aside, brought to the disk, renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core_model.export.folder import OutputError


@contextmanager
def disk_trouble(path: Path) -> Iterator[None]:
    """An OSError inside (disk full, not allowed ...) becomes an OutputError about `path`."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror or error}); what was saved before is untouched.",
            "Make room on the disk, or mend the folder's permissions, then run the same command again.",
        ) from error


def write_whole(path: Path, data: bytes, before: Path | None = None) -> None:
    """Write a file. Whenever the process is killed, `path` is the old file or the new one. Raises OutputError.

    With `before`, the old file is kept under that name; between two renames it is there only.
    """
    aside = path.with_name(path.name + ".part")
    with disk_trouble(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(aside, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if before and path.exists():
                os.replace(path, before)
            os.replace(aside, path)
            _sync_folder(path.parent)
        finally:
            aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Bring a rename to the disk, where folders can be opened (not on Windows)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
