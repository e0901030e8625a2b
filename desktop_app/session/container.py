"""The file of a session: a zip with `session.json` and arrays (`*.npy`), which `numpy.load` opens as well."""

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from core_model.errors import PuppetPoseError
from core_model.export.folder import written_aside

SUFFIX = ".puppetpose"
MAJOR, MINOR = 1, 0
"""Older versions cannot read what has a higher MAJOR; what has a higher MINOR holds more than they know."""
_STATE = "session.json"


class SessionFileError(PuppetPoseError):
    """A session's file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is in such a file: the state, and all other members by name."""

    state: dict[str, Any] = field(default_factory=dict)
    members: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays, as members of a folder."""
        for key, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asanyarray(array), allow_pickle=False)
            self.members[f"{name}/{key}.npy"] = buffer.getvalue()

    def take(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of a folder, which are then no longer among the members. Raises ValueError."""
        keys = [
            key
            for member in self.members
            for folder, _, key in (member.rpartition("/"),)
            if folder == name and key.endswith(".npy")
        ]
        return {
            key.removesuffix(".npy"): np.lib.format.read_array(
                io.BytesIO(self.members.pop(f"{name}/{key}")), allow_pickle=False
            )
            for key in keys
        }


def write(path: Path, content: Content) -> None:
    """Write it aside, then rename: `path` is the old file or the new one. Raises OutputError."""
    state = {"format": {"major": MAJOR, "minor": MINOR}, **content.state}
    with written_aside(path) as aside, open(aside, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_STATE, json.dumps(state, indent=1, ensure_ascii=False, allow_nan=False))
            for name, data in content.members.items():
                archive.writestr(name, data)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Content:
    """Raises SessionFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        state = json.loads(members.pop(_STATE), parse_constant=_refuse)
        major = int(state.pop("format")["major"])
    except FileNotFoundError as error:
        raise SessionFileError(
            f"There is no file {path}.", "It may have been moved: open it where it is now."
        ) from error
    except OSError as error:
        raise SessionFileError(f"{path.name} cannot be read ({error.strerror or error}).", "Copy it again.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise damaged(path) from error
    if major > MAJOR:
        raise SessionFileError(
            f"{path.name} was saved by a newer PuppetPose (format {major}; this one reads {MAJOR}).",
            "Install the newest PuppetPose to open it.",
        )
    return Content(state, members)


def damaged(path: Path) -> SessionFileError:
    """To be raised where a file is no session, or only a part of one."""
    return SessionFileError(
        f"{path.name} is damaged, cut short, or no session of PuppetPose.", "Copy it again, or open an older one."
    )


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
