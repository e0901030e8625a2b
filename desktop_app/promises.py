"""`python -m desktop_app.promises [CLIP]`: does the window hold on this machine what it promises? Status 1 where not.

It is there within two seconds of the command and before torch; its event loop is never late while it plays, analyses
and a slider is dragged, nor when a training run takes all cores besides; 1080p plays at its own rate with the overlays
on; memory grows by what is kept of each new frame, and not at all with frames seen before; closing in the middle of all
that is quick. Times are those of this machine
as it is now, busy or not.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, time

import numpy as np
from pyqtgraph import GraphicsView
from PySide6.QtCore import QEvent, QObject

from core_model.memory import memory_mb
from desktop_app.application import Studio
from desktop_app.long_clips import enlarged, repeated
from desktop_app.robot import everything_at_once, first_prediction, lateness, open_studio, parser, wait_for
from desktop_app.robot_run import cores_taken
from desktop_app.robot_run import training as real_training
from desktop_app.session.results import KEEP

_BUSY_S, _LOOK_S = 12.0, 4.0
_FULL_HD_PX, _FULL_HD_S = (1920, 1080), 8.0
_LONG_S, _SETTLED_FRAMES, _MORE_FRAMES, _EVERY_FRAMES = 1800.0, 1200, 3000, 50
_AGAIN_S, _SETTLED_S, _MORE_S, _EVERY_S = 20.0, 90.0, 180.0, 1.0


@dataclass(frozen=True, slots=True)
class Promise:
    """What was measured, and what it is at most."""

    name: str
    value: float
    most: float
    unit: str
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is so."""
        return self.value <= self.most

    def __str__(self) -> str:
        verdict = "kept" if self.kept else "NOT KEPT"
        return f"{verdict:<9} {self.name:<46} {self.value:7.2f} {self.unit:<3} (at most {self.most:g})  {self.note}"


def starting(options: argparse.Namespace, folder: Path) -> Promise:
    """From the command to the first paint."""
    told: list[str | float] = []

    def painted() -> None:
        told.extend((time() - options.since, "yes" if "torch" in sys.modules else "no"))

    with open_studio(options, lambda studio: setattr(studio.window, "painted", painted)):
        painted_s, torch = told
        note = f"torch loaded before it: {torch}; with icons and the 3D view {time() - options.since:.2f} s"
    return Promise("from the command to the window", float(painted_s), 2.0, "s", note)


def busy(options: argparse.Namespace, folder: Path) -> Promise:
    """How late the event loop is while playing, analysing and dragging."""
    with open_studio(options) as studio:
        first_prediction(studio)
        with lateness() as late_ms:
            everything_at_once(studio, _BUSY_S)
    return _late("event loop late while all goes on, p99", late_ms)


def training(options: argparse.Namespace, folder: Path) -> Promise:
    """The same while the training pane is in front and a run trains on all cores, in a process of its own."""
    with open_studio(options) as studio:
        first_prediction(studio)
        with real_training(studio) as run:
            shown = studio.session.runs.chosen
            assert [info.folder for info in shown] == [run]
            assert studio.window.training.isVisible()
            alone = cores_taken(run)
            with lateness() as watching_ms:
                begun = perf_counter()
                wait_for(lambda: perf_counter() - begun > _LOOK_S, "the time to pass")
            alone_cores, beside, before = alone(), cores_taken(run), shown[0].record.step
            with lateness() as late_ms:
                everything_at_once(studio, _BUSY_S)
            beside_cores, steps = beside(), studio.session.runs.chosen[0].record.step - before
    note = f"; while it is only watched p99 {np.percentile(watching_ms, 99):.1f}; the run took {alone_cores:.1f} cores "
    note += f"of {os.cpu_count()} then, {beside_cores:.1f} while all goes on, and {steps} steps were shown"
    return _late("the same while training on all cores, p99", late_ms, note)


def _late(name: str, late_ms: list[float], more: str = "") -> Promise:
    median, p95, p99, most = np.percentile(late_ms, [50, 95, 99, 100])
    return Promise(name, float(p99), 50.0, "ms", f"median {median:.1f}, p95 {p95:.1f}, most {most:.1f}{more}")


class _Watcher(QObject):
    """Which frames of the clip were painted."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.seen: set[int] = set()
        self._pane = studio.window.frame
        view = self._pane.findChild(GraphicsView)
        assert view is not None
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Qt asks."""
        if event.type() == QEvent.Type.Paint and self._pane.shown is not None:
            self.seen.add(self._pane.shown.index)
        return False


