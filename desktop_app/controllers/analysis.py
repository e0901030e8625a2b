"""Every frame of the clip that was not looked at yet, from the playhead on; what is done stays when it is cancelled."""

from collections.abc import Callable, Iterator
from time import perf_counter

from desktop_app.controllers.core import Core, FrameResult, Predictor
from desktop_app.controllers.network import Network
from desktop_app.jobs.worker import Failure, Job
from desktop_app.session.activity import Analysis, Phase, Problem
from desktop_app.session.playback import Clip
from desktop_app.session.results import PREDICTED
from desktop_app.session.state import Session


class Analyser:
    """Starts and cancels the analysis, and keeps count."""

    def __init__(self, session: Session, network: Network, core: Core, clock: Callable[[], float] = perf_counter):
        self._session, self._network, self._core, self._clock = session, network, core, clock
        self._job: Job | None = None
        self._clip: Clip | None = None
        self._started_s = 0.0
        session.changed.connect(self._update)

    def start(self) -> None:
        """Begin, or go on where it was cancelled."""
        session, clip = self._session, self._session.clip
        if clip is None or session.analysis.running:
            return
        runs = session.results.missing_from(session.playback.index)
        total = sum(map(len, runs))
        if not total:
            return

        def frames(predictor: Predictor) -> Iterator[FrameResult]:
            reader = self._core.open_video(clip.path)
            try:
                for run in runs:
                    yield from self._core.analyse(reader, predictor, run)
            finally:
                reader.close()

        self._clip, self._started_s = clip, self._clock()
        self._job = self._network.run(frames, self._each, self._finished, self._failed)
        if self._job:
            session.put_analysis(Analysis(Phase.STARTING, 0, total))

    def cancel(self) -> None:
        """Stop at once; nothing computed is lost."""
        if self._job:
            self._job.cancel()
            self._job = None
        self._end(Phase.IDLE)

    def _update(self) -> None:
        if self._job and self._session.clip is not self._clip:
            self._job.cancel()
            self._job = None

    def _each(self, result: FrameResult) -> None:
        before = self._session.analysis
        done = before.done + 1
        rate = done / max(self._clock() - self._started_s, 1e-3)
        self._session.put_prediction(result.index, result.prediction)
        self._session.put_analysis(Analysis(Phase.RUNNING, done, before.total, rate))

    def _finished(self, _: object) -> None:
        self._job = None
        self._end(Phase.IDLE)
        if not (self._session.results.state == PREDICTED).any():
            self._session.report(
                Problem(
                    "Nobody was found in this clip.",
                    "Open one in which a single person is seen from head to foot, a quarter of the frame high or more.",
                )
            )

    def _failed(self, failure: Failure) -> None:
        self._job = None
        self._end(Phase.FAILED)
        self._session.report(Problem.of(failure.error, "The analysis", failure.details))

    def _end(self, phase: Phase) -> None:
        last = self._session.analysis
        self._session.put_analysis(Analysis(phase, last.done, last.total, last.rate_per_s))
