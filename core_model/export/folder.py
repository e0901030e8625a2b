"""Folders and files that results go to: written aside, then renamed, so that a killed run leaves no half file."""

import os
import shutil
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


def check_target(path: Path, source: Path | None = None) -> None:
    """Before the work: raise OutputError for what cannot be written later; `source` is what it is made of."""
    parent = path.resolve().parent
    if not parent.is_dir():
        raise OutputError(f"There is no folder {path.parent}.", "Make it, or choose another.")
    if not os.access(path if path.exists() else parent, os.W_OK):
        raise OutputError(f"{path} may not be written.", "Mend its permissions, or choose another name.")
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise OutputError(f"{path} is what the motion is read from.", "Choose another name.")


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


@contextmanager
def folder_aside(path: Path) -> Iterator[Path]:
    """A folder to write to that becomes `path` when all went well. Raises OutputError, also where something is."""
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise OutputError(f"{path} is there already.", "Give a new or an empty folder.")
    aside = path.with_name(f".{path.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)  # of a run that was killed
        yield output_folder(aside)
        if path.is_dir():
            path.rmdir()
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror or error}).", "Choose another folder.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
