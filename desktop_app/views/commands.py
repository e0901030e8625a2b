"""What the window can ask for beyond the session: given by the application, which alone knows the controllers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Commands:
    """Things that take longer than a change of state."""

    open: Callable[[Path], None] = lambda path: None
    analyse: Callable[[], None] = _nothing
    cancel: Callable[[], None] = _nothing
