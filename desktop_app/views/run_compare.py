"""Runs beside each other: their held-out figures, and the settings in which they differ."""

from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop_app.session.run_curves import title, written
from desktop_app.session.runs import RunInfo, RunsPicture, differences
from desktop_app.views.run_list import duration
from desktop_app.views.theme import DARK, Theme


class RunCompare(QTreeWidget):
    """A column a run. Ctrl+C copies the table."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Runs compared")
        self.setRootIsDecorated(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._theme = DARK
        self._shown: tuple[object, ...] = ()
        self.rows: dict[str, list[str]] = {}
        """What is shown, by the first column."""

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme, self._shown = theme, ()

    def show_runs(self, picture: RunsPicture) -> None:
        """Draw anew where something has changed."""
        shown = (picture.chosen, picture.choice.step)
        if shown == self._shown:
            return
        self._shown, self.rows = shown, {}
        self.clear()
        runs = picture.chosen
        self.setHeaderLabels(["", *(info.name for info in runs)])
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(False)
        step = picture.choice.step
        self._group("Held-out people" + (", newest" if step is None else f", step {step}"), figures(runs, step))
        self._group("The run", _pace(runs))
        if len(runs) > 1:
            rows = [(name, list(values)) for name, values in differences(runs)]
            self._group("Settings that differ", rows or [("none", [])])
        else:
            self._group("Settings", [(name, [value]) for info in runs for name, value in info.config.items()])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Qt asks."""
        if event.matches(QKeySequence.StandardKey.Copy):
            lines = ["\t".join([name, *values]) for name, values in self.rows.items()]
            QGuiApplication.clipboard().setText("\n".join(lines))
        else:
            super().keyPressEvent(event)

    def _group(self, name: str, rows: list[tuple[str, list[str]]]) -> None:
        group = QTreeWidgetItem(self, [name])
        group.setForeground(0, QColor(self._theme.muted))
        group.setFirstColumnSpanned(True)
        group.setExpanded(True)
        for first, values in rows:
            self.rows[first] = values
            QTreeWidgetItem(group, [first, *values])


def figures(runs: tuple[RunInfo, ...], step: int | None) -> list[tuple[str, list[str]]]:
    """Of each run at a step, or its newest, and at its best."""
    names = sorted({name for info in runs for name in info.record.curves if name.startswith("held_out/")})
    rows = []
    for name in names:
        now = [info.record.last(name) if step is None else info.record.at(name, step) for info in runs]
        rows.append((title(name), [written(name, value) for value in now]))
        best = [float("nan") if (b := info.record.best) is None else info.record.at(name, b) for info in runs]
        rows.append((f"{title(name)}, at the best", [written(name, value) for value in best]))
    if names:
        rows.append(("Step of the best", ["–" if (b := info.record.best) is None else str(b) for info in runs]))
    return rows


def _pace(runs: tuple[RunInfo, ...]) -> list[tuple[str, list[str]]]:
    rows = [("State", [info.standing.phase for info in runs])]
    rows.append(("Steps", [f"{info.standing.step} of {info.standing.steps or '?'}" for info in runs]))
    rows += [
        (title(name), [written(name, info.record.last(name)) for info in runs])
        for name in ("loss/total", "run/images_per_s", "run/memory_mb")
    ]
    lefts = [info.standing.left_s if info.standing.live else None for info in runs]
    rows.append(("Time left", ["–" if left is None else duration(left) for left in lefts]))
    return rows
