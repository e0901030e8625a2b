"""How fast training goes, and how much of the time it waits for data."""

import time
from collections.abc import Iterator
from typing import TypeVar

from core_model.training.config import TrainConfig
from core_model.training.events import Step

_KEPT = 0.95
"""Share of the average that a step leaves as it was: what is told is about the last twenty steps."""


class Pace:
    """Seconds a step takes and waits, averaged over the last steps; what lies between steps does not count."""

    def __init__(self, images: int) -> None:
        self._images, self._start_s, self._waited_s = images, 0.0, 0.0
        self._step_s, self._wait_s, self._weight = 0.0, 0.0, 0.0

    def begin(self) -> None:
        """A step begins: it waits for its batch."""
        self._start_s = time.monotonic()

    def arrived(self) -> None:
        """The batch is there."""
        self._waited_s = time.monotonic() - self._start_s

    def end(self) -> None:
        """The step is taken."""
        taken_s = time.monotonic() - self._start_s
        self._step_s = _KEPT * self._step_s + (1 - _KEPT) * taken_s
        self._wait_s = _KEPT * self._wait_s + (1 - _KEPT) * self._waited_s
        self._weight = _KEPT * self._weight + (1 - _KEPT)

    @property
    def images_per_s(self) -> float:
        """Images of all processes a second."""
        return self._images * self._weight / max(self._step_s, 1e-9)

    @property
    def data_wait(self) -> float:
        """Share of the time spent waiting for data, in [0, 1]."""
        return self._wait_s / max(self._step_s, 1e-9)


def left_s(step: Step, config: TrainConfig) -> float:
    """Seconds until all steps are taken, at the pace of a step."""
    return (config.steps - step.step) * config.batch / max(step.images_per_s, 1e-9)


_Batch = TypeVar("_Batch")


def paced(batches: Iterator[_Batch], pace: Pace) -> Iterator[_Batch]:
    """The same batches; `pace` hears of each step, which lasts until the next batch is asked for."""
    while True:
        pace.begin()
        try:
            batch = next(batches)
        except StopIteration:
            return
        pace.arrived()
        yield batch
        pace.end()
