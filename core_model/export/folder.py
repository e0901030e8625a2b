"""Folders and files that results go to: written aside, then renamed, so that a killed run leaves no half file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core_model.errors import PuppetPoseError


class OutputError(PuppetPoseError):
    """A result that cannot be written."""


def output_folder(path: Path) -> Path:
    """Make the folder if it is not there, and make sure that it can be written to. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(f"{path} is a file, not a folder.", "Choose another folder for the results.") from error
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be made ({error.strerror}).", "Choose another folder.") from error
    if not os.access(path, os.W_OK):
        raise OutputError(f"The folder {path} may not be written to.", "Choose another folder for the results.")
    return path


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A name to write to, of the same suffix, that becomes `path` when all went well. Raises OutputError."""
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield aside
        os.replace(aside, path)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror or error}).", "Make room, or choose another."
        ) from (error)
    finally:
        aside.unlink(missing_ok=True)
