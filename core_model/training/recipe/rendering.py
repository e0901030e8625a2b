"""People rendered in a process of their own, while other stages learn from those that are there."""

import multiprocessing
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import cv2

from core_model.data.pool import SamplePool, draw, render
from core_model.errors import PuppetPoseError
from core_model.training.recipe.kinds import People


class Rendering:
    """The process that fills pools one after the other, in the order in which they are asked for."""

    def __init__(self, pools: Mapping[Path, People]) -> None:
        """Those that are full already are left as they are."""
        wanted = [(folder, people) for folder, people in pools.items() if rendered(folder) < people.count]
        for folder, people in wanted:
            _pool(folder, people)  # so that whoever waits can see it grow
        start = multiprocessing.get_context("spawn")  # OpenGL contexts do not survive a fork
        self._process = start.Process(target=_render, args=(wanted, os.getpid())) if wanted else None
        if self._process:
            self._process.start()

    def check(self) -> None:
        """Raises PuppetPoseError if the process broke down."""
        if self._process and self._process.exitcode not in (None, 0):
            raise PuppetPoseError(
                f"Rendering people ended with status {self._process.exitcode}; the last lines above say why.",
                "Mend that (often EGL: apt install libegl1 libgl1-mesa-dri), then run the same command again.",
            )

    def wait_for(self, folder: Path, count: int) -> SamplePool:
        """The pool in a folder, when so many people are in it. Raises PuppetPoseError."""
        pool = SamplePool(folder)
        while pool.written < count:
            self.check()
            if self._process:
                self._process.join(0.05)
            elif pool.written < count:
                pool.wait_for(count)
        return pool

    def stop(self) -> None:
        """End the process; what is rendered stays."""
        if self._process:
            self._process.terminate()
            self._process.join()


def rendered(folder: Path) -> int:
    """How many people a pool has; 0 where there is none."""
    return SamplePool(folder).filled if (folder / "pool.json").exists() else 0


def _render(wanted: list[tuple[Path, People]], parent: int) -> None:
    """Fill pools, until all are full or who asked for them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the one that asked ends this one
    cv2.setNumThreads(1)
    for folder, people in wanted:
        pool = _pool(folder, people)
        missing = people.count - pool.written
        rendered = draw(pool, people.count, people.seed) if people.lanes else render(pool, missing, people.seed)
        for _ in rendered:
            if os.getppid() != parent:
                return


def _pool(folder: Path, people: People) -> SamplePool:
    if people.lanes:
        return SamplePool.create(folder, people.count, people.size_px, "people_alone", people.lanes)
    return SamplePool.create(folder, people.count, people.size_px)
