"""Whether what is on show is in a file, and in which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.session.adaptation import Learnt
from desktop_app.session.history import Step


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment. Two are equal where the same is worth keeping: steps and what was learnt count by identity."""

    step: Step | None = None
    learnt: Learnt | None = None
    analysed: int = 0  # frames


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
    saved: Mark | None = Mark()  # None: nothing is in any file; a clip that was just opened needs none
    origin: Origin = Origin()
    foreign: Foreign = Foreign()
