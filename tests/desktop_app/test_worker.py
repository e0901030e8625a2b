"""The worker thread: the newest request wins, long work gives way, everything ends."""

import threading
import time
import weakref
from collections.abc import Iterator
from queue import Empty, SimpleQueue

import pytest

from desktop_app.jobs.worker import Answer, Failure, Job, Worker


class Desk:
    """A worker whose answers wait until they are taken."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Answer] = SimpleQueue()
        self.worker = Worker("test", self.queue.put)

    def take(self, timeout_s: float = 2.0) -> None:
        """Deliver one answer."""
        self.queue.get(timeout=timeout_s).deliver()

    def take_all(self, quiet_s: float = 0.1) -> None:
        """Deliver until nothing comes any more."""
        try:
            while True:
                self.take(quiet_s)
        except Empty:
            return


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Closed afterwards."""
    desk = Desk()
    yield desk
    assert desk.worker.close(2.0)


def fail(failure: Failure) -> None:
    """No failure is expected."""
    raise failure.error


def test_the_newest_request_wins(desk: Desk) -> None:
    started, go, got = threading.Event(), threading.Event(), []

    def slow() -> int:
        started.set()
        go.wait(2)
        return 0

    desk.worker.ask(1, slow, got.append, fail)
    assert started.wait(2)
    for value in range(1, 6):
        desk.worker.ask(1, lambda value=value: value, got.append, fail)
    go.set()
    desk.take_all()
    assert got == [0, 5]


def test_what_was_answered_is_let_go(desk: Desk) -> None:
    class Large:
        """A frame, say."""

    large = Large()
    there, got = weakref.ref(large), []
    desk.worker.ask(0, lambda large=large: 1, got.append, fail)
    del large
    desk.take()
    time.sleep(0.05)
    assert got == [1]
    assert there() is None


def test_lower_slots_are_served_first(desk: Desk) -> None:
    go, got = threading.Event(), []
    desk.worker.ask(0, lambda: go.wait(2), lambda _: None, fail)
    time.sleep(0.02)
    for slot in (3, 1, 2):
        desk.worker.ask(slot, lambda slot=slot: slot, got.append, fail)
    go.set()
    desk.take_all()
    assert got == [1, 2, 3]


def test_a_failure_is_an_answer_and_the_thread_lives(desk: Desk) -> None:
    failures, got = [], []
    desk.worker.ask(0, lambda: 1 / 0, got.append, failures.append)
    desk.take()
    desk.worker.ask(0, lambda: 7, got.append, fail)
    desk.take()
    assert isinstance(failures[0].error, ZeroDivisionError)
    assert "1 / 0" in failures[0].details
    assert got == [7]


def counting(seen: list[int], closed: list[bool], step_s: float = 0.01) -> Iterator[int]:
    """For ever."""
    try:
        for i in range(10**6):
            seen.append(i)
            time.sleep(step_s)
            yield i
    finally:
        closed.append(True)


def test_requests_pass_a_long_job(desk: Desk) -> None:
    seen, closed, got = [], [], []
    desk.worker.start(Job(lambda: counting(seen, closed), lambda _: None, lambda _: None, fail))
    time.sleep(0.05)
    start = time.perf_counter()
    desk.worker.ask(0, lambda: time.perf_counter() - start, got.append, fail)
    while not got:
        desk.take()
    assert got[0] < 0.2
    count = len(seen)
    time.sleep(0.05)
    assert len(seen) > count, "the job goes on"


def test_nothing_comes_after_cancel_and_the_generator_is_closed(desk: Desk) -> None:
    seen, closed, got = [], [], []
    job = Job(lambda: counting(seen, closed), got.append, got.append, fail)
    desk.worker.start(job)
    desk.take()
    job.cancel()
    taken = len(got)
    desk.take_all()
    assert len(got) == taken
    assert closed == [True]


def test_a_paused_job_waits_and_goes_on(desk: Desk) -> None:
    seen, closed = [], []
    job = Job(lambda: counting(seen, closed), lambda _: None, lambda _: None, fail)
    desk.worker.start(job)
    time.sleep(0.05)
    job.paused = True
    time.sleep(0.05)
    count = len(seen)
    time.sleep(0.05)
    assert len(seen) == count
    job.paused = False
    desk.worker.resume()
    time.sleep(0.05)
    assert len(seen) > count


def test_a_job_that_ends_says_so_and_one_that_fails_too(desk: Desk) -> None:
    events: list[object] = []
    desk.worker.start(Job(lambda: iter([1, 2]), events.append, events.append, fail))
    desk.take_all()
    assert events == [1, 2, None]

    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    desk.worker.start(Job(broken, lambda _: None, fail, events.append))
    desk.take_all()
    assert isinstance(events[-1], Failure)


def test_close_ends_a_running_job_within_a_second() -> None:
    desk, seen, closed = Desk(), [], []
    desk.worker.start(Job(lambda: counting(seen, closed), lambda _: None, lambda _: None, fail))
    time.sleep(0.05)
    start = time.perf_counter()
    assert desk.worker.close()
    assert time.perf_counter() - start < 1
    assert closed == [True]
