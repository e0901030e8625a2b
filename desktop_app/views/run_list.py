"""The training runs that are watched, and the curves there are to choose from."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop_app.session.run_curves import GROUPS, title
from desktop_app.session.runs import RunInfo, Standing
from desktop_app.views.pane import keep_list_keys

_DATA = Qt.ItemDataRole.UserRole


class RunList(QTreeWidget):
    """Reports `chosen(folders)`. Several can be selected, to be compared."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Training runs")
        self.setHeaderLabels(["Run", "State", "Step", "Left", "Images/s"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setToolTip("Ctrl+click: several, to compare them. Order of time: the newest is the last.")
        keep_list_keys(self)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setMinimumWidth(120)
        self._showing = False
        self._items: list[QTreeWidgetItem] = []
        self._folders: list[Path] = []
        self.itemSelectionChanged.connect(self._selected)

    def show_runs(self, runs: tuple[RunInfo, ...], selected: tuple[Path, ...]) -> None:
        """Draw what has changed."""
        self._showing = True
        if (folders := [info.folder for info in runs]) != self._folders:
            self.clear()
            self._folders, self._items = folders, [QTreeWidgetItem(self) for _ in folders]
            for item, folder in zip(self._items, folders, strict=True):
                item.setToolTip(0, str(folder))
        wanted = frozenset(selected)
        for item, info in zip(self._items, runs, strict=True):
            for column, text in enumerate((info.name, *cells(info.standing))):
                if item.text(column) != text:
                    item.setText(column, text)
            for column in range(1, 5):
                item.setToolTip(column, info.standing.message)
            if item.isSelected() != (info.folder in wanted):
                item.setSelected(info.folder in wanted)
            if selected[:1] == (info.folder,) and self.currentItem() is None:
                self.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._showing = False

    def _selected(self) -> None:
        if not self._showing:
            pairs = zip(self._items, self._folders, strict=True)
            self.chosen.emit(tuple(folder for item, folder in pairs if item.isSelected()))


def cells(standing: Standing) -> tuple[str, str, str, str]:
    """State, step, time left, rate."""
    steps = f"{standing.step}/{standing.steps}" if standing.steps else str(standing.step or "")
    rate = f"{standing.images_per_s:.1f}" if standing.live and standing.images_per_s > 0 else ""
    left = duration(standing.left_s) if standing.live and standing.left_s is not None else ""
    return standing.phase, steps, left, rate


def duration(seconds: float) -> str:
    """Hours, minutes, seconds.

    >>> duration(3725.4)
    '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


class CurveList(QTreeWidget):
    """Reports `chosen(name, on)`."""

    chosen = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What to plot of a run")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(12)
        keep_list_keys(self)
        self.items: dict[str, QTreeWidgetItem] = {}
        self.itemChanged.connect(self._changed)

    def show_names(self, names: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        """Those that runs have told of, and those that are plotted."""
        self.blockSignals(True)
        if frozenset(names) != self.items.keys():
            self._fill(names)
        for name, item in self.items.items():
            state = Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked
            if item.checkState(0) != state:
                item.setCheckState(0, state)
        self.blockSignals(False)

    def _fill(self, names: tuple[str, ...]) -> None:
        self.clear()
        self.items = {}
        for group, words in GROUPS.items():
            inside = sorted(name for name in names if name.startswith(f"{group}/"))
            if inside:
                parent = QTreeWidgetItem(self, [words])
                parent.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                parent.setExpanded(True)
                for name in inside:
                    item = self.items[name] = QTreeWidgetItem(parent, [title(name)])
                    item.setData(0, _DATA, name)
                    item.setToolTip(0, f"In TensorBoard: {name}")
                    item.setCheckState(0, Qt.CheckState.Unchecked)

    def _changed(self, item: QTreeWidgetItem) -> None:
        if name := item.data(0, _DATA):
            self.chosen.emit(name, item.checkState(0) is Qt.CheckState.Checked)
