"""What is to be done of many clips, and what was done before."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core_model.data.unlabelled.collect import video_files
from core_model.errors import MediaError
from core_model.training.storage import write_whole

DONE = "done.json"
"""Written last into a clip's folder: what it was made of, and how."""


@dataclass(frozen=True, slots=True)
class Options:
    """The same for all clips of a batch."""

    formats: tuple[str, ...] = ()  # of `core_model.export.formats`, beside poses.npz
    overlay: bool = False
    device: str = "auto"
    checkpoint: str | None = None
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One clip."""

    clip: Path
    folder: Path  # for its results
    options: Options

    def key(self) -> dict[str, object]:
        """What the results depend on. Raises OSError where the clip is gone."""
        about = self.clip.stat()
        return {"size": about.st_size, "changed_ns": about.st_mtime_ns, **json.loads(json.dumps(asdict(self.options)))}

    def done(self) -> bool:
        """Whether the results are there, of this very clip and these options."""
        try:
            return bool(json.loads((self.folder / DONE).read_text("utf-8")) == self.key())
        except (OSError, ValueError):
            return False

    def mark_done(self) -> None:
        """Say so. Raises OutputError."""
        write_whole(self.folder / DONE, json.dumps(self.key(), indent=1).encode())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one clip."""

    job: Job
    frames: int = 0
    busy_s: float = 0.0
    trouble: str = ""  # a sentence; empty where all went well


def jobs_of(sources: Sequence[Path], out: Path, options: Options) -> list[Job]:
    """A job for every clip: files as they are named, folders with all videos in and under them. Results go to a folder
    of the clip's name, at the same place under `out`. Raises MediaError where there is nothing to do."""
    jobs = [Job(clip, out / place, options) for source in sources for clip, place in _clips(source)]
    folders = [job.folder for job in jobs]
    if twice := {folder for folder in folders if folders.count(folder) > 1}:
        raise MediaError(f"Two clips would write to {min(twice)}.", "Name the folder above both of them instead.")
    return jobs


def _clips(source: Path) -> Iterator[tuple[Path, Path]]:
    """Clips, and where they lie under what was named."""
    for clip in video_files([source]):
        yield clip, clip.relative_to(source.resolve()) if source.is_dir() else Path(clip.name)
