"""From what was found to frozen curves over time: what is to be drawn is decided here (numpy only)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees

import numpy as np

from core_model.channels import Channel, Quantity, jitter, values_of
from desktop_app.session.edits import Edit
from desktop_app.session.playback import Clip
from desktop_app.session.traces import Traces


@dataclass(frozen=True, eq=False, slots=True)
class Calm:
    """The whole motion smoothed, left and right the same in all frames; rows of frames without anybody are NaN."""

    source: Traces  # it was made of
    version: int  # of that
    sigma_s: float  # standard deviation of the window
    angles_rad: np.ndarray  # (T, 20, 2)
    joints3d_m: np.ndarray  # (T, 21, 3) camera frame
    jitter_mm: tuple[float, float]  # before and after: mean second difference of all joints


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """One channel over all frames of the clip, in its unit."""

    channel: Channel
    raw: np.ndarray  # (T,) as the network said; NaN where nobody was found
    smooth: np.ndarray | None  # (T,) None where that is not known or means nothing
    edited: np.ndarray  # (E, 2) frames and values that a person set
    jitter: tuple[float, float | None]  # before smoothing and after: see `jitter`

    @property
    def lone(self) -> np.ndarray:
        """(T,) bool: known values between unknown ones, of which a line shows nothing."""
        known = np.pad(np.isfinite(self.raw), 1)
        return np.asarray(known[1:-1] & ~known[:-2] & ~known[2:])


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """All that is plotted."""

    x: np.ndarray  # (T,) seconds since the first frame; of images their number
    x_label: str
    pts_s: np.ndarray  # (T,) presentation times; NaN for images
    curves: tuple[Curve, ...]
    jitter_mm: tuple[float, float] | None  # of the whole body
    hint: str  # what to do where there is nothing to see; else empty

    def near(self, x: float) -> int:
        """The frame nearest to a place on the axis."""
        return int(np.abs(self.x - x).argmin())


def curves_of(
    traces: Traces, calm: Calm | None, edits: Mapping[int, Edit], clip: Clip, channels: tuple[Channel, ...]
) -> Curves:
    """The curves of these channels."""
    timed = bool(np.isfinite(clip.pts_s).all())
    found = tuple(_curve(channel, traces, calm, edits, clip.pts_s) for channel in channels)
    return Curves(
        x=clip.times_s if timed else np.arange(1.0, len(clip) + 1),
        x_label="s" if timed else "image",
        pts_s=clip.pts_s,
        curves=found,
        jitter_mm=calm.jitter_mm if calm else None,
        hint=_hint(traces, channels, timed),
    )


def columns_of(curves: Curves) -> dict[str, np.ndarray]:
    """What is plotted as columns (T,) for a file: `frame` counts from 1, `pts_s` is the presentation time in seconds,
    NaN for images. Then of each curve its values as the network said (`raw` in the name), smoothed, and those that a
    person set (`edited`). Names end in their unit: `deg`, `m`, `m_s`; a confidence lies in [0, 1]. NaN where nobody
    was found, or the frame was not looked at.
    """
    columns: dict[str, np.ndarray] = {"frame": np.arange(1, len(curves.x) + 1), "pts_s": curves.pts_s}
    for curve in curves.curves:
        columns[curve.channel.column("raw")] = curve.raw
        if curve.smooth is not None:
            columns[curve.channel.column()] = curve.smooth
        if len(curve.edited):
            columns[curve.channel.column("edited")] = edited = np.full(len(curves.x), np.nan)
            edited[curve.edited[:, 0].astype(int)] = curve.edited[:, 1]
    return columns


def lowest(values: np.ndarray, columns: int) -> np.ndarray:
    """Values (T,) over so many columns at most: the lowest in each, so that nothing bad is overlooked.

    >>> lowest(np.array([3.0, 1.0, 2.0, 5.0]), 2)
    array([1., 2.])
    """
    if len(values) <= columns:
        return values
    return np.asarray(np.minimum.reduceat(values, np.arange(columns) * len(values) // columns))


def _curve(channel: Channel, traces: Traces, calm: Calm | None, edits: Mapping[int, Edit], pts_s: np.ndarray) -> Curve:
    raw = values_of(channel, traces.angles_rad, traces.joints3d_m, traces.confidence, pts_s, traces.known)
    smooth = _smoothed(channel, calm, pts_s) if calm else None
    figures = jitter(raw), None if smooth is None else jitter(smooth)
    return Curve(channel, raw, smooth, _edited(channel, edits), figures)


def _smoothed(channel: Channel, calm: Calm, pts_s: np.ndarray) -> np.ndarray | None:
    """(T,) or None: a confidence is no motion."""
    if channel.quantity is Quantity.CONFIDENCE:
        return None
    known = np.isfinite(calm.joints3d_m[:, 0, 0])
    return values_of(channel, calm.angles_rad, calm.joints3d_m, np.empty(0), pts_s, known)


def _edited(channel: Channel, edits: Mapping[int, Edit]) -> np.ndarray:
    angle = (channel.item, channel.axis)
    of_angle = channel.quantity is Quantity.ANGLE
    found = [(i, degrees(e.angles_rad[angle])) for i, e in edits.items() if of_angle and angle in e.angles_rad]
    return np.array(found, dtype=float).reshape(-1, 2)


def _hint(traces: Traces, channels: tuple[Channel, ...], timed: bool) -> str:
    if not channels:
        return "Choose on the left what to plot."
    if not traces.known.any():
        return "Nothing to plot yet: press Analyse clip."
    if not timed and all(channel.quantity is Quantity.SPEED for channel in channels):
        return "Images have no times, so no speeds: choose an angle or a coordinate."
    return ""
