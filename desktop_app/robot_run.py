"""A real training run beside a studio that is worked by a program."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core_model.training.control import Ask, Phase, read_status, status, wish
from desktop_app.application import Studio
from desktop_app.robot import PATIENCE_S, wait_for

_FIRST_STEPS = 25
"""After so many the run goes at its own pace: networks are compiled, and it was judged and shown once."""


@contextmanager
def training(studio: Studio) -> Iterator[Path]:
    """The folder of a run that takes its steps, begun from the page of new runs, with a thread a core.

    It learns from a few rendered people, is judged, shown and saved again and again, and is discarded afterwards.
    """
    desk, session = studio.new_run, studio.session
    desk.open()
    values = {"threads": os.cpu_count() or 1, "workers": 1, "people": 32, "batch": 8, "steps": 1_000_000}
    often = {"judge_every": 20, "judge_people": 16, "preview_every": 20, "save_every_s": 5.0}
    for name, value in {**values, **often}.items():
        desk.set_value(name, value)
    folder = session.new_run.plan.folder
    desk.begin()
    try:
        wait_for(lambda: bool(session.problem) or _stands(folder), "the training run to begin")
        wait_for(lambda: bool(session.problem) or _steps(folder) >= _FIRST_STEPS, "the first steps of the run")
        if session.problem:
            sys.exit(f"{session.problem.what} {session.problem.todo}")
        yield folder
    finally:
        _discard(folder)


def cores_taken(folder: Path) -> Callable[[], float]:
    """How many cores a run's processes have taken since this was called; NaN where the system does not tell."""
    told = read_status(folder)
    pid = told.pid if told else 0
    before_s, begun_s = _cpu_s(pid), time.perf_counter()
    return lambda: (_cpu_s(pid) - before_s) / (time.perf_counter() - begun_s)


def _cpu_s(session: int) -> float:
    """Of the living processes of a session; a run has one of its own, which its process gave its number to."""
    if not sys.platform.startswith("linux"):
        return float("nan")
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stands(folder: Path) -> bool:
    told = status(folder)
    if told and told.phase in (Phase.WAITING, Phase.FAILED, Phase.LOST):
        sys.exit(told.message)
    return told is not None


def _steps(folder: Path) -> int:
    told = status(folder) if _stands(folder) else None
    return told.step if told else 0


def _discard(folder: Path) -> None:
    if status(folder) is None:
        return
    wish(folder, Ask.DISCARD)
    end_s = time.monotonic() + PATIENCE_S
    while status(folder) is not None and time.monotonic() < end_s:
        time.sleep(0.1)
