"""What happened, and when: the last things only."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

KEEP = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log."""

    at: datetime
    text: str
    problem: bool = False
    details: str = ""  # of a problem: for whom the sentence is not enough

    def __str__(self) -> str:
        return "\n".join(filter(None, (f"{self.at:%Y-%m-%d %H:%M:%S}  {self.text}", self.details.rstrip())))


class Log:
    """Says nothing to anybody: who writes while the session changes is drawn with the change."""

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now
        self._entries: deque[Entry] = deque(maxlen=KEEP)
        self._shown: tuple[Entry, ...] = ()
        self._new = False

    def add(self, text: str, *, problem: bool = False, details: str = "") -> None:
        """Something happened just now."""
        self._entries.append(Entry(self._now(), text, problem, details))
        self._new = True

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Oldest first; the same object until something happens."""
        if self._new:
            self._shown, self._new = tuple(self._entries), False
        return self._shown
