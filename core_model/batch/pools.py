"""Jobs given to workers: one after another, to processes of this machine, or to those of a Ray cluster."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from core_model.batch.jobs import Job, Outcome
from core_model.errors import PuppetPoseError
from core_model.runtime import THREADS_VARIABLE, cores

Work = Callable[[Job], Outcome]
LOCAL = "local"
"""Address of a Ray that is started here and ends with the batch."""
_START_ONE = "Start one with `ray start --head`, and name its address."


def one_by_one(jobs: Sequence[Job], work: Work) -> Iterator[Outcome]:
    """In this process."""
    yield from map(work, jobs)


def by_processes(jobs: Sequence[Job], work: Work, workers: int) -> Iterator[Outcome]:
    """As they come in. The cores are shared out among the workers. A worker that dies takes its clip with it only."""
    lost: list[Job] = []
    with _threads(max(1, cores() // workers)):
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            futures = {pool.submit(work, job): job for job in jobs}
            for future in as_completed(futures):
                try:
                    yield future.result()
                except BrokenProcessPool:  # one process was killed, and the pool with it: the others are innocent
                    lost.append(futures[future])
        for job in lost:
            yield _alone(job, work)


def _alone(job: Job, work: Work) -> Outcome:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(work, job).result()
        except BrokenProcessPool:
            return Outcome(job, trouble="The process that worked on it ended. Is there enough memory?")


def by_ray(jobs: Sequence[Job], work: Work, address: str, workers: int | None = None) -> Iterator[Outcome]:
    """As they come in, on all machines of a Ray cluster; clips and results have to lie where all of them see them.

    Ray: Moritz et al., "Ray: A Distributed Framework for Emerging AI Applications" (arXiv 1712.05889). Raises
    PuppetPoseError where it is not installed or not there.
    """
    try:
        import ray
    except ImportError as error:
        raise PuppetPoseError("Ray is not installed.", 'Run: python -m pip install "puppetpose[ray]".') from error
    local = address == LOCAL
    _check_address(address)
    threads = str(max(1, cores() // workers)) if local and workers else "1"
    try:
        ray.init(
            address=None if local else address,
            num_cpus=workers if local else None,
            include_dashboard=False if local else None,
            log_to_driver=False,
            configure_logging=False,
            runtime_env={"env_vars": {THREADS_VARIABLE: threads}},
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise PuppetPoseError(f"There is no Ray at {address} ({error}).", _START_ONE) from error
    try:
        remote = ray.remote(num_cpus=1)(work)
        running = {remote.remote(_absolute(job)): job for job in jobs}
        while running:
            (ready,), _ = ray.wait(list(running), num_returns=1)
            job = running.pop(ready)
            try:
                yield ray.get(ready)
            except ray.exceptions.RayError as error:
                yield Outcome(job, trouble=f"The worker that had it was lost ({type(error).__name__}).")
    finally:
        ray.shutdown()


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
