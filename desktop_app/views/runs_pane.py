"""Training runs, watched and compared; a run's checkpoint is taken into use from here."""

from pathlib import Path
from time import monotonic

from PySide6.QtCore import QDateTime, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.session.resolve import Picture
from desktop_app.session.run_curves import title, written
from desktop_app.session.runs import RunsPicture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands
from desktop_app.views.pane import Pane, button, chip, sentence, tool
from desktop_app.views.run_compare import RunCompare
from desktop_app.views.run_controls import RunControls
from desktop_app.views.run_list import CurveList, RunList
from desktop_app.views.run_pictures import RunPictures
from desktop_app.views.run_plots import RunPlots, pen_of
from desktop_app.views.run_use import UseStrip
from desktop_app.views.theme import DARK, Theme, icon
from desktop_app.views.value_row import ValueRow

_EVERY_S = 0.3
"""Everything is drawn anew no more often than this."""
_EMPTY = (
    "No training runs yet.\n\nBegin one: Train > New Run (Ctrl+Shift+T). Or add the folder of a run, or of several, "
    "that `puppetpose train` writes: it shows here while it goes on, wherever it was started."
)
_MOST_NAMED = 14
_LEAST_PX = QSize(440, 280)
_ROOMY_PX = QSize(700, 520)
"""From this size on runs, curves and pictures are seen at once; below, each has a tab."""


