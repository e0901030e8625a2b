"""A studio worked by a program instead of a person: for measurements and pictures of the window."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer

from core_model.assets import assets_dir
from core_model.skeleton import JOINT
from desktop_app.__main__ import DEFAULT_CLIP
from desktop_app.application import SWITCH_INTERVAL_S, Studio, qt_application
from desktop_app.controllers.real import real_core
from desktop_app.views.value_row import ValueRow

PATIENCE_S = 180.0
_HEARTBEAT_MS, _TICK_MS, _HAND_MS = 20, 5, 33


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """What all such programs are asked."""
    made = argparse.ArgumentParser(prog=f"python -m desktop_app.{name}", description=description)
    made.add_argument("clip", nargs="?", type=Path, default=assets_dir() / DEFAULT_CLIP)
    made.add_argument("--checkpoint", type=Path, help="another than the bundled one")
    made.add_argument("--device", default="auto")
    return made


def wait_for(ready: Callable[[], bool], what: str) -> None:
    """Let the window work, asleep between its events, until something is so; the program ends if it never is."""
    app = qt_application()
    heartbeat, late = QTimer(), QTimer()
    heartbeat.start(_HEARTBEAT_MS)
    late.setSingleShot(True)
    late.start(round(PATIENCE_S * 1e3))
    while not ready():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if not late.isActive():
            sys.exit(f"Gave up waiting for {what}.")


@contextmanager
def open_studio(
    options: argparse.Namespace, before: Callable[[Studio], None] = lambda studio: None
) -> Iterator[Studio]:
    """The window on a clip, with settings of its own; closed afterwards. Without a display it draws offscreen.

    `before` hears of it before it is shown.
    """
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = qt_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "robot.ini"), QSettings.Format.IniFormat)
        studio = Studio(real_core(options.checkpoint, options.device), settings, Path(folder) / "unsaved")
        before(studio)
        studio.window.show()
        studio.keeper.open(options.clip)
        wait_for(lambda: studio.session.frame is not None and studio.window.ready, "the window")
        yield studio
        session = studio.session
        session.put_keeping(replace(session.keeping, saved=session.mark))  # nobody is there to be asked
        studio.window.close()
        app.processEvents()


def first_prediction(studio: Studio) -> None:
    """Wait until the network has looked at the first frame; its problem ends the program."""
    session = studio.session
    wait_for(lambda: session.prediction is not None or session.problem is not None, "the first prediction")
    if session.problem:
        sys.exit(f"{session.problem.what} {session.problem.todo}")


def drag(studio: Studio, row: ValueRow, value: int) -> None:
    """Move a slider as a held mouse does, and wait until the image of this value is painted."""
    session, tile = studio.session, studio.window.synthesis.output
    before = tile.painted
    row.slider.setSliderDown(True)
    row.slider.setValue(value)
    wait_for(lambda: session.synthesised is not None and session.synthesised.factors is session.factors, "an image")
    wait_for(lambda: tile.painted is not before, "the image in the window")


def release(row: ValueRow) -> None:
    """Let the mouse go."""
    row.slider.setSliderDown(False)


@contextmanager
def lateness() -> Iterator[list[float]]:
    """Milliseconds by which a timer of the event loop comes late, while inside."""
    stamps, late_ms = list[float](), list[float]()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: stamps.append(perf_counter()))
    timer.start(_TICK_MS)
    yield late_ms
    timer.stop()
    late_ms += (np.diff(stamps) * 1e3 - _TICK_MS).tolist()


def everything_at_once(studio: Studio, seconds: float, *, let_go: bool = True) -> None:
    """Play and analyse while a slider of the pose is dragged as by a hand; all of it goes on where not `let_go`."""
    session, row = studio.session, studio.window.pose.rows[(JOINT["l_elbow"] - 1, 0)]
    low, high = row.slider.minimum(), row.slider.maximum()
    begun, hand = perf_counter(), QTimer(studio.window)
    hand.timeout.connect(
        lambda: row.slider.setValue(round(low + (high - low) * (0.5 + 0.3 * np.sin(8 * (perf_counter() - begun)))))
    )
    studio.analyser.start()
    session.play(True)
    row.slider.setSliderDown(True)
    hand.start(_HAND_MS)
    wait_for(lambda: perf_counter() - begun > seconds, "the time to pass")
    if let_go:
        hand.stop()
        release(row)
        session.play(False)
        studio.analyser.cancel()
