"""Whether a confidence means what it says, as a picture: an SVG that every browser shows, on a sheet of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from core_model.errors import PuppetPoseError
from core_model.export.folder import written_aside
from core_model.export.svg import FAINT, GRID, SHEET, Element, add, sheet

Results = Mapping[str, Any]
SIZE_PX = (640, 720)
_LEFT, _WIDTH = 70.0, 540.0
_SERIES = (("Photographs", ("photographs", "given_box"), "#c2410c"), ("Rendered people", ("rendered",), "#1d4ed8"))
_BARS_FILL = 0.8  # of a bin's width


@dataclass(frozen=True, slots=True)
class Series:
    """What `core_model.evaluation.reliability.reliability` found on one set of joints."""

    name: str
    colour: str
    calibration_error: float  # percentage points
    bins: list[dict[str, float]]

    @property
    def joints(self) -> int:
        """How many were counted."""
        return int(sum(row["count"] for row in self.bins))


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the picture with percents along it and up it."""

    top: float
    height: float
    most: float = 100.0  # percent at its upper edge

    def x(self, percent: float) -> float:
        """Pixels from the left."""
        return _LEFT + _WIDTH * percent / 100

    def y(self, percent: float) -> float:
        """Pixels from the top."""
        return self.top + self.height * (1 - percent / self.most)


def series_of(results: Results) -> list[Series]:
    """What can be plotted of the results of `core_model.evaluation.benchmark.run`."""
    found = []
    for name, keys, colour in _SERIES:
        figures: Any = results
        for key in (*keys, "reliability"):
            figures = figures.get(key, {})
        if figures.get("bins"):
            found.append(Series(name, colour, figures["calibration_error"], figures["bins"]))
    return found


def reliability_svg(series: list[Series]) -> str:
    """Of the joints called so sure, how many are right (on the diagonal: as many as called), and how many there are."""
    width, height = SIZE_PX
    svg = sheet(width, height, "Reliability of the confidence")
    for i, one in enumerate(series):
        _legend(svg, one, 28 + 20 * i)
    curves = Panel(top=70, height=400)
    _axes(svg, curves, 20, "right, %")
    add(svg, "path", d=_path(curves, [(0, 0), (100, 100)]), stroke=FAINT, stroke_dasharray="5 4")
    for one in series:
        _curve(svg, curves, one)
    largest = max((100 * row["count"] / one.joints for one in series for row in one.bins), default=10)
    counts = Panel(top=515, height=145, most=min(100, 20 * (1 + largest // 20)))
    _axes(svg, counts, 20, "of all joints, %")
    for i, one in enumerate(series):
        _bars(svg, counts, one, i, len(series))
    add(svg, "text", "called sure, %", x=_LEFT + _WIDTH / 2, y=height - 14, text_anchor="middle")
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def write_reliability(path: Path, results: Results) -> None:
    """Write the plot of a benchmark's results. Raises OutputError, and PuppetPoseError where there is none in them."""
    if not (series := series_of(results)):
        raise PuppetPoseError("These figures say nothing of the confidence.", "Measure photographs or rendered people.")
    with written_aside(path) as aside:
        aside.write_text(reliability_svg(series), encoding="utf-8")


def _legend(svg: Element, one: Series, y: float) -> None:
    add(svg, "circle", cx=_LEFT + 6, cy=y - 4, r=5, fill=one.colour)
    text = f"{one.name}: {one.joints:,} joints, calibration error {one.calibration_error:.1f} %"
    add(svg, "text", text, x=_LEFT + 18, y=y)


def _axes(svg: Element, panel: Panel, step: int, title: str) -> None:
    """Grid and percents."""
    for percent in range(0, int(panel.most) + 1, step):
        add(svg, "path", d=_path(panel, [(0, percent), (100, percent)]), stroke=GRID)
        add(svg, "text", f"{percent}", x=_LEFT - 8, y=panel.y(percent) + 4, text_anchor="end", fill=FAINT)
    for percent in range(0, 101, 20):
        add(svg, "path", d=_path(panel, [(percent, 0), (percent, panel.most)]), stroke=GRID)
        add(svg, "text", f"{percent}", x=panel.x(percent), y=panel.y(0) + 18, text_anchor="middle", fill=FAINT)
    y = panel.top + panel.height / 2
    add(svg, "text", title, x=22, y=y, text_anchor="middle", transform=f"rotate(-90 22 {y:g})")


def _curve(svg: Element, panel: Panel, one: Series) -> None:
    """A point for each bin; the more joints it stands for, the larger."""
    points = [(row["confidence"], row["right"]) for row in one.bins]
    add(svg, "path", d=_path(panel, points), stroke=one.colour, stroke_width=1.5)
    for (called, right), row in zip(points, one.bins, strict=True):
        radius = 3 + 9 * (row["count"] / one.joints) ** 0.5
        point = add(svg, "circle", cx=panel.x(called), cy=panel.y(right), r=radius, fill=one.colour)
        point.set("stroke", SHEET)
        add(point, "title", f"{one.name}: of {row['count']} joints called {called:.0f} % sure {right:.0f} % are right")


def _bars(svg: Element, panel: Panel, one: Series, place: int, places: int) -> None:
    """A bar for each bin, beside those of the other series, its count over it."""
    for row in one.bins:
        low, wide = panel.x(100 * row["low"]), panel.x(100 * row["high"]) - panel.x(100 * row["low"])
        bar = _BARS_FILL * wide / places
        left = low + (1 - _BARS_FILL) * wide / 2 + place * bar
        top = panel.y(100 * row["count"] / one.joints)
        add(svg, "rect", x=left, y=top, width=bar, height=panel.y(0) - top, fill=one.colour, fill_opacity=0.75)
        add(svg, "text", _short(row["count"]), x=left + bar / 2, y=top - 3, text_anchor="middle", font_size=9)


def _short(count: float) -> str:
    """
    >>> _short(654), _short(1105), _short(21_480)
    ('654', '1.1k', '21k')
    """
    if count < 1000:
        return f"{count:.0f}"
    return f"{count / 1000:.1f}k" if count < 9950 else f"{count / 1000:.0f}k"


def _path(panel: Panel, points: list[tuple[float, float]]) -> str:
    """The line through points (percent along, percent up)."""
    return "M" + " L".join(f"{panel.x(x):.2f} {panel.y(y):.2f}" for x, y in points)
