"""Long calls in the background, one after another: with progress and cancel."""

from collections import deque
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from desktop_app.controllers.core import Each
from desktop_app.jobs.worker import Failure, Job, Then, Worker
from desktop_app.session.activity import Problem, Task
from desktop_app.session.state import Session

Steps = Callable[[Each], Iterator[Any]]
"""Given a place to report progress to, the steps of a long call; what it yields last is its result."""
_REPORT_S = 0.15


class AbandonedError(Exception):
    """Ends a task that nobody wants any more: nothing is said of it."""


class Tasks:
    """A queue on a worker; the session says what is being done."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session, self._worker = session, worker
        self._waiting: deque[tuple[str, Steps, Then]] = deque()
        self._job: Job | None = None

    def start(self, name: str, steps: Steps, then: Then) -> None:
        """Do it when its turn comes; `then` hears the result."""
        self._waiting.append((name, steps, then))
        if self._job is None:
            self._next()

    def cancel(self) -> None:
        """Give up what is being done; what waits comes next."""
        if self._job:
            self._job.cancel()
            self._next()

    def _next(self) -> None:
        self._job = None
        if not self._waiting:
            self._session.put_task(None)
            return
        name, steps, then = self._waiting.popleft()
        self._session.put_task(Task(name))
        results: list[Any] = []

        def finished(_: object) -> None:
            self._next()
            then(results[-1])

        def failed(failure: Failure) -> None:
            if not isinstance(failure.error, AbandonedError):
                self._session.report(Problem.of(failure.error, name, failure.details))
            self._next()

        each = self._reporter(name, lambda: job.cancelled)
        job = self._job = Job(lambda: steps(each), results.append, finished, failed)
        self._worker.start(job)

    def _reporter(self, name: str, cancelled: Callable[[], bool]) -> Each:
        """Called on the worker's thread."""
        told_s = 0.0

        def each(done: int, total: int) -> None:
            nonlocal told_s
            if cancelled():
                raise AbandonedError
            if perf_counter() - told_s > _REPORT_S:
                told_s = perf_counter()
                self._worker.tell(tell, Task(name, done, total))

        def tell(task: Task) -> None:
            if not cancelled():
                self._session.put_task(task)

        return each
