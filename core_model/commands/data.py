"""`puppetpose data`: unlabelled videos -> crops, poses, backgrounds and pairs to learn from."""

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.data.unlabelled.collect import Collected, Network, Skipped
    from core_model.data.unlabelled.store import Summary

DESCRIPTION = """\
Make data to learn from out of videos, or of all videos in folders: shots are told apart, the person is followed, and
crops are kept with pose, background and outline as far as these can be told. One file a video; a video that did not
change is not looked at again. A file that cannot be used is reported and left out.
"""
_TELL_EVERY_S = 0.25


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("data", help="data for training from unlabelled videos", description=DESCRIPTION)
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="videos, or folders of videos")
    parser.add_argument(
        "--out", type=Path, default=Path("cache/unlabelled"), metavar="DIR", help="default: cache/unlabelled"
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="also draw what is kept: a PNG a video")
    parser.add_argument("--json", action="store_true", help="print a line of JSON a video")
    parser.add_argument("--progress", action="store_true", help="with --json: also lines of how many frames are done")
    parser.add_argument("--nice", action="store_true", help="let other programs go first")
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Collect, tell, draw. Raises MediaError, CheckpointError, OutputError; NobodyFoundError if nothing is usable."""
    from core_model.data.unlabelled.collect import collect, video_files
    from core_model.export.folder import output_folder
    from core_model.training.control import give_way

    if arguments.nice:
        give_way()
    files = video_files(arguments.paths)
    folder = output_folder(arguments.out)
    pictures = output_folder(arguments.pictures) if arguments.pictures else None
    tell = _tell_json if arguments.json else _tell
    progress, crops = _ProgressJson() if arguments.json and arguments.progress else _ProgressLine(), 0
    for done in collect(files, folder, _network(arguments), each=progress.step):
        progress.end()
        tell(done)
        crops += _usable(done)
        if pictures and _usable(done):
            _draw(done, pictures)
    _conclude(crops, len(files), folder)
    return 0


def _network(arguments: argparse.Namespace) -> "Network":
    """The bundled network or another, loaded only if a video needs it."""
    from core_model.assets import BUNDLED, asset
    from core_model.data.unlabelled.collect import Network, file_fingerprint
    from core_model.errors import CheckpointError

    path = arguments.checkpoint or asset(BUNDLED)
    try:
        fingerprint = file_fingerprint(path)
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read ({error.strerror}).", "Check the path.") from error
    return Network(fingerprint, lambda: common.load_predictor(path, arguments.device))


class _ProgressLine:
    """One progress line, begun anew for each video."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._line: common.Progress | None = None

    def step(self, file: Path, done: int, total: int) -> None:
        """So many frames of a file are done."""
        if file != self._file or self._line is None:
            self.end()
            self._file, self._line = file, common.Progress(total, file.name)
        self._line.step(done)

    def end(self) -> None:
        """Wipe the line."""
        if self._line is not None:
            self._line.end()
        self._line = None


class _ProgressJson:
    """A line of JSON now and then."""

    def __init__(self) -> None:
        self._told_s = 0.0

    def step(self, file: Path, done: int, total: int) -> None:
        """So many frames of a file are done."""
        if time.monotonic() - self._told_s > _TELL_EVERY_S:
            self._told_s = time.monotonic()
            print(json.dumps({"file": str(file), "done": done, "total": total}), flush=True)

    def end(self) -> None:
        """The file is done."""


def _usable(done: "Collected | Skipped") -> int:
    """How many crops a video gave."""
    from core_model.data.unlabelled.collect import Collected

    return done.summary.kept if isinstance(done, Collected) else 0


def _tell_json(done: "Collected | Skipped") -> None:
    from core_model.data.unlabelled.collect import Collected

    if isinstance(done, Collected):
        about = {"file": str(done.file), "made_before": done.made_before, **dataclasses.asdict(done.summary)}
    else:
        about = {"path": str(done.path), "skipped": done.reason}
    print(json.dumps(about), flush=True)


def _tell(done: "Collected | Skipped") -> None:
    from core_model.data.unlabelled.collect import Collected

    if isinstance(done, Collected):
        before = " (made before)" if done.made_before else ""
        print(f"{done.file}{before}\n{summary_text(done.summary)}", flush=True)
    else:
        print(f"puppetpose: left out {done.path}: {done.reason}", file=sys.stderr, flush=True)


def summary_text(summary: "Summary") -> str:
    """A few indented lines about a video."""
    from core_model.data.unlabelled.words import dropped_words

    lines = [
        f"{Path(summary.path).name}: {summary.duration_s:.1f} s, {summary.sampled} frames looked at, "
        f"{summary.kept} kept; dropped: {dropped_words(summary.dropped) or 'none'}",
        *(
            f"  shot {number}: {shot.start_s:.1f} to {shot.end_s:.1f} s, camera {shot.camera}, {shot.kept} kept"
            for number, shot in enumerate(summary.shots, 1)
        ),
        f"  people {summary.people}, pairs far apart {summary.far_pairs}, neighbours {summary.neighbour_pairs}",
        f"  background for {summary.with_background} frames, {100 * summary.background_known:.0f} % of it known; "
        f"confidence of the foreground {100 * summary.foreground_confidence:.0f} %",
    ]
    if summary.problem:
        lines.append(f"  {summary.problem}")
    return "\n".join(f"  {line}" for line in lines)


def _draw(done: "Collected | Skipped", folder: Path) -> None:
    from core_model.data.unlabelled.collect import Collected
    from core_model.data.unlabelled.sheet import contact_sheet
    from core_model.data.unlabelled.store import read_video_data
    from core_model.export.images import write_png

    if isinstance(done, Collected):
        write_png(folder / f"{done.file.stem}.png", contact_sheet(read_video_data(done.file)))


def _conclude(crops: int, videos: int, folder: Path) -> None:
    """Say how much there is. Raises NobodyFoundError where that is nothing."""
    from core_model.errors import NobodyFoundError

    if not crops:
        which = "the video" if videos == 1 else f"any of the {videos} videos"
        raise NobodyFoundError(
            f"Nothing in {which} can be used: nobody was found, or the files cannot be read.",
            "Give videos that show one whole person at a time, larger than a sixth of the picture's height.",
        )
    print(f"{crops} crops in {folder}", file=sys.stderr)
