"""The whole motion smoothed, for the plots: on a thread, and only while somebody looks."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from desktop_app.controllers.core import Core
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.curves import Calm
from desktop_app.session.state import Session
from desktop_app.session.traces import Traces

SMOOTH = 0
_REST = 4.0
"""While the analysis runs, this many times as long as smoothing took passes before it is done again."""


class Smoother:
    """Asks again when frames came in or another strength was chosen; one request at a time."""

    def __init__(self, session: Session, worker: Worker, core: Core, clock: Callable[[], float] = perf_counter) -> None:
        self._session, self._worker, self._core, self._clock = session, worker, core, clock
        self._asked: tuple[Traces, int, float] | None = None
        self._busy = False
        self._sides: tuple[Traces, int, np.ndarray] | None = None
        self._not_before_s = 0.0
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, clip, choice = self._session, self._session.clip, self._session.plots.choice
        if clip is None or self._busy or not (choice.in_sight and choice.smoothed):
            return
        traces = session.results.traces
        wanted = (traces, traces.version, session.display.sigma_s)
        early = session.analysis.running and self._clock() < self._not_before_s
        if early or wanted == self._asked or not traces.known.any() or not np.isfinite(clip.pts_s).all():
            return
        self._asked, self._busy, began_s = wanted, True, self._clock()
        found, pts_s, sigma_s = traces.copy(), clip.pts_s, session.display.sigma_s
        same = self._sides is not None and self._sides[:2] == wanted[:2]
        sides = self._sides[2] if self._sides and same else None  # they are the same for every strength

        def smoothed(answer: Any) -> None:
            self._busy = False
            self._not_before_s = self._clock() + _REST * (self._clock() - began_s)
            self._sides = (*wanted[:2], answer.sides)
            session.plots.put(Calm(*wanted, answer.angles_rad, answer.joints3d_m, answer.jitter_mm))

        self._worker.ask(SMOOTH, lambda: self._core.smooth(found, pts_s, sigma_s, sides), smoothed, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._busy = False
        self._session.report(Problem.of(failure.error, "Smoothing the motion", failure.details))
