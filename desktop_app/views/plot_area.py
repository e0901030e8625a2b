"""Curves over time under each other, one axis for each kind; the mouse moves the playhead."""

from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QBuffer, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem

from core_model.channels import Quantity
from desktop_app.session.curves import Curve, Curves
from desktop_app.views.seek_box import SeekBox
from desktop_app.views.theme import DARK, LIGHT, Theme

_AXIS_PX = 52
_PLOT_PX, _TIME_PX = 76, 24
"""Heights below which a plot, and the axis of time under all of them, cannot be read."""
_RAW_OPACITY = 0.55
_ZOOM = 0.6
_AHEAD = 0.15
"""When the playhead leaves what is in sight, it comes in again this share of the width from the edge."""


class _TimeAxis(pg.AxisItem):
    """Its unit is with the numbers: a line for it would cost as much height as half a small plot."""

    unit = ""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """pyqtgraph asks."""
        return [f"{value:g}{self.unit}" for value in np.round(values, 4)]


class _Lines:
    """What is drawn of one curve."""

    def __init__(self, plot: pg.PlotItem, curve: Curve, theme: Theme) -> None:
        colour = plot_colour(curve.channel.rgb, theme)
        pale = QColor(colour)
        pale.setAlphaF(_RAW_OPACITY)
        self._thick, self._pale = pg.mkPen(colour, width=2), pg.mkPen(pale, width=1)
        # what is out of sight is left out of drawings, too, where Qt does not cut it off
        self._raw, self._smooth = (pg.PlotDataItem(connect="finite", clipToView=True) for _ in range(2))
        self._dots = pg.ScatterPlotItem(pen=None, useCache=False)
        self._dot, self._diamond = pg.mkBrush(colour), pg.mkBrush(theme.warning)
        self._smooth.setPen(self._thick)
        for item in (self._raw, self._smooth, self._dots):
            plot.addItem(item)
        self.keep_pixels(True)

    def keep_pixels(self, on: bool) -> None:
        """With them a moving playhead costs a third; a drawing is made without them."""
        mode = QGraphicsItem.CacheMode.DeviceCoordinateCache if on else QGraphicsItem.CacheMode.NoCache
        for lines in (self._raw, self._smooth):
            lines.curve.setCacheMode(mode)

    def show(self, x: np.ndarray, curve: Curve, *, raw: bool) -> None:
        """Raw values are pale where smoothed ones are drawn over them."""
        raw = raw or curve.smooth is None
        self._raw.setVisible(raw)
        if raw:
            self._raw.setPen(self._thick if curve.smooth is None else self._pale)
            self._raw.setData(x, curve.raw, connect="finite")
        self._smooth.setVisible(curve.smooth is not None)
        if curve.smooth is not None:
            self._smooth.setData(x, curve.smooth, connect="finite")
        lone = np.flatnonzero(curve.lone)
        spots = [{"pos": (x[i], curve.raw[i]), "size": 5, "brush": self._dot} for i in lone.tolist()]
        spots += [
            {"pos": (x[int(i)], value), "size": 8, "brush": self._diamond, "symbol": "d"} for i, value in curve.edited
        ]
        self._dots.setData(spots)


