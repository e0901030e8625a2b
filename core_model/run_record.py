"""What a training run has told of itself so far, as curves and lines of text (numpy only).

`core_model.training.journal` writes it down while the run goes on, and reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """Values over steps. NaN where a step told of no such value; what was not finite is as it was."""

    steps: np.ndarray  # (N,) int64, rising
    values: np.ndarray  # (N,) float64


@dataclass(frozen=True, slots=True)
class Shot:
    """A sheet of pictures that the run left: a column a person, a row a kind of picture."""

    step: int
    file: str  # in the run's folder `previews`
    rows: tuple[str, ...]  # what they show, from above


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened, in words."""

    at_s: float  # seconds since 1970, UTC
    step: int
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """The names of curves are those in TensorBoard: `loss/total`, `run/learning_rate`, `held_out/pck_2d` ..."""

    curves: Mapping[str, Curve] = field(default_factory=dict)
    saved: tuple[int, ...] = ()  # steps with a checkpoint
    best: int | None = None  # the step of encoder_best.safetensors
    shots: tuple[Shot, ...] = ()  # in order of steps
    notes: tuple[Note, ...] = ()  # the last that fit
    step: int = 0  # taken
    told_s: float | None = None  # when it told of something last, seconds since 1970
    finished: bool = False

    def last(self, name: str) -> float:
        """A curve's newest value; NaN where there is none."""
        curve = self.curves.get(name)
        return float(curve.values[-1]) if curve is not None and len(curve.values) else float("nan")

    def at(self, name: str, step: int) -> float:
        """A curve's newest value up to a step; NaN where there is none."""
        curve = self.curves.get(name)
        place = 0 if curve is None else int(np.searchsorted(curve.steps, step, side="right"))
        return float(curve.values[place - 1]) if curve is not None and place else float("nan")
