"""The network on its thread: loaded after the first paint, asked through slots."""

from collections.abc import Callable, Iterator
from typing import Any

from desktop_app.controllers.core import Core, Predictor
from desktop_app.jobs.worker import Failure, Job, Then, Worker
from desktop_app.session.activity import Phase, Problem
from desktop_app.session.state import Session

LOAD, REACH, SYNTHESISE, PREDICT, PEOPLE, SCORES, SHEET, OTHERS, LIVE, COMPARE = range(10)
"""Slots, by priority: a drag of a slider comes before the next frame."""


class Network:
    """Holds the predictor; only the worker's thread calls it, and the thread that looks at other clips."""

    def __init__(self, session: Session, worker: Worker, core: Core) -> None:
        self._session, self._worker, self._core = session, worker, core
        self._predictor: Predictor | None = None
        self.base: Predictor | None = None
        """The checkpoint in use, as it is without what was learnt of a clip."""

    def load(self) -> None:
        """Import torch and read the checkpoint, on the thread."""
        if self._session.engine.phase in (Phase.IDLE, Phase.FAILED):
            self._session.put_engine(phase=Phase.STARTING)
            self._worker.ask(LOAD, self._core.load_predictor, self.change, self._failed)

    @property
    def predictor(self) -> Predictor | None:
        """Once it is loaded."""
        return self._predictor

    def use(self, predictor: Predictor) -> None:
        """Go on with another one, of the same checkpoint."""
        self._predictor = predictor

    def change(self, predictor: Predictor) -> None:
        """Go on with another checkpoint."""
        self._predictor = self.base = predictor
        self._session.put_engine(
            phase=Phase.RUNNING, device_note=predictor.device_note, checkpoint_name=predictor.checkpoint_name,
            checkpoint_digest=predictor.checkpoint_digest,
        )  # fmt: skip

    def ask(self, slot: int, call: Callable[[Predictor], Any], then: Then, failed: Then) -> None:
        """Call something with the predictor on its thread."""
        predictor = self._predictor
        if predictor is not None:
            self._worker.ask(slot, lambda: call(predictor), then, failed)

    def run(self, start: Callable[[Predictor], Iterator[Any]], each: Then, finished: Then, failed: Then) -> Job | None:
        """Run a generator with the predictor while no slot waits."""
        predictor = self._predictor
        if predictor is None:
            return None
        job = Job(lambda: start(predictor), each, finished, failed)
        self._worker.start(job)
        return job

    def _failed(self, failure: Failure) -> None:
        self._session.put_engine(phase=Phase.FAILED)
        self._session.report(Problem.of(failure.error, "Loading the network", failure.details))
