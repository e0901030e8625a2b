"""The file of a session: a zip with `session.json` and arrays (`*.npy`), which `numpy.load` opens as well."""

import io
import json
import os
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np

from core_model.errors import PuppetPoseError
from core_model.export.folder import written_aside

SUFFIX = ".puppetpose"
MAJOR, MINOR = 2, 0
"""Older versions cannot read what has a higher MAJOR; what has a higher MINOR holds more than they know."""
_STATE = "session.json"
_SAMPLE_BYTES, _PIECE_BYTES = 1 << 16, 1 << 20


class SessionFileError(PuppetPoseError):
    """A session's file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is in such a file: the state, arrays by name without suffix, and what is neither, by its whole name."""

    state: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)
    major: int = MAJOR  # of the version that wrote it

    def put(self, folder: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays, in a folder."""
        self.arrays.update({f"{folder}/{name}": np.asanyarray(array) for name, array in arrays.items()})

    def take(self, folder: str) -> dict[str, np.ndarray]:
        """The arrays of a folder, which are then no longer here."""
        names = [name for name in self.arrays if name.rpartition("/")[0] == folder]
        return {name.rpartition("/")[2]: self.arrays.pop(name) for name in names}

    def put_all(self, folder: str, content: "Content") -> None:
        """What another has, but for its state, in a folder."""
        self.arrays.update({f"{folder}/{name}": array for name, array in content.arrays.items()})
        self.others.update({f"{folder}/{name}": data for name, data in content.others.items()})

    def take_all(self, folder: str, state: dict[str, Any]) -> "Content":
        """What lies in a folder and below, which is then no longer here; with a state."""
        start = f"{folder}/"
        arrays = {name: self.arrays.pop(name) for name in list(self.arrays) if name.startswith(start)}
        others = {name: self.others.pop(name) for name in list(self.others) if name.startswith(start)}
        return Content(
            state,
            {name.removeprefix(start): array for name, array in arrays.items()},
            {name.removeprefix(start): data for name, data in others.items()},
        )


def write(path: Path, content: Content) -> None:
    """Write it aside, then rename: `path` is the old file or the new one. Raises OutputError."""
    state = {"format": {"major": MAJOR, "minor": MINOR}, **content.state}
    with written_aside(path) as aside, open(aside, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_STATE, json.dumps(state, indent=1, ensure_ascii=False, allow_nan=False))
            for name, array in content.arrays.items():
                member = zipfile.ZipInfo(f"{name}.npy", time.localtime()[:6])
                member.compress_type = _method(array)
                with archive.open(member, "w", force_zip64=True) as stream:
                    _write_array(stream, array)
            for name, data in content.others.items():
                archive.writestr(name, data)
        file.flush()
        os.fsync(file.fileno())


def _write_array(stream: IO[bytes], array: np.ndarray) -> None:
    """As numpy does, but a little at a time: much memory, taken for a moment, is not always given back."""
    about = {**np.lib.format.header_data_from_array_1_0(array), "fortran_order": False}
    np.lib.format.write_array_header_1_0(stream, about)  # type: ignore[arg-type]
    rows = np.atleast_1d(array)
    step = max(1, _PIECE_BYTES // max(1, rows[:1].nbytes))
    for start in range(0, len(rows), step):
        stream.write(rows[start : start + step].tobytes())


def _method(array: np.ndarray) -> int:
    """How a member is packed: coordinates in full precision would take time and get no smaller."""
    rows = np.atleast_1d(array)
    sample = rows[: max(1, _SAMPLE_BYTES // max(1, rows[:1].nbytes))].tobytes()
    shrinks = len(zlib.compress(sample, 1)) < 0.8 * len(sample)
    return zipfile.ZIP_DEFLATED if shrinks else zipfile.ZIP_STORED


def read(path: Path) -> Content:
    """Raises SessionFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        state = json.loads(members.pop(_STATE), parse_constant=_refuse)
        arrays = {name: _array(members.pop(name)) for name in list(members) if name.endswith(".npy")}
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
    return Content(state, {name.removesuffix(".npy"): array for name, array in arrays.items()}, members, major)


def damaged(path: Path) -> SessionFileError:
    """To be raised where a file is no session, or only a part of one."""
    return SessionFileError(
        f"{path.name} is damaged, cut short, or no session of PuppetPose.", "Copy it again, or open an older one."
    )


def _array(data: bytes) -> np.ndarray:
    return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
