"""Curves of training runs: losses in one plot, every other figure in one of its own, on a common axis of steps."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor

from core_model.run_record import Record
from desktop_app.session.run_curves import Drawn, axis, title, unit
from desktop_app.session.runs import RunsPicture
from desktop_app.views.seek_box import SeekBox
from desktop_app.views.theme import DARK, LIGHT, Theme

_COLOURS = (
    "#4c9bf5", "#f2a03d", "#5fc48a", "#e56b8c", "#b184f2", "#45c4c9", "#c9b23a", "#ef7a5a", "#8fa3bf", "#9fd356",
)  # fmt: skip
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_AXIS_PX, _PLOT_PX, _STEPS_PX = 62, 96, 46
_TICK_PX = 18
_PALE = 0.4


def colour_of(place: int, theme: Theme) -> QColor:
    """Of the runs, or of the curves where there is one run."""
    colour = QColor(_COLOURS[place % len(_COLOURS)])
    return colour.darker(135) if theme is LIGHT else colour


def pen_of(drawn: Drawn, picture: RunsPicture, theme: Theme) -> tuple[QColor, Qt.PenStyle]:
    """One run: a colour a curve. Several: a colour a run, and dashes tell the losses apart."""
    names = picture.choice.curves
    place = names.index(drawn.name) if drawn.name in names else 0
    if len(picture.chosen) < 2:
        return colour_of(place, theme), Qt.PenStyle.SolidLine
    losses = [name for name in names if axis(name) == axis(drawn.name)]
    return colour_of(drawn.run, theme), _DASHES[losses.index(drawn.name) % len(_DASHES)]


@dataclass(frozen=True, eq=False, slots=True)
class _Lines:
    """What is drawn of one curve."""

    faint: pg.PlotDataItem
    thick: pg.PlotDataItem
    alone: pg.ScatterPlotItem  # points without neighbours, which no line would show


class _ValueAxis(pg.AxisItem):
    """On a logarithmic scale as many round values as there is room for."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float | None, list[float]]]:  # noqa: N802
        """pyqtgraph asks."""
        if not self.logMode:
            return super().tickValues(low, high, size)
        ticks: list[float] = []
        for round_values in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 5), (1, 3), (1,)):
            decades = np.arange(np.floor(low), np.ceil(high) + 1)
            values = (decades[:, None] + np.log10(round_values)).ravel()
            ticks = values[(values >= low) & (values <= high)].tolist()
            if len(ticks) <= max(size / _TICK_PX, 2):
                break
        return [(1.0, ticks)]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """pyqtgraph asks."""
        return [f"{10**value:.3g}" for value in values]


