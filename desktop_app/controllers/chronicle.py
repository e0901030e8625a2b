"""Writes down what happens: one place that watches, so that nobody else has to tell the log."""

from collections.abc import Callable
from time import perf_counter

from desktop_app.session.activity import Phase, Problem
from desktop_app.session.results import PREDICTED
from desktop_app.session.state import Session

_PHASES = {
    Phase.STARTING: "Starting the network.",
    Phase.FAILED: "The network could not be started.",
}


class Chronicle:
    """Compares the session with what it was at the last change."""

    def __init__(self, session: Session, clock: Callable[[], float] = perf_counter) -> None:
        self._session, self._clock = session, clock
        self._clip, self._engine, self._problem = session.clip, session.engine.phase, session.problem
        self._analysing, self._adapting, self._task = False, False, ""
        self._began_s = 0.0
        session.changed.connect(self._update)

    def _update(self) -> None:
        for look in (self._look_at_clip, self._look_at_engine, self._look_at_work, self._look_at_problem):
            look()

    def _look_at_clip(self) -> None:
        clip = self._session.clip
        if clip is not None and clip is not self._clip:
            self._clip = clip
            width, height = clip.frame_size_px
            self._session.log.add(f"Opened {clip.path}: {len(clip)} frames of {width}×{height}.")

    def _look_at_engine(self) -> None:
        engine = self._session.engine
        if engine.phase is not self._engine:
            self._engine = engine.phase
            ready = f"The network is ready: {engine.device_note}; checkpoint {engine.checkpoint_name}."
            self._session.log.add(_PHASES.get(engine.phase, ready))

    def _look_at_work(self) -> None:
        session, analysis = self._session, self._session.analysis
        if analysis.running != self._analysing:
            self._analysing = analysis.running
            if analysis.running:
                self._began_s = self._clock()
                session.log.add(f"Analysing {analysis.total} frames.")
            else:
                session.log.add(self._analysed())
        if session.adaptation.running != self._adapting:
            self._adapting = session.adaptation.running
            session.log.add("Adapting to the clip." if self._adapting else "Adapting ended.")
        name = session.task.name if session.task else ""
        if name != self._task:
            self._task = name
            if name:
                session.log.add(f"{name}.")

    def _analysed(self) -> str:
        analysis, took_s = self._session.analysis, self._clock() - self._began_s
        if not analysis.total:
            return "The analysis was given up: another clip was opened."
        how = "Analysed" if analysis.done >= analysis.total else "The analysis was stopped:"
        found, known = int((self._session.results.state == PREDICTED).sum()), self._session.results.count
        counts = f"{analysis.done} of {analysis.total} frames in {took_s:.1f} s"
        return f"{how} {counts}; somebody is in {found} of {known} frames looked at."

    def _look_at_problem(self) -> None:
        problem: Problem | None = self._session.problem
        if problem is not None and problem is not self._problem:
            self._session.log.add(f"{problem.what} {problem.todo}", problem=True, details=problem.details)
        self._problem = problem
