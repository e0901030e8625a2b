"""The learning curve of the encoder, with what it comes to if it goes on: figures of several checkpoints as an SVG.

    python -m core_model.evaluation.learning_curve --figures docs/learning_curve.csv --out docs/learning_curve.svg

A row a checkpoint: samples seen, PCK@0.2 on the photographs, P-MPJPE over 21 and 17 joints without the fit of
`core_model/fitting.py`, which not all of them had. Errors fall by a power of the samples, PCK rises by so many points
where samples grow by e. Dashed: carried on, which overstates what a network of one size can learn.
"""

import argparse
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from core_model.errors import PuppetPoseError
from core_model.evaluation.metrics import Array
from core_model.export.folder import written_aside
from core_model.export.svg import FAINT, GRID, SHEET, Element, add, sheet

_WIDTH, _LEFT, _RIGHT, _PANEL, _GAP, _TOP = 640, 70.0, 610.0, 250.0, 70.0, 40.0
_DECADES = (5, 8)
"""The plot goes from ten to the one to ten to the other samples."""


@dataclass(frozen=True)
class Fit:
    """A straight line over the logarithm of the samples, of a figure or of its logarithm."""

    slope: float
    offset: float
    power: bool

    def at(self, samples: Array | float) -> Array:
        """The figure after so many samples."""
        line = self.offset + self.slope * np.log(samples)
        return np.asarray(np.exp(line) if self.power else line)

    def __str__(self) -> str:
        return f"samples^{self.slope:.2f}" if self.power else f"{self.slope:+.1f} where samples grow by e"


def fitted(samples: Array, figures: Array, power: bool) -> Fit:
    """Least squares, each checkpoint alike.

    >>> str(fitted(np.array([10.0, 1000.0]), np.array([4.0, 2.0]), power=True))
    'samples^-0.15'
    """
    slope, offset = np.polyfit(np.log(samples), np.log(figures) if power else figures, 1)
    return Fit(float(slope), float(offset), power)


@dataclass(frozen=True)
class Panel:
    """One figure over the samples."""

    title: str
    column: str
    power: bool
    low: float
    high: float
    wanted: float
    colour: str

    def y(self, value: Array | float, top: float) -> Array:
        """Pixels from above, in a panel that begins at `top`."""
        return np.asarray(top + _PANEL * (self.high - np.asarray(value)) / (self.high - self.low))


PANELS = (
    Panel("rendered people, P-MPJPE without the fit, mm", "p_mpjpe_mm", True, 40, 160, 50, "#1d4ed8"),
    Panel("photographs, PCK@0.2, %", "pck_percent", False, 40, 100, 73, "#c2410c"),
)


def read_figures(path: Path) -> dict[str, Array]:
    """Columns of the file, by samples. Raises PuppetPoseError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sorted(csv.DictReader(file), key=lambda row: float(row["samples"]))
        columns = {
            name: np.array([float(row[name]) for row in rows]) for name in ("samples", *(p.column for p in PANELS))
        }
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise PuppetPoseError(
            f"{path} cannot be read as figures of checkpoints ({error}).", "Take docs/learning_curve.csv as an example."
        ) from error
    if len(rows) < 2:
        raise PuppetPoseError("One checkpoint is no curve.", "Give figures of two or more.")
    return columns


def curve_svg(figures: Mapping[str, Array]) -> str:
    """All panels, one above the other."""
    height = int(_TOP + len(PANELS) * (_PANEL + _GAP))
    svg = sheet(_WIDTH, height, "Learning curve")
    for i, panel in enumerate(PANELS):
        _draw(svg, panel, figures, _TOP + i * (_PANEL + _GAP))
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _x(samples: Array | float) -> Array:
    low, high = _DECADES
    return np.asarray(_LEFT + (_RIGHT - _LEFT) * (np.log10(samples) - low) / (high - low))


def _draw(svg: Element, panel: Panel, figures: Mapping[str, Array], top: float) -> None:
    samples, values = figures["samples"], figures[panel.column]
    fit = fitted(samples, values, panel.power)
    add(svg, "text", f"{panel.title}: {fit}", x=_LEFT, y=top - 12, fill=panel.colour)
    for value in range(int(panel.low), int(panel.high) + 1, 20):
        y = float(panel.y(value, top))
        add(svg, "path", d=f"M{_LEFT:g} {y:.2f} H{_RIGHT:g}", stroke=GRID)
        add(svg, "text", f"{value}", x=_LEFT - 8, y=y + 4, text_anchor="end", fill=FAINT)
    for decade in range(_DECADES[0], _DECADES[1] + 1):
        x = float(_x(10.0**decade))
        add(svg, "path", d=f"M{x:.2f} {top:g} V{top + _PANEL:g}", stroke=GRID)
        name = f"{10.0 ** (decade - 6):g} million samples" if decade == _DECADES[1] else f"{10.0 ** (decade - 6):g}"
        add(svg, "text", name, x=x, y=top + _PANEL + 18, text_anchor="end" if "s" in name else "middle", fill=FAINT)
    y = float(panel.y(panel.wanted, top))
    add(svg, "path", d=f"M{_LEFT:g} {y:.2f} H{_RIGHT:g}", stroke=FAINT, stroke_dasharray="2 4")
    add(svg, "text", f"wanted: {panel.wanted:g}", x=_RIGHT - 4, y=y - 5, text_anchor="end", fill=FAINT)
    ahead = np.geomspace(samples[-1], 10.0 ** _DECADES[1], 50)
    add(svg, "path", d=_line(panel, fit, samples, top), stroke=panel.colour, stroke_width=1.5)
    add(svg, "path", d=_line(panel, fit, ahead, top), stroke=panel.colour, stroke_dasharray="5 4")
    for count, value in zip(samples, values, strict=True):
        x, y = float(_x(count)), float(panel.y(value, top))
        point = add(svg, "circle", r=5, fill=panel.colour, stroke=SHEET, cx=x, cy=y)
        add(point, "title", f"{count:,.0f} samples: {value:g}")


def _line(panel: Panel, fit: Fit, samples: Array, top: float) -> str:
    y = panel.y(fit.at(samples).clip(panel.low, panel.high), top)
    return "M" + " L".join(f"{a:.2f} {b:.2f}" for a, b in zip(_x(samples), y, strict=True))


def main() -> None:
    """Draw, and say when the curves would come to what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", type=Path, default=Path("docs/learning_curve.csv"))
    parser.add_argument("--out", type=Path, default=Path("docs/learning_curve.svg"))
    arguments = parser.parse_args()
    figures = read_figures(arguments.figures)
    with written_aside(arguments.out) as aside:
        aside.write_text(curve_svg(figures), encoding="utf-8")
    for panel in PANELS:
        fit = fitted(figures["samples"], figures[panel.column], panel.power)
        aim = np.log(panel.wanted) if panel.power else panel.wanted
        millions = np.exp((aim - fit.offset) / fit.slope) / 1e6
        print(f"{panel.title}: {fit}; {panel.wanted:g} after {millions:.1f} million samples")


if __name__ == "__main__":
    main()
