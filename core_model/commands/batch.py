"""`puppetpose batch`: many clips, gone on with where it was stopped."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core_model.commands import common
from core_model.commands.export import FORMATS

if TYPE_CHECKING:
    from core_model.batch.jobs import Job, Outcome
    from core_model.batch.pools import Hear

DESCRIPTION = """\
Analyse all videos in folders, and write the motion of each in any formats. Clips that are done are left out the next
time; one that fails does not stop the others. With --ray on the machines of a cluster that see the same folders.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("batch", help="many clips, on one machine or several", description=DESCRIPTION)
    parser.add_argument("input", type=Path, nargs="+", metavar="FOLDER|VIDEO")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder for each clip is made in it")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=[], help="written beside poses.npz")
    parser.add_argument("--overlay", action="store_true", help="also draw the skeleton over the frames")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, default=1, metavar="N", help="processes of this machine (default: 1)")
    where.add_argument("--ray", metavar="ADDRESS", help="a Ray cluster (auto, HOST:PORT), or `local` for one made here")
    common.add_json_option(parser)
    common.add_careful_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """0 where all clips are done, 1 where some failed. Raises MediaError, OutputError, PuppetPoseError."""
    from core_model.batch.jobs import Options, Outcome, jobs_of
    from core_model.export.folder import output_folder

    checkpoint = str(arguments.checkpoint.resolve()) if arguments.checkpoint else None
    options = Options(tuple(arguments.formats), arguments.overlay, arguments.device, checkpoint, arguments.careful)
    out = output_folder(arguments.out)
    jobs = jobs_of(arguments.input, out, options)
    waiting = [job for job in jobs if not job.done()]
    if left := len(jobs) - len(waiting):
        print(f"{left} of {len(jobs)} clips are done already.", file=sys.stderr)
    start, board, outcomes = time.perf_counter(), Board(len(waiting)), list[Outcome]()
    for outcome in _outcomes(waiting, arguments, board.hear):
        outcomes.append(outcome)
        said = outcome.trouble or f"{outcome.frames} frames, {outcome.frames / max(outcome.busy_s, 1e-6):.1f} a second"
        board.finished(outcome.job, f"[{len(outcomes)}/{len(waiting)}] {outcome.job.clip}: {said}")
    board.end()
    return _tell(outcomes, left, time.perf_counter() - start, arguments.json)


class Board:
    """A line a clip that is finished, and on a terminal one more that is written over: how far all workers are."""

    def __init__(self, clips: int, stream: TextIO | None = None) -> None:
        self._clips, self._stream = clips, stream or sys.stderr
        self._start_s, self._frames, self._finished = time.monotonic(), 0, 0
        self._at_work: dict[Path, tuple[int, int]] = {}

    def hear(self, job: "Job", done: int, total: int) -> None:
        """So many frames of a clip are done."""
        before, _ = self._at_work.get(job.folder, (0, total))
        self._frames += done - before
        self._at_work[job.folder] = (done, total)
        self._show()

    def finished(self, job: "Job", line: str) -> None:
        """A clip is done, or failed."""
        self._at_work.pop(job.folder, None)
        self._finished += 1
        self.end()
        print(line, file=self._stream, flush=True)

    def text(self) -> str:
        """For example `3 of 12 clips, 2 at work, 35.2 frames/s, 4:10 left`."""
        passed_s = time.monotonic() - self._start_s
        share = (self._finished + sum(done / max(total, 1) for done, total in self._at_work.values())) / self._clips
        left = f", {common.clock(passed_s / share - passed_s)} left" if share > 0 else ""
        rate = self._frames / max(passed_s, 1e-6)
        return f"{self._finished} of {self._clips} clips, {len(self._at_work)} at work, {rate:.1f} frames/s{left}"

    def _show(self) -> None:
        if self._stream.isatty():
            self._stream.write(f"\r\x1b[2K{self.text()}")
            self._stream.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self._stream.isatty():
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def _outcomes(jobs: "Sequence[Job]", arguments: argparse.Namespace, hear: "Hear") -> "Iterator[Outcome]":
    from core_model.batch import pools
    from core_model.batch.work import work

    if not jobs:
        return iter(())
    if arguments.ray:
        return pools.by_ray(jobs, work, arguments.ray, hear=hear)
    if arguments.workers > 1:
        return pools.by_processes(jobs, work, arguments.workers, hear)
    return pools.one_by_one(jobs, work, hear)


def _tell(outcomes: "Sequence[Outcome]", left: int, wall_s: float, as_json: bool) -> int:
    failed = [outcome for outcome in outcomes if outcome.trouble]
    frames, busy_s = sum(o.frames for o in outcomes), sum(o.busy_s for o in outcomes)
    figures = {
        "done": len(outcomes) - len(failed),
        "done_before": left,
        "failed": {str(outcome.job.clip): outcome.trouble for outcome in failed},
        "frames": frames,
        "frames_per_s": frames / max(wall_s, 1e-6),
        "clips_at_once": busy_s / max(wall_s, 1e-6),
    }
    if as_json:
        print(json.dumps(figures))
    else:
        print(f"{figures['done']} clips, {frames} frames, {figures['frames_per_s']:.1f} frames/s")
        for outcome in failed:
            print(f"failed: {outcome.job.clip}: {outcome.trouble}", file=sys.stderr)
    return 1 if failed else 0
