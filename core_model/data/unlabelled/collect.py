"""Many videos into one folder of data, each once: what was made before from the same is not made again."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, partial
from pathlib import Path

from core_model.data.images import natural_key
from core_model.data.unlabelled.build import Settings, build
from core_model.data.unlabelled.store import Summary, read_summary, write_video_data
from core_model.data.video import open_video
from core_model.errors import MediaError
from core_model.tracking import FramePredictor

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp"}
)
FORMAT = 1
"""Raised whenever the same video would give other data."""


@dataclass(frozen=True)
class Network:
    """A predictor that is loaded when it is first needed, and what tells its weights from others."""

    fingerprint: str
    load: Callable[[], FramePredictor] = field(repr=False)

    @cached_property
    def predictor(self) -> FramePredictor:
        """Loaded once. Raises CheckpointError."""
        return self.load()


@dataclass(frozen=True, slots=True)
class Collected:
    """The data of a video are in `file`."""

    file: Path
    summary: Summary
    made_before: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """A video that cannot be used, and why."""

    path: Path
    reason: str


def file_fingerprint(path: Path) -> str:
    """A checkpoint by its content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def video_files(paths: Sequence[Path]) -> list[Path]:
    """The videos in files and folders, also in folders within them. Raises MediaError if there are none."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise MediaError(f"There is no file or folder {path}.", "Check the name.")
        files += _within(path) if path.is_dir() else [path]
    if not files:
        where = " and ".join(str(path) for path in paths)
        raise MediaError(f"There are no videos in {where}.", "Choose a folder with MP4, MOV, WebM or other videos.")
    return list(dict.fromkeys(file.resolve() for file in files))


def _within(folder: Path) -> list[Path]:
    found = (p for p in folder.rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES and p.is_file())
    shown = (p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    return sorted(shown, key=lambda p: natural_key(str(p)))


def collect(
    files: Sequence[Path],
    folder: Path,
    network: Network,
    settings: Settings | None = None,
    each: Callable[[Path, int, int], None] = lambda file, done, total: None,
) -> Iterator[Collected | Skipped]:
    """The data of each video, in `folder`. `each` hears the file, the frames done, and of how many."""
    settings = settings or Settings()
    for file in files:
        target = folder / f"{file.stem}-{hashlib.sha256(str(file).encode()).hexdigest()[:8]}.npz"
        try:
            key = _key(file, settings, network.fingerprint)
            if summary := read_summary(target, key):
                yield Collected(target, summary, made_before=True)
                continue
            with open_video(file) as reader:
                data, summary = build(reader, network.predictor, settings, partial(each, file))
        except MediaError as error:
            yield Skipped(file, str(error))
        else:
            write_video_data(target, data, summary, key)
            yield Collected(target, summary, made_before=False)


def _key(file: Path, settings: Settings, fingerprint: str) -> str:
    try:
        stat = file.stat()
    except OSError as error:
        raise MediaError(f"{file.name} cannot be read ({error.strerror}).", "Check that it exists.") from error
    about = [FORMAT, str(file), stat.st_size, stat.st_mtime_ns, asdict(settings), fingerprint]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()
