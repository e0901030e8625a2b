"""Jobs given to workers: one after another, to processes of this machine, or to those of a Ray cluster."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from core_model.batch.jobs import Job, Outcome
from core_model.errors import PuppetPoseError
from core_model.runtime import THREADS_VARIABLE, cores

Tell = Callable[[int, int], None]
"""Of a worker: frames done of its clip, and frames that there are."""
Work = Callable[[Job, Tell], Outcome]
Hear = Callable[[Job, int, int], None]
"""Hears what workers tell."""
EVERY_S = 0.5
"""Workers tell so often at most."""
LOCAL = "local"
"""Address of a Ray that is started here and ends with the batch."""
_START_ONE = "Start one with `ray start --head`, and name its address."


def nobody(job: Job, done: int, total: int) -> None:
    """Hears nothing."""


def one_by_one(jobs: Sequence[Job], work: Work, hear: Hear = nobody) -> Iterator[Outcome]:
    """In this process."""
    for job in jobs:
        yield work(job, partial(hear, job))


def by_processes(jobs: Sequence[Job], work: Work, workers: int, hear: Hear = nobody) -> Iterator[Outcome]:
    """As they come in. The cores are shared out among the workers. A worker that dies takes its clip with it only."""
    lost: list[Job] = []
    # a manager's queue: one that is shared would stay locked where a worker dies while it tells
    with _threads(max(1, cores() // workers)), get_context("spawn").Manager() as manager:
        told = manager.Queue()
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            futures = {pool.submit(work, job, _Teller(told, i)): job for i, job in enumerate(jobs)}
            for future in _as_completed(futures, lambda: _pass_on(told, jobs, hear)):
                try:
                    yield future.result()
                except BrokenProcessPool:  # one process was killed, and the pool with it: the others are innocent
                    lost.append(futures[future])
        for job in lost:
            yield _alone(job, work)


def _as_completed(futures: "dict[Future[Outcome], Job]", meanwhile: Callable[[], None]) -> "Iterator[Future[Outcome]]":
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=EVERY_S, return_when=FIRST_COMPLETED)
        meanwhile()
        yield from done


def _alone(job: Job, work: Work) -> Outcome:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(work, job, _silent).result()
        except BrokenProcessPool:
            return Outcome(job, trouble="The process that worked on it ended. Is there enough memory?")


def _silent(done: int, total: int) -> None:
    """Tells nobody."""


@dataclass
class _Teller:
    """Goes with a job to its worker."""

    queue: Any  # of a manager, or of Ray
    number: int  # of the job
    told_s: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told_s >= EVERY_S or done == total:
            self.told_s = time.monotonic()
            self.queue.put((self.number, done, total))


def _pass_on(queue: Any, jobs: Sequence[Job], hear: Hear) -> None:
    """What workers told meanwhile."""
    while not queue.empty():
        number, done, total = queue.get()
        hear(jobs[number], done, total)


def by_ray(
    jobs: Sequence[Job], work: Work, address: str, workers: int | None = None, hear: Hear = nobody
) -> Iterator[Outcome]:
    """As they come in, on all machines of a Ray cluster; clips and results have to lie where all of them see them.

    Ray: Moritz et al., "Ray: A Distributed Framework for Emerging AI Applications" (arXiv 1712.05889). Raises
    PuppetPoseError where it is not installed or not there.
    """
    try:
        import ray
    except ImportError as error:
        raise PuppetPoseError("Ray is not installed.", 'Run: python -m pip install "puppetpose[ray]".') from error
    _check_address(address)
    _join(ray, address, workers)
    try:
        from ray.util.queue import Queue

        told, remote = Queue(actor_options={"num_cpus": 0}), ray.remote(num_cpus=1)(work)
        running = {remote.remote(_absolute(job), _Teller(told, i)): job for i, job in enumerate(jobs)}
        while running:
            finished, _ = ray.wait(list(running), num_returns=1, timeout=EVERY_S)
            _pass_on(told, jobs, hear)
            for ready in finished:
                job = running.pop(ready)
                try:
                    yield ray.get(ready)
                except ray.exceptions.RayError as error:
                    yield Outcome(job, trouble=f"The worker that had it was lost ({type(error).__name__}).")
    finally:
        ray.shutdown()


def _join(ray: Any, address: str, workers: int | None) -> None:
    """Become a driver of the cluster, or start one here. Raises PuppetPoseError."""
    local = address == LOCAL
    threads = str(max(1, cores() // workers)) if local and workers else "1"
    try:
        ray.init(
            address=address,  # Ray, too, calls it `local` to start one whatever else runs here
            num_cpus=workers if local else None,
            include_dashboard=False if local else None,
            log_to_driver=False,
            configure_logging=False,
            runtime_env={"env_vars": {THREADS_VARIABLE: threads}},
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise PuppetPoseError(f"There is no Ray at {address} ({error}).", _START_ONE) from error


def _check_address(address: str) -> None:
    """Ray itself tries for minutes. Raises PuppetPoseError where nobody listens at HOST:PORT."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except OSError as error:
        raise PuppetPoseError(f"There is no Ray at {address} ({error.strerror or error}).", _START_ONE) from error


def _absolute(job: Job) -> Job:
    """Workers have other current folders."""
    return Job(Path(os.path.abspath(job.clip)), Path(os.path.abspath(job.folder)), job.options)


class _threads:  # noqa: N801
    """Processes that start meanwhile use so many cores each."""

    def __init__(self, count: int) -> None:
        self._count, self._before = str(count), os.environ.get(THREADS_VARIABLE)

    def __enter__(self) -> None:
        os.environ[THREADS_VARIABLE] = self._count

    def __exit__(self, *_: object) -> None:
        if self._before is None:
            del os.environ[THREADS_VARIABLE]
        else:
            os.environ[THREADS_VARIABLE] = self._before
