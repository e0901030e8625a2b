"""What several commands share."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from core_model.export.recording import Recording
    from core_model.predictor import Predictor

Subparsers = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """`--device` and `--checkpoint`."""
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="where the network runs (default: auto)"
    )
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="another checkpoint than the bundled one")


def add_careful_option(parser: argparse.ArgumentParser) -> None:
    """`--careful`, for commands that look at whole clips."""
    parser.add_argument(
        "--careful",
        action="store_true",
        help="sixteen looks at every frame, not one or two: steadier, nearer, and some six times as long (images "
        "always are looked at so)",
    )


def add_adapted_option(parser: argparse.ArgumentParser) -> None:
    """`--adapted`, for commands that make pictures."""
    parser.add_argument("--adapted", type=Path, metavar="FILE", help="what `puppetpose adapt` learnt from a clip")


def load_predictor(checkpoint: Path | None, device: str, adapted: Path | None = None) -> "Predictor":
    """The network, imported only now. Raises CheckpointError."""
    from core_model.predictor import Predictor
    from core_model.training.checkpoint import load_checkpoint

    predictor = Predictor.load(checkpoint, device)
    return predictor.adapted(load_checkpoint(adapted)) if adapted else predictor


def predictor_of(arguments: argparse.Namespace) -> "Predictor":
    """The network for whole clips. Raises CheckpointError."""
    predictor = load_predictor(arguments.checkpoint, arguments.device)
    return predictor.careful() if arguments.careful else predictor


def recording_of(arguments: argparse.Namespace) -> "Recording":
    """What `input` names: read from `poses.npz`, or found by looking at the clip. Raises MediaError, NobodyFoundError,
    CheckpointError."""
    from core_model import api

    if arguments.input.suffix.lower() == ".npz":
        return api.read_poses(arguments.input)
    api.open_video(arguments.input).close()  # what cannot be read is told before the network is loaded
    return api.analyse(arguments.input, predictor=predictor_of(arguments), each=Steps())


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="tell the result to a program")


def tell(arguments: argparse.Namespace, figures: dict[str, object], text: str) -> None:
    """The result of a command on stdout: a line of JSON where it was asked for, else words."""
    print(json.dumps(figures) if arguments.json else text)


def clock(seconds: float) -> str:
    """
    >>> clock(7), clock(3725)
    ('0:07', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Progress:
    """One line that is written over: how many are done, how fast, how long it will take. Silent but on a terminal."""

    def __init__(self, total: int, what: str, stream: TextIO | None = None) -> None:
        self._total, self._what = total, what
        self._stream = stream or sys.stderr
        self._on = self._stream.isatty()
        self._start_s, self._shown_s, self.done = time.monotonic(), 0.0, 0

    @property
    def rate(self) -> float:
        """How many a second so far."""
        return self.done / max(time.monotonic() - self._start_s, 1e-6)

    def step(self, done: int) -> None:
        """So many are done now."""
        self.done = done
        now_s = time.monotonic()
        if self._on and (now_s - self._shown_s > 0.2 or done == self._total):
            self._shown_s = now_s
            self._stream.write(f"\r\x1b[2K{self.text()}")
            self._stream.flush()

    def text(self) -> str:
        """For example `Analysing: 34 of 120 frames, 21.3 a second, 0:04 left`."""
        left_s = round((self._total - self.done) / self.rate) if self.done else 0
        return f"{self._what}: {self.done} of {self._total} frames, {self.rate:.1f} a second, {clock(left_s)} left"

    def end(self) -> None:
        """Wipe the line."""
        if self._on:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


class Steps:
    """Shows how far long work is; `core_model.looking.Each`."""

    def __init__(self) -> None:
        self._what, self._progress = "", Progress(0, "")

    def __call__(self, what: str, done: int, total: int) -> None:
        """So many are done of this; something else begins a line of its own."""
        if what != self._what:
            self._what, self._progress = what, Progress(total, what)
        self._progress.step(done)
        if done == total:
            self._progress.end()
