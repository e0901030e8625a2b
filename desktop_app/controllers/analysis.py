"""Every frame of the clip that was not looked at yet, from the playhead on; what is done stays when it is cancelled."""

from collections.abc import Callable, Iterator
from time import perf_counter

from core_model.prediction import Prediction
from desktop_app.controllers.core import Core, FrameResult, Predictor
from desktop_app.controllers.network import Network
from desktop_app.jobs.worker import Failure, Job
from desktop_app.session.activity import Analysis, Phase, Problem
from desktop_app.session.corrections import Corrections
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
        self._batch: list[tuple[int, Prediction | None]] = []
        self._started_s = self._flushed_s = 0.0
        self.ended: Callable[[bool], None] = lambda whole: None
        """Hears whether all of it was looked at."""
        session.changed.connect(self._update)

    def start(self, *, careful: bool = False) -> None:
        """Begin, or go on where it was cancelled; careful: all frames anew, with more looks at each."""
        session, clip = self._session, self._session.clip
        if clip is None or session.analysis.running:
            return
        if not session.engine.ready:
            session.report(
                Problem("The network is not there yet.", "Ask again once the line below says what it runs on.")
            )
            return
        at = session.playback.index
        runs = [range(at, len(clip)), range(at)] if careful else session.results.missing_from(at)
        total = sum(map(len, runs))
        if not total:
            return

        self._clip, self._batch, corrections = clip, [], session.correcting.made

        def frames(predictor: Predictor) -> Iterator[tuple[int, Prediction | None]]:
            reader, looks = self._core.open_video(clip.path), predictor.careful() if careful else predictor
            try:
                for run in runs:
                    for result in self._core.analyse(reader, looks, run, corrections.crops_px):
                        yield result.index, self._exchanged(result, corrections)
            finally:
                reader.close()

        self._started_s = self._flushed_s = self._clock()
        self._job = self._network.run(frames, self._each, self._finished, self._failed)
        if self._job:
            session.put_analysis(Analysis(Phase.STARTING, 0, total))

    def start_carefully(self) -> None:
        """All frames anew, with more looks at each; what is not reached stays as it is."""
        self.start(careful=True)

    def follow(self) -> None:
        """Look anew at all frames from the playhead to the loop's end, beginning with the person in this one."""
        session = self._session
        if session.clip is None or session.analysis.running:
            return
        first, (_, last) = session.playback.index, session.playback.span(session.clip)
        crop = session.prediction.box_px if session.prediction is not None else None
        if crop is not None and first not in session.correcting.made.crops_px:
            session.correcting.set_crop(first, tuple(crop.tolist()))
        session.results.forget(range(first, max(first, last) + 1))
        self.start()

    def _exchanged(self, result: FrameResult, corrections: Corrections) -> Prediction | None:
        exchanged = result.index in corrections.exchanged and result.prediction is not None
        return self._core.exchanged_sides(result.prediction) if exchanged else result.prediction  # type: ignore[arg-type]

    def cancel(self) -> None:
        """Stop at once; nothing computed is lost."""
        if self._job:
            self._job.cancel()
            self._job = None
            self._flush(Phase.IDLE)
            self.ended(False)

    def _update(self) -> None:
        if self._job and self._session.clip is not self._clip:
            self._job.cancel()
            self._job, self._batch = None, []
            self.ended(False)

    def _each(self, result: tuple[int, Prediction | None]) -> None:
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
        self.ended(True)

    def _failed(self, failure: Failure) -> None:
        self._job = None
        self._flush(Phase.FAILED)
        self._session.report(Problem.of(failure.error, "The analysis", failure.details))
        self.ended(False)

    def _flush(self, phase: Phase) -> None:
        """Show what has come in."""
        last, self._flushed_s = self._session.analysis, self._clock()
        done = last.done + len(self._batch)
        rate = done / max(self._flushed_s - self._started_s, 1e-3)
        batch, self._batch = self._batch, []
        self._session.put_batch(batch, Analysis(phase, done, last.total, rate))
