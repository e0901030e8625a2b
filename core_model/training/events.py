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
    """What the averaged network sees in a few people, a column each."""

    step: int
    path: Path
    image: np.ndarray  # (H, W, 3) uint8
    rows: tuple[str, ...] = ()  # what the rows show, from above; all have the same height


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


def sentence(event: Event) -> str:
    """What happened, for people; nothing of what only goes on: a step, waiting, preparing.

    >>> sentence(Judged(250, {"pck_2d": 81.25}, best=True))
    'step 250  held-out people: pck_2d 81.2  (best)'
    """
    match event:
        case Shrunk():
            return f"step {event.step}  out of memory: each batch is now computed in {event.pieces} pieces"
        case Judged():
            figures = "  ".join(f"{name} {value:.1f}" for name, value in event.figures.items())
            return f"step {event.step}  held-out people: {figures}{'  (best)' if event.best else ''}"
        case Preview() | Saved():
            return f"step {event.step}  {type(event).__name__.lower()} {event.path}"
        case Paused() | Resumed() | Stopped():
            return f"step {event.step}  {type(event).__name__.lower()}"
        case Finished():
            why = " (the held-out figures no longer improved)" if event.early else ""
            return f"Finished after {event.step} steps{why}: {event.path}"
    return ""
