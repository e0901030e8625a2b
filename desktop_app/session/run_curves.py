"""Curves of training runs as they are drawn: finite or a gap, smoothed, named."""

from dataclasses import dataclass

import numpy as np

from core_model.run_record import Curve

_UNITS = {
    "run/images_per_s": "images/s",
    "run/data_wait": "% waiting for data",
    "run/memory_mb": "MB",
    "held_out/pck_2d": "% of joints",
    "held_out/limbs_mm": "mm",
}
_TITLES = {
    "run/images_per_s": "Speed",
    "run/data_wait": "Waiting for data",
    "run/memory_mb": "Memory",
    "held_out/pck_2d": "Held-out PCK",
    "held_out/limbs_mm": "Held-out limbs",
    "held_out/score": "Held-out score",
}
GROUPS = {"loss": "Losses", "held_out": "Held-out people", "run": "The run itself"}


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """One curve of one run; gaps are NaN."""

    run: int  # its place among those that are compared
    name: str
    steps: np.ndarray  # (N,)
    raw: np.ndarray  # (N,)
    smooth: np.ndarray | None  # (N,)


def drawn_of(run: int, name: str, curve: Curve, smoothing: float, *, log: bool) -> Drawn:
    """What is to be drawn of a curve. On a logarithmic scale what is not positive is a gap."""
    values = curve.values * (100 if name == "run/data_wait" else 1)
    raw = np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan)
    smooth = averaged(raw, smoothing) if smoothing > 0 and name.startswith("loss/") else None
    return Drawn(run, name, curve.steps, raw, smooth)


def averaged(values: np.ndarray, weight: float) -> np.ndarray:
    """The moving average (N,) in which a value counts `weight` times as much as the next; gaps stay, and do not count.

    >>> averaged(np.array([4.0, np.nan, 4.0, 8.0]), 0.5).round(2)
    array([4.  ,  nan, 4.  , 6.29])
    """
    known = np.isfinite(values)
    out, given = np.full(len(values), np.nan), values[known]
    block = max(1, int(-300 / np.log2(max(weight, 1e-6))))  # weights of a block stay above 2 ** -300
    means, total, mass = np.empty(len(given)), 0.0, 0.0
    for start in range(0, len(given), block):
        part = given[start : start + block]
        fading = weight ** np.arange(1, len(part) + 1)
        totals = fading * (total + np.cumsum(part / fading))
        masses = fading * (mass + np.cumsum(1 / fading))
        means[start : start + block] = totals / masses
        total, mass = totals[-1], masses[-1]
    out[known] = means
    return out


def title(name: str) -> str:
    """What a person calls a curve.

    >>> title("loss/cycle_pose"), title("run/images_per_s")
    ('Cycle pose', 'Speed')
    """
    return _TITLES.get(name) or name.partition("/")[2].replace("_", " ").capitalize()


def unit(name: str) -> str:
    """For its axis; empty where it has none."""
    return _UNITS.get(name, "")


def axis(name: str) -> str:
    """Curves of one axis are drawn in one plot: all losses, and everything else alone."""
    return "loss" if name.startswith("loss/") else name


def written(name: str, value: float) -> str:
    """A value for people.

    >>> written("loss/total", 0.012344), written("held_out/limbs_mm", 81.26), written("loss/total", float("nan"))
    ('0.01234', '81.3 mm', '–')
    """
    if not np.isfinite(value):
        return "–"
    precise = name.startswith("loss/") or name == "run/learning_rate"
    digits = f"{value:.4g}" if precise else f"{value:.0f}" if name == "run/memory_mb" else f"{value:.1f}"
    return f"{digits} {unit(name).partition(' ')[0]}".rstrip()