def full_hd(options: argparse.Namespace, folder: Path) -> Promise:
    """Frames of an analysed 1080p clip that are not painted when it plays with the overlays on."""
    clip = enlarged(options.clip, folder / "full_hd.mp4", _FULL_HD_PX, _FULL_HD_S)
    with open_studio(argparse.Namespace(**{**vars(options), "clip": clip})) as studio:
        session = studio.session
        first_prediction(studio)
        studio.analyser.start()
        wait_for(lambda: not session.analysis.running, "the analysis")
        session.set_repeat(False)
        session.seek(0)
        watcher, begun = _Watcher(studio), perf_counter()
        session.play(True)
        wait_for(lambda: not session.playback.playing, "the end of the clip")
        took_s, shown = perf_counter() - begun, session.clip
        assert shown is not None
    note = f"{shown.fps:.0f} frames/s; it took {took_s / shown.duration_s:.2f} x its length"
    return Promise("1080p: frames not shown", 100 * (1 - len(watcher.seen) / len(shown)), 5.0, "%", note)


def lasting(options: argparse.Namespace, folder: Path) -> Promise:
    """By how much memory grows with a frame that is analysed, while the clip plays."""
    clip = repeated(options.clip, folder / "long.mp4", _LONG_S)
    with open_studio(argparse.Namespace(**{**vars(options), "clip": clip})) as studio:
        session = studio.session
        first_prediction(studio)
        studio.analyser.start()
        session.play(True)
        _memory(lambda: session.analysis.done, _EVERY_FRAMES, _SETTLED_FRAMES)  # until then it settles
        frames, used_mb = _memory(lambda: session.analysis.done, _EVERY_FRAMES, _MORE_FRAMES)
        count = len(session.results.state)
    kb = 1024 * slope(frames, used_mb)
    note = f"of {used_mb[0]:.0f} MB, which half an hour ({count} frames) makes {kb * count / 1024:.0f} MB more"
    return Promise("growth with a frame analysed, while it plays", kb, 6.0, "kB", note)


def replaying(options: argparse.Namespace, folder: Path) -> Promise:
    """By how much memory grows in a minute in which frames are played that were analysed and played before."""
    clip = repeated(options.clip, folder / "again.mp4", _AGAIN_S)
    with open_studio(argparse.Namespace(**{**vars(options), "clip": clip})) as studio:
        session = studio.session
        first_prediction(studio)
        studio.analyser.start()
        wait_for(lambda: not session.analysis.running, "the analysis")
        assert session.results.count > KEEP, "some are made again"
        session.set_repeat(True)
        session.play(True)
        begun = perf_counter()
        wait_for(lambda: perf_counter() - begun > _SETTLED_S, "memory to settle")
        seconds, used_mb = _memory(perf_counter, _EVERY_S, _MORE_S)
    note = f"of {used_mb[0]:.0f} MB, in {seconds[-1] - seconds[0]:.0f} s"
    return Promise("growth in a minute of playing what is known", 60 * slope(seconds, used_mb), 1.0, "MB", note)


def _memory(progress: Callable[[], float], every: float, more: float) -> tuple[np.ndarray, np.ndarray]:
    """Progress and megabytes, taken after every step of so much, until it has come so much further."""
    taken = list[tuple[float, float]]()
    first = progress()
    while not taken or taken[-1][0] < first + more:
        wanted = taken[-1][0] + every if taken else first
        wait_for(lambda wanted=wanted: progress() >= wanted, "the work to go on")  # type: ignore[misc]
        used_mb = memory_mb()
        if used_mb is None:
            sys.exit("This system does not tell how much memory a program takes.")
        taken.append((progress(), used_mb))
    steps, used = np.array(taken).T
    return steps, used


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """The median of the slopes between any two points (Theil and Sen): a few that lie far off do not move it.

    >>> round(slope(np.arange(5.0), np.array([0.0, 2.0, 4.0, 60.0, 8.0])), 3)
    2.0
    """
    low, high = np.triu_indices(len(x), 1)
    return float(np.median((y[high] - y[low]) / (x[high] - x[low])))


def closing(options: argparse.Namespace, folder: Path) -> Promise:
    """From closing amid everything until no thread of the window is left."""
    with open_studio(options) as studio:
        first_prediction(studio)
        everything_at_once(studio, 2.0, let_go=False)
        begun = perf_counter()
    return Promise("closing while playing, analysing, dragging", perf_counter() - begun, 3.0, "s")


PROMISES = {made.__name__: made for made in (starting, busy, training, full_hd, lasting, replaying, closing)}


def main() -> int:
    """A line a promise, each in a process of its own."""
    made = parser("promises", __doc__)
    made.add_argument("--only", choices=tuple(PROMISES), help="one of them")
    made.add_argument("--since", type=float, default=time(), help=argparse.SUPPRESS)
    options = made.parse_args()
    if options.only is None:
        command = [sys.executable, "-m", "desktop_app.promises", *sys.argv[1:]]
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as people do
        calls = ([*command, "--only", name, "--since", str(time())] for name in PROMISES)
        return max(subprocess.run(call, env=kept).returncode for call in calls)
    with tempfile.TemporaryDirectory() as folder:
        promise = PROMISES[options.only](options, Path(folder))
    print(promise, flush=True)
    return 0 if promise.kept else 1


if __name__ == "__main__":
    sys.exit(main())
