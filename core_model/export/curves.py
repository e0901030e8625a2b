"""Angles, coordinates, speeds and confidences over time, before and after smoothing: as SVG, PNG or CSV.

docs/plots.md says what the columns are.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from core_model.channels import CHANNELS, FIRST_CHOICE, Channel, Quantity, jitter, values_of
from core_model.errors import PuppetPoseError
from core_model.export.drawing import RGB, Drawing, drawing_for
from core_model.export.recording import Recording
from core_model.export.table import write_table
from core_model.motion import Motion, smooth_motion
from core_model.smoothing import SIGMA_S

WIDTH_PX, PANEL_PX = 900, 240
_LEFT, _RIGHT, _TOP, _BOTTOM, _ROW = 64, 16, 30, 34, 18
_INK: RGB = (36, 41, 47)
_FAINT: RGB = (107, 114, 128)
_GRID: RGB = (228, 231, 235)
_MOST_CURVES = 24
PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class _Curve:
    channel: Channel
    raw: np.ndarray  # (T,)
    smooth: np.ndarray | None  # (T,) None: a confidence is no motion, images have no time

    @property
    def rgb(self) -> RGB:
        """As in the studio, darker on the white sheet."""
        red, green, blue = (round(v / 1.5) for v in self.channel.rgb)
        return red, green, blue

    @property
    def pale_rgb(self) -> RGB:
        """Of what lies behind."""
        red, green, blue = (round(255 - 0.4 * (255 - v)) for v in self.rgb)
        return red, green, blue

    def legend(self) -> str:
        """Name, and how much calmer it became."""
        digits = 1 if self.channel.quantity is Quantity.ANGLE else 3
        figures = [jitter(self.raw)] + ([] if self.smooth is None else [jitter(self.smooth)])
        if not np.isfinite(figures).all():
            return self.channel.label
        return f"{self.channel.label}   jitter {' -> '.join(f'{v:.{digits}f}' for v in figures)}"


def curve_names() -> tuple[str, ...]:
    """All curves that there are, as columns are called: `left_knee_bend_deg`, `left_wrist_speed_m_s`."""
    return tuple(channel.column() for channels in CHANNELS.values() for channel in channels)


def draw_curves(recording: Recording, path: PathLike, names: Sequence[str] = (), *, seconds: float = SIGMA_S) -> Path:
    """Draw curves of a raw recording as SVG or PNG, or write them as CSV, as the path's suffix says.

    names: of `curve_names()`, also with wildcards (`*knee*`); both elbows by default. seconds: strength of the
    smoothing. Raises OutputError, PuppetPoseError.
    """
    path, channels, motion = Path(path), chosen_channels(names), recording.motion
    timed = bool(np.isfinite(motion.pts_s).all())
    calm = smooth_motion(motion, seconds) if timed else None
    curves = [_curve(channel, motion, calm) for channel in channels]
    if path.suffix.lower() == ".csv":
        write_table(path, _columns(curves, motion.pts_s))
    else:
        _draw(path, curves, motion.pts_s - motion.pts_s[0] if timed else np.arange(1.0, len(motion.pts_s) + 1), timed)
    return path


def chosen_channels(names: Sequence[str]) -> list[Channel]:
    """What `draw_curves` is to show. Raises PuppetPoseError."""
    if not names:
        return list(FIRST_CHOICE)
    there = {channel.column(): channel for channels in CHANNELS.values() for channel in channels}
    found: dict[str, Channel] = {}
    for name in names:
        fitting = {column: channel for column, channel in there.items() if fnmatchcase(column, name)}
        if not fitting:
            raise PuppetPoseError(f"There is no curve {name}.", "`puppetpose plot --list` names all there are.")
        found |= fitting
    return list(found.values())


def _curve(channel: Channel, raw: Motion, calm: Motion | None) -> _Curve:
    def values(motion: Motion) -> np.ndarray:
        known = np.isfinite(motion.joints3d_m).all(axis=(1, 2))
        return values_of(channel, motion.angles_rad, motion.joints3d_m, motion.confidence, motion.pts_s, known)

    still = channel.quantity is Quantity.CONFIDENCE
    return _Curve(channel, values(raw), None if calm is None or still else values(calm))


def _columns(curves: Sequence[_Curve], pts_s: np.ndarray) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {"frame": np.arange(1, len(pts_s) + 1), "pts_s": pts_s}
    for curve in curves:
        columns[curve.channel.column("raw")] = curve.raw
        if curve.smooth is not None:
            columns[curve.channel.column()] = curve.smooth
    return columns


def _draw(path: Path, curves: Sequence[_Curve], x: np.ndarray, timed: bool) -> None:
    """A panel for each kind of curve, one below the other."""
    if len(curves) > _MOST_CURVES:
        raise PuppetPoseError(f"{len(curves)} curves are too many for a picture.", "Take fewer, or write a .csv file.")
    kinds = [kind for kind in Quantity if any(c.channel.quantity is kind for c in curves)]
    groups = [[c for c in curves if c.channel.quantity is kind] for kind in kinds]
    heights = [_TOP + _ROW * len(group) + PANEL_PX + _BOTTOM for group in groups]
    sheet = drawing_for(path, (WIDTH_PX, sum(heights)), "Motion over time")
    top = 0.0
    for group, height in zip(groups, heights, strict=True):
        _panel(sheet, group, x, top, "s" if timed else "image")
        top += height
    sheet.save(path)


def _panel(sheet: Drawing, group: Sequence[_Curve], x: np.ndarray, top: float, x_label: str) -> None:
    kind = group[0].channel.quantity
    unit = kind.unit.replace("°", "degrees")
    sheet.text((_LEFT, top + 20), kind.value + (f", {unit}" if unit else ""), _INK)
    for row, curve in enumerate(group, 1):
        y = top + 20 + _ROW * row
        sheet.line(np.array([[_LEFT, y - 4], [_LEFT + 20, y - 4]]), curve.rgb, 2.5)
        sheet.text((_LEFT + 28, y), curve.legend(), _INK)
    all_y = np.concatenate([v for c in group for v in (c.raw, c.smooth) if v is not None])
    frame = _Frame(top + _TOP + _ROW * len(group), _span(x), _span(all_y))
    _axes(sheet, frame, x_label)
    for curve in group:
        _strokes(sheet, frame, x, curve.raw, curve.rgb if curve.smooth is None else curve.pale_rgb, 1.0)
        if curve.smooth is not None:
            _strokes(sheet, frame, x, curve.smooth, curve.rgb, 1.8)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a panel's axes are."""

    top: float
    x_span: tuple[float, float]
    y_span: tuple[float, float]

    def place(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N, 2) pixels."""
        across = (x - self.x_span[0]) / (self.x_span[1] - self.x_span[0])
        up = (y - self.y_span[0]) / (self.y_span[1] - self.y_span[0])
        return np.stack([_LEFT + across * (WIDTH_PX - _LEFT - _RIGHT), self.top + (1 - up) * PANEL_PX], axis=-1)


def _axes(sheet: Drawing, frame: _Frame, x_label: str) -> None:
    for y in ticks(*frame.y_span):
        line = frame.place(np.array(frame.x_span), np.array([y, y]))
        sheet.line(line, _GRID)
        sheet.text((_LEFT - 8, float(line[0, 1]) + 4), f"{y:.6g}", _FAINT, "end")
    for x in ticks(*frame.x_span):
        line = frame.place(np.array([x, x]), np.array(frame.y_span))
        sheet.line(line, _GRID)
        sheet.text((float(line[0, 0]), frame.top + PANEL_PX + 18), f"{x:.6g} {x_label}", _FAINT, "middle")


def _strokes(sheet: Drawing, frame: _Frame, x: np.ndarray, y: np.ndarray, rgb: RGB, width_px: float) -> None:
    """Lines through what is known; a value alone is a dot."""
    known = np.isfinite(y)
    for run in np.split(np.arange(len(y)), np.flatnonzero(np.diff(known)) + 1):
        if len(run) and known[run[0]]:
            points = frame.place(x[run], y[run])
            if len(run) > 1:
                sheet.line(points, rgb, width_px)
            else:
                sheet.dot(points[0], rgb, width_px)


def _span(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, some four to nine of them.

    >>> ticks(0, 4), ticks(-0.12, 0.31)
    ([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0], [-0.1, 0.0, 0.1, 0.2, 0.3])
    """
    rough = (high - low) / 6
    size = 10.0 ** np.floor(np.log10(rough))
    step = float(min((m * size for m in (1, 2, 5, 10)), key=lambda s: abs(np.log(s / rough))))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [round(k * step, 10) for k in range(first, last + 1)]
