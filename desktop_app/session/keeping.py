"""Whether what is on show is in a file, and in which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.session.adaptation import Learnt
from desktop_app.session.history import Step


@dataclass(frozen=True, slots=True)
class ClipMark:
    """A moment of one clip. Two are equal where the same is worth keeping: steps and what was learnt count by
    identity."""

    step: Step | None = None
    learnt: Learnt | None = None
    analysed: int = 0  # frames

    def __bool__(self) -> bool:
        return self != ClipMark()


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a session: number, name and moment of each of its clips, in their order."""

    clips: tuple[tuple[int, str, ClipMark], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The checkpoint that everything was made with."""

    name: str = ""
    digest: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Foreign:
    """What newer versions wrote into a session's file: handed on when it is saved again."""

    state: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    others: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Keeping:
    """The session's file, and what of the session is in it."""

    path: Path | None = None
    saved: Mark | None = Mark()  # of no clips: clips that were just opened need no file; None: nothing is in any file
    origin: Origin = Origin()
    foreign: Foreign = Foreign()

    def holds(self, mark: Mark) -> bool:
        """Whether all that is worth keeping at a moment is in the file."""
        if self.saved == Mark():
            return not any(title or clip for _, title, clip in mark.clips)
        return mark == self.saved