class RunPlots(pg.GraphicsLayoutWidget):
    """Reports `sought(step)`, and `hovered(step)`, -1 where the mouse has left."""

    sought = Signal(float)
    hovered = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Training curves")
        self.setToolTip(
            "Click or drag: pictures and figures of that step. Wheel: zoom in. Middle button or Shift+drag: move. "
            "Double-click: everything. Amber ticks: checkpoints; dotted line: the best one."
        )
        self.theme = DARK
        self.plots: dict[str, pg.PlotItem] = {}
        self.lines: dict[tuple[int, str], _Lines] = {}
        self._heads: list[pg.InfiniteLine] = []
        self._marks: list[pg.VTickGroup] = []
        self._best: list[pg.InfiniteLine] = []
        self._built: object = None
        self._end = 0.0
        self.scene().sigMouseMoved.connect(self._moved)

    def set_theme(self, theme: Theme) -> None:
        """Colours; the plots are built anew at the next drawing."""
        self.theme, self._built = theme, None
        self.setBackground(theme.canvas)

    def show_runs(self, picture: RunsPicture) -> None:
        """Draw all that is chosen."""
        keys = tuple((drawn.run, drawn.name) for drawn in picture.drawn)
        built = (keys, picture.choice.curves, len(picture.chosen), picture.choice.log)
        if built != self._built:
            self._build(picture)
            self._built = built
        end = max((float(drawn.steps[-1]) for drawn in picture.drawn if len(drawn.steps)), default=1.0)
        self._stretch(max(end, 1.0))
        for drawn in picture.drawn:
            self._draw(drawn)
        record = picture.chosen[0].record if len(picture.chosen) == 1 else Record()
        for mark, best in zip(self._marks, self._best, strict=True):
            mark.setXVals(list(record.saved))
            best.setVisible(record.best is not None)
            best.setPos(record.best or 0)
        self.show_step(picture)

    def show_step(self, picture: RunsPicture) -> None:
        """Where pictures and figures are taken from."""
        for line in self._heads:
            line.setVisible(picture.choice.step is not None)
            line.setPos(picture.choice.step or 0)

    def show_all(self) -> None:
        """From the first step to the last."""
        for plot in self.plots.values():
            plot.setXRange(0, self._end, padding=0)

    def zoom(self, steps: int) -> None:
        """In (1) or out (-1), about the middle of what is seen."""
        for plot in list(self.plots.values())[:1]:
            low, high = plot.viewRange()[0]
            half, middle = (high - low) / 2 * 0.6**steps, (low + high) / 2
            plot.setXRange(middle - half, middle + half, padding=0)

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Qt asks."""
        self.hovered.emit(-1.0)
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _moved(self, position: object) -> None:
        for plot in self.plots.values():
            if plot.sceneBoundingRect().contains(position):  # type: ignore[arg-type]
                self.hovered.emit(max(plot.vb.mapSceneToView(position).x(), 0.0))
                return

    def _stretch(self, end: float) -> None:
        """A run that goes on makes the axis longer; who has zoomed in stays there."""
        if end == self._end:
            return
        for plot in self.plots.values():
            everything = plot.viewRange()[0][1] >= self._end * 0.999
            plot.setLimits(xMin=0, xMax=end)
            if everything:
                plot.setXRange(0, end, padding=0)
        self._end = end

    def _draw(self, drawn: Drawn) -> None:
        lines = self.lines[(drawn.run, drawn.name)]
        main = drawn.raw if drawn.smooth is None else drawn.smooth
        lines.thick.setData(drawn.steps, main, connect="finite")
        lines.faint.setVisible(drawn.smooth is not None)
        if drawn.smooth is not None:
            lines.faint.setData(drawn.steps, drawn.raw, connect="finite")
        known = np.isfinite(main)
        left, right = np.append(False, known[:-1]), np.append(known[1:], False)
        alone = known & ~left & ~right
        if axis(drawn.name).startswith("held_out/"):
            alone = known  # few, and each was measured
        shown = np.log10(main[alone]) if self._log(drawn.name) else main[alone]
        lines.alone.setData(drawn.steps[alone], shown)

    def _log(self, name: str) -> bool:
        plot = self.plots[axis(name)]
        return bool(plot.ctrl.logYCheck.isChecked())

    def _build(self, picture: RunsPicture) -> None:
        """A plot for each kind of curve."""
        seen = next(iter(self.plots.values())).viewRange()[0] if self.plots else None
        self.clear()
        self.plots, self.lines, self._heads, self._marks, self._best = {}, {}, [], [], []
        for drawn in picture.drawn:
            if axis(drawn.name) not in self.plots:
                self._add_plot(drawn.name, log=picture.choice.log and axis(drawn.name) == "loss")
            colour, dash = pen_of(drawn, picture, self.theme)
            self.lines[(drawn.run, drawn.name)] = self._add_lines(self.plots[axis(drawn.name)], colour, dash)
        self.setMinimumHeight(_PLOT_PX * len(self.plots) + _STEPS_PX)
        for plot in list(self.plots.values())[-1:]:
            plot.getAxis("bottom").setStyle(showValues=True)
            plot.setLabel("bottom", "step")
        if seen and self._end and tuple(seen) != (0.0, self._end):
            for plot in self.plots.values():
                plot.setLimits(xMin=0, xMax=self._end)
                plot.setXRange(*seen, padding=0)
        else:
            self._end = 0.0

    def _add_lines(self, plot: pg.PlotItem, colour: QColor, dash: Qt.PenStyle) -> _Lines:
        pale = QColor(colour)
        pale.setAlphaF(_PALE)
        faint, thick = (
            pg.PlotDataItem(connect="finite", autoDownsampleFactor=1.0, pen=pen)
            for pen in (pg.mkPen(pale, width=1), pg.mkPen(colour, width=2, style=dash))
        )
        alone = pg.ScatterPlotItem(pen=None, brush=pg.mkBrush(colour), size=5)
        for item in (faint, thick, alone):
            plot.addItem(item)
        return _Lines(faint, thick, alone)

    def _add_plot(self, name: str, *, log: bool) -> None:
        box = SeekBox()
        box.sought.connect(self.sought)
        box.sigXRangeChanged.connect(self._share_range)
        plot = self.addPlot(row=len(self.plots), col=0, viewBox=box, enableMenu=False, axisItems={"left": _ValueAxis()})
        plot.hideButtons()
        plot.setDownsampling(auto=True, mode="peak")  # the plot's settings overrule those of its curves
        plot.setClipToView(True)
        for side in ("left", "bottom"):
            shown: pg.AxisItem = plot.getAxis(side)
            shown.setPen(self.theme.border)
            shown.setTextPen(self.theme.text)
            shown.enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.getAxis("bottom").setStyle(showValues=False)
        plot.setLabel("left", "loss" if axis(name) == "loss" else unit(name) or title(name).lower())
        plot.setLogMode(x=False, y=log)
        head = pg.InfiniteLine(angle=90, pen=pg.mkPen(self.theme.text, width=1))
        plot.addItem(head, ignoreBounds=True)
        marks = pg.VTickGroup([], yrange=[0, 0.07], pen=pg.mkPen(self.theme.warning, width=1))
        best = pg.InfiniteLine(angle=90, pen=pg.mkPen(self.theme.warning, width=1, style=Qt.PenStyle.DotLine))
        for item in (marks, best):
            plot.addItem(item, ignoreBounds=True)
        self._best.append(best)
        self._heads.append(head)
        self._marks.append(marks)
        self.plots[axis(name)] = plot

    def _share_range(self, _: object, seen: tuple[float, float]) -> None:
        """One axis of steps for all."""
        for plot in self.plots.values():
            if tuple(plot.viewRange()[0]) != tuple(seen):
                plot.setXRange(*seen, padding=0)
