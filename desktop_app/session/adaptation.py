"""How far adapting to the clip is, and whether the picture uses it."""

from dataclasses import dataclass

import numpy as np

from desktop_app.session.activity import Phase


@dataclass(frozen=True, eq=False, slots=True)
class Learnt:
    """What came of it: the core's own, opaque here."""

    delta: object


@dataclass(frozen=True, eq=False, slots=True)
class Adaptation:
    """Of the clip on show. IDLE when nothing is being learnt."""

    phase: Phase = Phase.IDLE
    share_done: float = 0.0  # in [0, 1]
    steps: int = 0
    change: float = 0.0  # of held-out frames' distance to what they should be: -0.1 is ten per cent nearer
    picture: np.ndarray | None = None  # (S, 4 S, 3) uint8 a held-out frame: painted, before, now, as it is
    learnt: Learnt | None = None
    in_use: bool = False
    preparing: bool = False  # to be used: networks take some seconds to be made ready

    @property
    def known(self) -> bool:
        """Whether there is something that can be used or saved."""
        return self.learnt is not None

    @property
    def running(self) -> bool:
        """Whether there is something to stop."""
        return self.phase in (Phase.STARTING, Phase.RUNNING)
