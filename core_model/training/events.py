"""What a training run tells while it goes on. Frozen: whoever listens decides what to do."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another run goes on on this machine."""

    message: str


@dataclass(frozen=True, slots=True)
class Preparing:
    """What is made before the first step: so many of so many."""

    message: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step was taken."""

    step: int
    losses: dict[str, float]  # weighted terms, and their sum as "total"; means over all processes
    learning_rate: float
    images_per_s: float  # of all processes, averaged over the last steps
    data_wait: float  # share of the time spent waiting for data, in [0, 1], averaged likewise
    memory_mb: float = 0.0  # of the process, or what it has of the GPU's; 0: not known


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The device's memory was too small; from now on each batch is computed in so many pieces a process."""

    step: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The averaged network was measured on held-out people."""

    step: int
    figures: dict[str, float]  # as `core_model.training.judge` names them
    best: bool  # better than all judgements before


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What the averaged network sees in a few held-out people."""

    step: int
    path: Path
    image: np.ndarray  # (H, W, 3) uint8


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint was written."""

    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Paused:
    """No more steps are taken until the run is resumed; it was saved."""

    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on."""

    step: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run was asked to end; it can be gone on with."""

    step: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The run came to its end."""

    step: int
    path: Path
    early: bool = False  # because the held-out figures no longer improved


Event = Waiting | Preparing | Step | Shrunk | Judged | Preview | Saved | Paused | Resumed | Stopped | Finished
