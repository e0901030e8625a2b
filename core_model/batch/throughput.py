"""How fast many clips are analysed: a plain loop, processes, a local Ray; and whether all write the same files.

    python -m core_model.batch.throughput FOLDER --workers 1 2 --ray

The plain loop has all cores for one clip after another; workers share them out. Each way starts afresh; the first
figure is what a person waits for, the start of workers in it, the second leaves out all before the first frame that is
told: on long lists they are the same. `PUPPETPOSE_THREADS=1` gives the loop one core, too: then the
figures say how the work grows with workers, not how well one clip uses several cores.
"""

import argparse
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from core_model.batch import pools
from core_model.batch.jobs import DONE, Job, Options, Outcome, jobs_of
from core_model.batch.work import work


class Way(NamedTuple):
    """One way to do the work, and how it went."""

    name: str
    frames: int
    wall_s: float
    files: dict[str, str]  # name -> digest of what is in it
    started_frames_per_s: float = float("nan")  # since the first frame was told

    @property
    def frames_per_s(self) -> float:
        """As a person waits for it."""
        return self.frames / max(self.wall_s, 1e-6)


def measure(clips: Sequence[Path], workers: Sequence[int], ray: bool, out: Path) -> Iterator[Way]:
    """Do all of it once in every way; results go to folders in `out`. Raises PuppetPoseError."""
    ways: dict[str, Callable[..., Iterator[Outcome]]] = {"plain loop": partial(pools.one_by_one, work=work)}
    for count in workers:
        ways[f"{count} process{'es' if count > 1 else ''}"] = partial(pools.by_processes, work=work, workers=count)
        if ray:
            ways[f"Ray, {count}"] = partial(pools.by_ray, work=work, address=pools.LOCAL, workers=count)
    for name, go in ways.items():
        jobs = jobs_of(clips, out / name, Options(formats=("npz", "bvh")))
        start_s = time.perf_counter()
        heard = _Heard()
        outcomes = list(go(jobs, hear=heard))
        wall_s = time.perf_counter() - start_s
        yield Way(name, _frames(outcomes), wall_s, digests(out / name), heard.rate())


class _Heard:
    """Frames that all workers have done, and when."""

    def __init__(self) -> None:
        self._done: dict[Path, int] = {}
        self._when: list[tuple[float, int]] = []

    def __call__(self, job: Job, done: int, total: int) -> None:
        self._done[job.folder] = done
        self._when.append((time.perf_counter(), sum(self._done.values())))

    def rate(self) -> float:
        """Frames a second from the first that was told to the last."""
        (first_s, first), (last_s, last) = self._when[0], self._when[-1]
        return (last - first) / max(last_s - first_s, 1e-6)


def _frames(outcomes: Sequence[Outcome]) -> int:
    for outcome in outcomes:
        if outcome.trouble:
            raise SystemExit(f"{outcome.job.clip}: {outcome.trouble}")
    return sum(outcome.frames for outcome in outcomes)


def digests(folder: Path) -> dict[str, str]:
    """Of all results under a folder, but for the marks, which know when clips were changed."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != DONE)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def table(ways: Sequence[Way]) -> str:
    """As Markdown: frames a second, over those of the plain loop, and whether the files are those of the plain loop."""
    first = ways[0]
    lines = ["| way | frames/s | of the plain loop | once started | of the plain loop | same files |", "|---" * 6 + "|"]
    for way in ways:
        same = "yes" if way.files == first.files else "no"
        rates = (way.frames_per_s, first.frames_per_s), (way.started_frames_per_s, first.started_frames_per_s)
        cells = " | ".join(f"{rate:.1f} | {rate / plain:.2f} x" for rate, plain in rates)
        lines.append(f"| {way.name} | {cells} | {same} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--ray", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(list(measure(arguments.clips, arguments.workers, arguments.ray, Path(folder)))))


if __name__ == "__main__":
    main()
