"""What the window can ask for about training: given by the application, which alone knows the controllers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.session.new_run import Start


def _nothing(*_: Any) -> None:
    pass


@dataclass(frozen=True)
class TrainingCommands:
    """A new run, and those that were begun."""

    open: Callable[[], None] = _nothing  # the page of a new run is shown
    add: Callable[[Sequence[Path]], None] = _nothing  # videos or folders to learn from
    remove: Callable[[Sequence[Path]], None] = _nothing
    cancel: Callable[[], None] = _nothing  # looking at them, measuring
    set_value: Callable[[str, object], None] = _nothing
    set_folder: Callable[[Path], None] = _nothing
    set_start: Callable[[Start, Path | None], None] = _nothing
    measure: Callable[[], None] = _nothing
    begin: Callable[[], None] = _nothing
    ask: Callable[[Path, str], None] = _nothing  # pause, resume, stop, checkpoint, discard
    go_on: Callable[[Path], None] = _nothing
