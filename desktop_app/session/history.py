"""Undo and redo. One drag of a slider is one step, however many values it passed through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from desktop_app.session.edits import Edit
from desktop_app.session.staging import Staging

if TYPE_CHECKING:
    from desktop_app.session.corrections import Corrections

LIMIT = 500
State: TypeAlias = "Mapping[int, Edit] | Staging | Corrections"


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One change of frames' edits or corrections, to be looked at in the frame `index`; or of the staging (None)."""

    label: str
    index: int | None
    before: State
    after: State


class History:
    """Steps done and steps undone."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._forgotten: Step | None = None
        self._open = False

    def push(self, step: Step, *, merge: bool) -> None:
        """Remember a step; with `merge` it extends the step before it, if that is of the same drag."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if merge and self._open and last and (last.label, last.index) == (step.label, step.index):
            self._done[-1] = Step(step.label, step.index, last.before, step.after)
        else:
            self._done.append(step)
            if len(self._done) > LIMIT:
                self._forgotten = self._done.pop(0)
        self._open = merge

    def seal(self) -> None:
        """The drag is over: what comes next is a step of its own."""
        self._open = False

    def undo(self) -> Step | None:
        """The step to take back, or None."""
        return self._move(self._done, self._undone)

    def redo(self) -> Step | None:
        """The step to do again, or None."""
        return self._move(self._undone, self._done)

    def _move(self, source: list[Step], target: list[Step]) -> Step | None:
        self._open = False
        if not source:
            return None
        target.append(source.pop())
        return target[-1]

    @property
    def last(self) -> Step | None:
        """The step that led here: the same object whenever one is back here; None before the first."""
        return self._done[-1] if self._done else self._forgotten

    @property
    def undo_label(self) -> str | None:
        """What undo would take back."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again."""
        return self._undone[-1].label if self._undone else None
