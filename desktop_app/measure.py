"""`python -m desktop_app.measure [CLIP]`: how quick the window is on this machine, measured in the window itself.

From a slider's move to the new image painted; frames a second of the analysis; and how long the window's event loop
was kept from its turn while analysing. Without a display it runs with `QT_QPA_PLATFORM=offscreen`.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from core_model.assets import assets_dir
from core_model.skeleton import JOINT
from desktop_app.__main__ import DEFAULT_CLIP
from desktop_app.application import SWITCH_INTERVAL_S, Studio
from desktop_app.controllers.core import real_core
from desktop_app.views.value_row import ValueRow

_PATIENCE_S = 120.0
_ANALYSE_S = 10.0
_TICK_MS, _HEARTBEAT_MS = 5, 20


def wait_for(app: QApplication, ready: Callable[[], bool], what: str) -> float:
    """Let the window work, asleep between its events, until something is so; gives the seconds that took."""
    start = perf_counter()
    heartbeat = QTimer()
    heartbeat.start(_HEARTBEAT_MS)
    while not ready():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if perf_counter() - start > _PATIENCE_S:
            sys.exit(f"Gave up waiting for {what}.")
    return perf_counter() - start


def slider_times_ms(app: QApplication, studio: Studio, row: ValueRow, moves: int) -> np.ndarray:
    """Move a slider to and fro as a drag does; (moves,) milliseconds until the image of each value is painted."""
    session, tile, slider = studio.session, studio.window.synthesis.output, row.slider
    low, high = slider.minimum(), slider.maximum()
    values = np.round(low + (high - low) * (0.5 + 0.3 * np.sin(np.arange(moves) * 0.7))).astype(int)
    slider.setSliderDown(True)
    times = []
    for value in values[values != np.roll(values, 1)]:
        before = tile.image
        start = perf_counter()
        slider.setValue(int(value))
        wait_for(app, lambda: session.synthesised is not None and session.synthesised.factors is session.factors, "it")
        wait_for(app, lambda before=before: tile.image is not before, "the image")  # type: ignore[misc]
        tile.repaint()
        times.append((perf_counter() - start) * 1e3)
    slider.setSliderDown(False)
    return np.array(times)


def analysis(app: QApplication, studio: Studio) -> tuple[float, np.ndarray]:
    """Frames a second, and (N,) milliseconds by which a 5 ms timer came late meanwhile."""
    stamps: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: stamps.append(perf_counter()))
    studio.analyser.start()
    wait_for(app, lambda: studio.session.analysis.done >= 1 or not studio.session.analysis.running, "the analysis")
    start, first = perf_counter(), studio.session.analysis.done
    timer.start(_TICK_MS)
    done = lambda: not studio.session.analysis.running or perf_counter() - start > _ANALYSE_S  # noqa: E731
    wait_for(app, done, "the analysis")
    timer.stop()
    rate = (studio.session.analysis.done - first) / (perf_counter() - start)
    studio.analyser.cancel()
    return rate, np.diff(stamps) * 1e3 - _TICK_MS


def line(name: str, values: np.ndarray) -> str:
    """Median and tail."""
    median, p95, most = np.percentile(values, [50, 95, 100])
    return f"{name:<34} median {median:6.1f} ms   p95 {p95:6.1f} ms   most {most:6.1f} ms   ({len(values)})"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m desktop_app.measure", description=__doc__)
    made.add_argument("clip", nargs="?", type=Path, default=assets_dir() / DEFAULT_CLIP)
    made.add_argument("--checkpoint", type=Path)
    made.add_argument("--device", default="auto")
    made.add_argument("--moves", type=int, default=60)
    return made


def main() -> int:
    """Print the figures."""
    options = parser().parse_args()
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    start = perf_counter()
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "measure.ini"), QSettings.Format.IniFormat)
        studio = Studio(real_core(options.checkpoint, options.device), settings)
        session = studio.session
        studio.window.show()
        studio.media.open(options.clip)
        wait_for(app, lambda: session.frame is not None and studio.window.first_paint is None, "the window")
        print(f"{'window with its first frame':<34} {perf_counter() - start:6.2f} s")
        wait_for(app, lambda: session.prediction is not None or session.problem is not None, "the first prediction")
        if session.problem:
            sys.exit(f"{session.problem.what} {session.problem.todo}")
        print(f"{'first prediction':<34} {perf_counter() - start:6.2f} s   {session.engine.device_note}")
        measure(app, studio, options.moves)
        studio.window.close()
    return 0


def measure(app: QApplication, studio: Studio, moves: int) -> None:
    """The figures of an open window."""
    rows = {
        "pose slider to painted image": studio.window.pose.rows[(JOINT["l_elbow"] - 1, 0)],
        "camera slider to painted image": studio.window.camera.rows["azimuth_rad"],
    }
    for name, row in rows.items():
        print(line(name, slider_times_ms(app, studio, row, moves)))
    rate, lag_ms = analysis(app, studio)
    print(f"{'analysis':<34} {rate:6.1f} frames/s")
    print(line("event loop late while analysing", lag_ms))


if __name__ == "__main__":
    sys.exit(main())
