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

FLUSH_S = 0.1
"""Results are shown this often: each redraw is the whole window's where OpenGL is drawn in software."""


class Analyser:
    """Starts and cancels the analysis, and keeps count."""

    def __init__(self, session: Session, network: Network, core: Core, clock: Callable[[], float] = perf_counter):
        self._session, self._network, self._core, self._clock = session, network, core, clock
        self._job: Job | None = None
        self._clip: Clip | None = None
        self._batch: list[FrameResult] = []
        self._started_s = self._flushed_s = 0.0
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

        self._clip, self._batch = clip, []
        self._started_s = self._flushed_s = self._clock()
        self._job = self._network.run(frames, self._each, self._finished, self._failed)
        if self._job:
            session.put_analysis(Analysis(Phase.STARTING, 0, total))

    def cancel(self) -> None:
        """Stop at once; nothing computed is lost."""
        if self._job:
            self._job.cancel()
            self._job = None
            self._flush(Phase.IDLE)

    def _update(self) -> None:
        if self._job and self._session.clip is not self._clip:
            self._job.cancel()
            self._job, self._batch = None, []

    def _each(self, result: FrameResult) -> None:
        self._batch.append(result)
        if self._clock() - self._flushed_s >= FLUSH_S:
            self._flush(Phase.RUNNING)

    def _finished(self, _: object) -> None:
        self._job = None
        self._flush(Phase.IDLE)
        if not (self._session.results.state == PREDICTED).any():
            self._session.report(
                Problem(
                    "Nobody was found in this clip.",
                    "Open one in which a single person is seen from head to foot, a quarter of the frame high or more.",
                )
            )

    def _failed(self, failure: Failure) -> None:
        self._job = None
        self._flush(Phase.FAILED)
        self._session.report(Problem.of(failure.error, "The analysis", failure.details))

    def _flush(self, phase: Phase) -> None:
        """Show what has come in."""
        last, self._flushed_s = self._session.analysis, self._clock()
        done = last.done + len(self._batch)
        rate = done / max(self._flushed_s - self._started_s, 1e-3)
        batch, self._batch = [(result.index, result.prediction) for result in self._batch], []
        self._session.put_batch(batch, Analysis(phase, done, last.total, rate))
