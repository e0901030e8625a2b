"""One thread that owns one thing (a network, a video) and answers the newest request of each slot.

Slots are served by priority; a generator runs a step at a time while no slot waits. So there is no lock round a
model, a slider never waits for more than one step of a long job, and stale requests are never computed.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Then = Callable[[Any], None]
_PATIENT_NICE = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong on the thread."""

    error: BaseException
    details: str  # the traceback


@dataclass(frozen=True, slots=True)
class Answer:
    """To be delivered on the thread that asked."""

    then: Then
    value: Any

    def deliver(self) -> None:
        """Hand the value to whoever asked."""
        self.then(self.value)


@dataclass(frozen=True, slots=True)
class _Request:
    call: Callable[[], Any]
    then: Then
    failed: Then


class Job:
    """A generator in progress. After `cancel` nothing of it is delivered any more."""

    def __init__(self, start: Callable[[], Iterator[Any]], each: Then, finished: Then, failed: Then) -> None:
        self._start = start
        self._iterator: Iterator[Any] | None = None
        self._each, self._finished, self._failed = each, finished, failed
        self.cancelled = False
        self.paused = False

    def cancel(self) -> None:
        """Stop after the step in progress; its result is dropped."""
        self.cancelled = True

    def step(self) -> tuple[Answer | None, bool]:
        """Run up to the next event: what to post, and whether there is more."""
        try:
            if self._iterator is None:
                self._iterator = self._start()
            return self._wrap(self._each, next(self._iterator)), True
        except StopIteration:
            return self._wrap(self._finished, None), False
        except Exception as error:
            return self._wrap(self._failed, Failure(error, traceback.format_exc())), False

    def close(self) -> None:
        """Let the generator clean up after itself."""
        close = getattr(self._iterator, "close", None)
        if close:
            close()

    def _wrap(self, then: Then, value: Any) -> Answer:
        def unless_cancelled(value: Any) -> None:
            if not self.cancelled:
                then(value)

        return Answer(unless_cancelled, value)


class Worker:
    """The thread. `post` is called on it, with answers that the asking thread shall deliver.

    With `patient`, it leaves the processor to others where threads have priorities (Linux).
    """

    def __init__(self, name: str, post: Callable[[Answer], None], *, patient: bool = False) -> None:
        self._post, self._patient = post, patient
        self._wake = threading.Condition()
        self._slots: dict[int, _Request] = {}
        self._job: Job | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, slot: int, call: Callable[[], Any], then: Then, failed: Then) -> None:
        """Replace what waits in the slot; lower slots are served first."""
        with self._wake:
            self._slots[slot] = _Request(call, then, failed)
            self._wake.notify()

    def forget(self, slot: int) -> None:
        """Drop what waits in the slot."""
        with self._wake:
            self._slots.pop(slot, None)

    def start(self, job: Job) -> None:
        """Run a generator beside the slots; the one before it is cancelled."""
        with self._wake:
            if self._job:
                self._job.cancel()
            self._job = job
            self._wake.notify()

    def tell(self, then: Then, value: Any) -> None:
        """From the thread itself: deliver something before the call in progress ends."""
        if not self._closing:
            self._post(Answer(then, value))

    def resume(self) -> None:
        """Look again at a job that was paused."""
        with self._wake:
            self._wake.notify()

    def close(self, timeout_s: float = 1.0) -> bool:
        """End the thread after the call in progress; False when that takes longer than `timeout_s`."""
        with self._wake:
            self._closing = True
            self._slots.clear()
            if self._job:
                self._job.cancel()
            self._wake.notify()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._patient and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PATIENT_NICE)
        job: Job | None = None
        while True:
            with self._wake:
                self._wake.wait_for(self._has_work)
                if self._closing:
                    break
                request = self._slots.pop(min(self._slots)) if self._slots else None
                if job is not self._job:
                    abandoned, job = job, self._job
                else:
                    abandoned = None
            if abandoned:
                abandoned.close()
            if request:
                self._serve(request)
                request = None  # until the next one comes it would hold what it was about
            elif job:
                self._step(job)
        if job:
            job.close()

    def _has_work(self) -> bool:
        job = self._job
        return bool(self._closing or self._slots or (job and (job.cancelled or not job.paused)))

    def _serve(self, request: _Request) -> None:
        try:
            answer = Answer(request.then, request.call())
        except Exception as error:
            answer = Answer(request.failed, Failure(error, traceback.format_exc()))
        if not self._closing:
            self._post(answer)

    def _step(self, job: Job) -> None:
        answer, more = (None, False) if job.cancelled else job.step()
        if answer and not self._closing:
            self._post(answer)
        if not more:
            job.close()
            with self._wake:
                if self._job is job:
                    self._job = None
