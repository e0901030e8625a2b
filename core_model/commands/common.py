"""What several commands share."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from core_model.data.video import VideoReader
    from core_model.motion import Motion
    from core_model.predictor import Predictor
    from core_model.recombination import Person

Subparsers = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """`--device` and `--checkpoint`."""
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="where the network runs (default: auto)"
    )
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="another checkpoint than the bundled one")


def add_adapted_option(parser: argparse.ArgumentParser) -> None:
    """`--adapted`, for commands that make pictures."""
    parser.add_argument("--adapted", type=Path, metavar="FILE", help="what `puppetpose adapt` learnt from a clip")


def load_predictor(checkpoint: Path | None, device: str, adapted: Path | None = None) -> "Predictor":
    """The network, imported only now. Raises CheckpointError."""
    from core_model.predictor import Predictor
    from core_model.training.checkpoint import load_checkpoint

    predictor = Predictor.load(checkpoint, device)
    return predictor.adapted(load_checkpoint(adapted)) if adapted else predictor


def person_in(path: Path, predictor: "Predictor") -> "Person":
    """How somebody looks, from frames all over a clip. Raises MediaError, NobodyFoundError."""
    from core_model.data.video import open_video
    from core_model.errors import NobodyFoundError
    from core_model.recombination import LOOKS, person_of

    with open_video(path) as reader:
        progress = Progress(min(LOOKS, len(reader)), f"Looking at {path.name}")
        person = person_of(reader, predictor, lambda done, _: progress.step(done))
        progress.end()
    if person is None:
        raise NobodyFoundError(
            f"Nobody is seen surely enough in {path.name} to tell how they look.", "Choose another clip."
        )
    return person


def follow(reader: "VideoReader", predictor: "Predictor") -> "Motion":
    """The raw motion of whoever is in a clip. Raises NobodyFoundError."""
    from core_model.errors import NobodyFoundError
    from core_model.motion import empty_motion, record
    from core_model.tracking import analyse

    raw, progress = empty_motion(reader.pts_s), Progress(len(reader), f"Following {reader.path.name}")
    for done, result in enumerate(analyse(reader, predictor), 1):
        record(raw, result)
        progress.step(done)
    progress.end()
    if not (raw.track >= 0).any():
        raise NobodyFoundError(f"Nobody was found in {reader.path.name}.", "Choose another clip.")
    return raw


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
        minutes, seconds = divmod(left_s, 60)
        hours, minutes = divmod(minutes, 60)
        left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return f"{self._what}: {self.done} of {self._total} frames, {self.rate:.1f} a second, {left} left"

    def end(self) -> None:
        """Wipe the line."""
        if self._on:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