class PlotArea(pg.GraphicsLayoutWidget):
    """Reports `sought(x)`, in the unit of the axis."""

    sought = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Plots")
        self.setToolTip(
            "Click or drag: go there. Wheel: zoom in time. Middle button or Shift+drag: move. Double-click: everything."
        )
        self.theme = DARK
        self.plots: list[pg.PlotItem] = []
        self._heads: list[pg.InfiniteLine] = []
        self._lines: list[_Lines] = []
        self._built: tuple[object, ...] = ()
        self._ends = (0.0, 0.0)

    def set_theme(self, theme: Theme) -> None:
        """Colours; the plots are built anew at the next drawing."""
        self.theme, self._built = theme, ()
        self.setBackground(theme.canvas)

    def show_curves(self, curves: Curves, *, raw: bool) -> None:
        """Draw all of them."""
        wanted = (tuple(curve.channel for curve in curves.curves), curves.x_label)
        ends = (float(curves.x[0]), float(curves.x[-1]) if len(curves.x) > 1 else float(curves.x[0]) + 1)
        if wanted != self._built:
            self._build(curves)
            self._built = wanted
            self._limit(ends, keep=ends == self._ends)
        elif ends != self._ends:
            self._limit(ends, keep=False)
        self._ends = ends
        for lines, curve in zip(self._lines, curves.curves, strict=True):
            lines.show(curves.x, curve, raw=raw)

    def show_playhead(self, x: float, *, follow: bool) -> None:
        """Where it is; `follow` keeps it in sight."""
        for line in self._heads:
            line.setPos(x)
        if follow and self.plots:
            low, high = self.seen
            if not low <= x <= high:
                start = x - _AHEAD * (high - low)
                self.plots[0].setXRange(start, start + high - low, padding=0)

    @property
    def seen(self) -> tuple[float, float]:
        """The part of the axis that is in sight."""
        low, high = self.plots[0].viewRange()[0] if self.plots else self._ends
        return float(low), float(high)

    def zoom(self, steps: int) -> None:
        """In (1) or out (-1), about the middle of what is seen."""
        if self.plots:
            low, high = self.seen
            half, middle = (high - low) / 2 * _ZOOM**steps, (low + high) / 2
            self.plots[0].setXRange(middle - half, middle + half, padding=0)

    def show_all(self) -> None:
        """From the first frame to the last."""
        if self.plots:
            self.plots[0].setXRange(*self._ends, padding=0)

    def save(self, path: Path) -> None:
        """As it is seen, to SVG, or to PNG with twice the pixels. Raises OSError."""
        for lines in self._lines:
            lines.keep_pixels(False)
        try:
            (self._save_drawing if path.suffix.lower() == ".svg" else self._save_picture)(path)
        finally:
            for lines in self._lines:
                lines.keep_pixels(True)

    def _save_picture(self, path: Path) -> None:
        image = QImage(2 * self.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self.render(painter)
        painter.end()
        if not image.save(str(path)):
            raise OSError("the folder is not there, or may not be written to")

    def _save_drawing(self, path: Path) -> None:
        drawn = QBuffer()
        drawing = QSvgGenerator()
        drawing.setOutputDevice(drawn)
        drawing.setTitle("PuppetPose")
        drawing.setSize(self.size())
        drawing.setViewBox(self.rect())
        drawing.setResolution(self.logicalDpiX())
        painter = QPainter(drawing)
        self.render(painter)
        painter.end()
        path.write_bytes(drawn.data().data())

    def _build(self, curves: Curves) -> None:
        """A plot for each kind of curve, on one axis of time."""
        seen = self.seen if self.plots else None
        self.clear()
        self.plots, self._heads, self._lines = [], [], []
        by_kind: dict[Quantity, pg.PlotItem] = {}
        for curve in curves.curves:
            kind = curve.channel.quantity
            if kind not in by_kind:
                by_kind[kind] = self._add_plot(kind)
            self._lines.append(_Lines(by_kind[kind], curve, self.theme))
        self.setMinimumHeight(_PLOT_PX * len(self.plots) + _TIME_PX)
        if self.plots:
            axis = self.plots[-1].getAxis("bottom")
            axis.unit = {"s": " s"}.get(curves.x_label, "")
            axis.setStyle(showValues=True)
            if seen:
                self.plots[0].setXRange(*seen, padding=0)

    def _add_plot(self, kind: Quantity) -> pg.PlotItem:
        box = SeekBox()
        box.sought.connect(self.sought)
        box.sigXRangeChanged.connect(self._share_range)
        axes = {"bottom": _TimeAxis()}
        plot = self.addPlot(row=len(self.plots), col=0, viewBox=box, enableMenu=False, axisItems=axes)
        plot.hideButtons()
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(self.theme.border)
            plot.getAxis(side).setTextPen(self.theme.text)
            plot.getAxis(side).enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.getAxis("bottom").setStyle(showValues=False)
        plot.setLabel("left", kind.unit or "confidence")
        line = pg.InfiniteLine(angle=90, pen=pg.mkPen(self.theme.text, width=1))
        plot.addItem(line, ignoreBounds=True)
        self.plots.append(plot)
        self._heads.append(line)
        return plot

    def _share_range(self, _: object, seen: tuple[float, float]) -> None:
        """One axis of time for all: pyqtgraph's links shift it by where the plots stand."""
        for plot in self.plots:
            if tuple(plot.viewRange()[0]) != tuple(seen):
                plot.setXRange(*seen, padding=0)

    def _limit(self, ends: tuple[float, float], *, keep: bool) -> None:
        """Nobody gets lost beside the clip."""
        for plot in self.plots:
            plot.setLimits(xMin=ends[0], xMax=ends[1])
        if self.plots and not keep:
            self.plots[0].setXRange(*ends, padding=0)


def plot_colour(rgb: tuple[int, int, int], theme: Theme) -> QColor:
    """The skeleton's colour, darker where the ground is light."""
    colour = QColor(*rgb)
    return colour.darker(150) if theme is LIGHT else colour
