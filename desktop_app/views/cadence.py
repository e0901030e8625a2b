"""How often something slow is drawn, so that it leaves most of the time to the rest."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Generic, TypeVar

Drawn = TypeVar("Drawn")
_TURN_S = 0.002


class Cadence:
    """Ask whether it is `due`, draw it inside `drawing`; the longer that takes, the longer it is not due again."""

    def __init__(self, share: float, least_s: float = 0.0) -> None:
        """At most this share of the time, and no oftener than every `least_s` seconds."""
        self._share, self._least_s = share, least_s
        self._begun_s, self._interval_s = 0.0, 0.0

    @property
    def due(self) -> bool:
        """Whether enough time has passed."""
        return monotonic() - self._begun_s >= self._interval_s

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """What it costs is measured."""
        self._begun_s = monotonic()
        yield
        self._interval_s = max(self._least_s, (monotonic() - self._begun_s) / self._share)


class Turns(Generic[Drawn]):
    """Calls that are made one after the other: as many at a time as fit into some milliseconds, and at least one."""

    def __init__(self, calls: Iterable[Callable[[Drawn], None]]) -> None:
        self._calls = deque(calls)

    def now(self) -> Iterator[Callable[[Drawn], None]]:
        """Whose turn it is."""
        begun_s = monotonic()
        for _ in range(len(self._calls)):
            self._calls.rotate(-1)
            yield self._calls[-1]
            if monotonic() - begun_s > _TURN_S:
                return

    def all(self) -> Iterator[Callable[[Drawn], None]]:
        """Everybody."""
        return iter(tuple(self._calls))