class RunsPane(Pane):
    """A list beside curves, pictures, a comparison and the log of what is selected in it."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._runs = session.runs
        self._theme, self._shown = DARK, RunsPicture()
        self._hover: int | None = None
        self._drawn_s = 0.0
        self.use = UseStrip(session, commands)
        self.controls = RunControls(commands.training)
        self.column.addWidget(self.controls)
        self.column.addWidget(self.use)
        self.hint = sentence(_EMPTY)
        self.add_first = button("Add a run...", "The folder of a training run, or one of several", self._ask_add)
        self.body = QSplitter(childrenCollapsible=False)
        self.lists = self._left()
        self.body.addWidget(self._right())
        self._roomy: bool | None = None
        self.setMinimumSize(_LEAST_PX)
        self._arrange(roomy=False)
        self.column.addStretch(1)
        self.column.addWidget(self.hint)
        self.column.addWidget(self.add_first, 0, Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self.body, 1000)
        self.column.addStretch(1)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw)

    def _left(self) -> QWidget:
        """Runs over curves."""
        self.list, self.curves = RunList(), CurveList()
        self.list.chosen.connect(lambda folders: self._runs.show(selected=folders))
        self.curves.chosen.connect(self._runs.plot)
        self._tools = {
            "plus": tool("Add the folder of a run, or one of several", self._ask_add, "Add..."),
            "minus": tool("Take the selected runs off this list; their files stay", self._forget, "Remove"),
        }
        row = QHBoxLayout()
        row.setContentsMargins(4, 3, 4, 3)
        for widget in self._tools.values():
            widget.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            row.addWidget(widget)
        row.addStretch(1)
        lists = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        lists.addWidget(self.list)
        lists.addWidget(self.curves)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(lists, 1)
        return left

    def _right(self) -> QTabWidget:
        """What is selected: curves over pictures, the comparison, the log."""
        self.plots, self.pictures, self.compare, self.log = RunPlots(), RunPictures(), RunCompare(), QPlainTextEdit()
        self.plots.sought.connect(lambda step: self._runs.show(step=max(round(step), 0)))
        self.plots.hovered.connect(self._hovered)
        self.pictures.sought.connect(lambda step: self._runs.show(step=step))
        self.log.setReadOnly(True)
        self.log.setAccessibleName("What the run told")
        curves = QWidget()
        column = QVBoxLayout(curves)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._switches())
        self.legend = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.legend.setAccessibleName("Values at the step under the mouse")
        self.legend.setContentsMargins(8, 3, 8, 2)
        self.legend.setMinimumWidth(1)
        column.addWidget(self.legend)
        column.addWidget(_scrolling(self.plots), 1)
        self.progress = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.progress.addWidget(curves)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.tabBar().setDrawBase(False)
        for name, widget in (("Progress", self.progress), ("Compare", self.compare), ("Log", self.log)):
            self.tabs.addTab(widget, name)
        self.tabs.currentChanged.connect(lambda _: self._draw())
        return self.tabs

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Qt tells."""
        super().resizeEvent(event)
        self._arrange(roomy=event.size().expandedTo(_ROOMY_PX) == event.size())

    def _arrange(self, *, roomy: bool) -> None:
        """Runs beside curves over pictures, or a tab each."""
        if roomy == self._roomy:
            return
        self._roomy, front = roomy, self.tabs.currentWidget()
        if roomy:
            self.body.insertWidget(0, self.lists)
            self.progress.addWidget(self.pictures)
            self.body.setStretchFactor(1, 1)
            self.body.setSizes([250, 700])
            self.progress.setSizes([420, 400])
        else:
            self.tabs.insertTab(0, self.lists, "Runs")
            self.tabs.insertTab(2, self.pictures, "Pictures")
        for part in (self.lists, self.pictures):
            part.setVisible(roomy)
        in_tab = self.tabs.indexOf(front) >= 0
        self.tabs.setCurrentWidget(front if in_tab else self.progress)

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(6, 3, 6, 0)
        self.logarithmic = chip("Log scale", "Losses on a logarithmic scale", lambda on: self._runs.show(log=on))
        self.smoothing = ValueRow("Smoothing", 0, 0.99, suffix="", decimals=2, step=0.01)
        self.smoothing.label.setFixedWidth(66)
        self.smoothing.label.setToolTip("Moving average: how much the past counts. 0: none. Double-click resets.")
        self.smoothing.slider.setToolTip("A value counts so many times as much as the next one; raw curves stay pale.")
        self.smoothing.undo.setToolTip("The usual smoothing")
        self.smoothing.changed.connect(lambda value, _: self._runs.show(smoothing=value))
        self.smoothing.reset.connect(lambda: self._runs.show(smoothing=0.9))
        row.addWidget(self.logarithmic)
        row.addWidget(self.smoothing, 1)
        zooms = {
            "magnify-plus-outline": tool("Zoom in (steps)", lambda: self.plots.zoom(1)),
            "magnify-minus-outline": tool("Zoom out (steps)", lambda: self.plots.zoom(-1)),
            "arrow-expand-horizontal": tool("All steps", lambda: self.plots.show_all()),
        }
        for widget in zooms.values():
            row.addWidget(widget)
        self._tools |= zooms
        return row

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme, self._shown = theme, RunsPicture()
        for part in (self.plots, self.pictures, self.compare):
            part.set_theme(theme)

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        for name, widget in self._tools.items():
            widget.setIcon(icon(name, theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed, now or, when that was only just done, a little later."""
        self.use.show_picture(picture)
        training = picture.training
        one = training.chosen[0] if len(training.chosen) == 1 else None
        self.controls.show_run(one)
        self.hint.setVisible(not training.runs)
        self.add_first.setVisible(not training.runs)
        self.body.setVisible(bool(training.runs))
        if training is self._shown or not training.choice.in_sight:
            return
        hurried = training.choice != self._shown.choice
        self._shown = training
        soon_s = self._drawn_s + _EVERY_S - monotonic()
        if soon_s > 0 and not hurried:
            self._later.start(round(soon_s * 1e3) + 1)
        else:
            self._draw()

    def _draw(self) -> None:
        """What is on the tab in front."""
        training, self._drawn_s = self._shown, monotonic()
        self.list.show_runs(training.runs, training.choice.selected)
        self.curves.show_names(training.names, training.choice.curves)
        if self.tabs.currentWidget() is self.compare:
            self.compare.show_runs(training)
        elif self.tabs.currentWidget() is self.log:
            self._draw_log(training)
        else:
            self.logarithmic.setChecked(training.choice.log)
            smoothing = training.choice.smoothing
            self.smoothing.show_value(smoothing, predicted=0.9, edited=smoothing != 0.9)
            self.plots.show_runs(training)
            self.pictures.show_runs(training)
            self._draw_legend()

    def _draw_log(self, training: RunsPicture) -> None:
        lines = sorted(
            (note.at_s, f"{info.name}  " if len(training.chosen) > 1 else "", note.text)
            for info in training.chosen
            for note in info.record.notes
        )
        text = "\n".join(f"{_clock(at_s)}  {name}{words}" for at_s, name, words in lines)
        if text != self.log.toPlainText():
            bar = self.log.verticalScrollBar()
            at_end = bar.value() >= bar.maximum()
            self.log.setPlainText(text)
            if at_end:
                bar.setValue(bar.maximum())

    def _hovered(self, step: float) -> None:
        self._hover = None if step < 0 else round(step)
        self._draw_legend()

    def _draw_legend(self) -> None:
        """Every curve with its value under the mouse, else at the chosen step, else its newest."""
        training = self._shown
        step = self._hover if self._hover is not None else training.choice.step
        several = training.chosen if len(training.chosen) > 1 else ()  # of a single one the controls say it
        words = [f"<i>{info.name}: {info.standing.message}</i>" for info in several if info.standing.message]
        words += [f"<b>step {step}</b>"] if step is not None else []
        for drawn in training.drawn[:_MOST_NAMED]:
            info, (colour, _) = training.chosen[drawn.run], pen_of(drawn, training, self._theme)
            value = info.record.last(drawn.name) if step is None else info.record.at(drawn.name, step)
            value *= 100 if drawn.name == "run/data_wait" else 1
            name = f"{info.name}: {title(drawn.name)}" if len(training.chosen) > 1 else title(drawn.name)
            text = f"{name} <b>{written(drawn.name, value)}</b>".replace(" ", "&nbsp;").replace("-", "&#8209;")
            words.append(f"<font color='{colour.name()}'>■</font>&nbsp;{text}")
        more = len(training.drawn) - _MOST_NAMED
        self.legend.setText("&nbsp;&nbsp; ".join([*words, *([f"and {more} more"] if more > 0 else [])]))

    def _ask_add(self) -> None:
        start = str(self._runs.folders[-1].parent) if self._runs.folders else str(Path.home())
        if folder := dialogs.choose_folder(self, start, "Choose the folder of a run, or one of several"):
            self.use.add(folder)

    def _forget(self) -> None:
        self._runs.forget(self._runs.choice.selected)


def _scrolling(plots: QWidget) -> QScrollArea:
    """Plots that cannot be read where there is no room for all of them are scrolled to."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(plots)
    return area


def _clock(at_s: float) -> str:
    return QDateTime.fromSecsSinceEpoch(int(at_s)).toString("yyyy-MM-dd HH:mm:ss")
