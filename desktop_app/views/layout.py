"""Where the docks stand, and how that is remembered."""

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_VERSION = 6
"""Grows when docks are added or renamed: an older remembered layout is then not restored."""
_TABS = (
    ("Parts", "Appearance"), ("Appearance", "Adapt"), ("Adapt", "Plots"), ("Pose", "Recombine"),
    ("Recombine", "Clips"), ("Synthesis", "Training"),
)  # fmt: skip
_CALLED = ("Log", "Training")
"""They come when they are called."""
_Edge = Qt.DockWidgetArea


class DockLayout:
    """Pictures on the left, sliders on the right, the timeline below; log and training come when they are called."""

    def __init__(self, window: QMainWindow, panes: dict[str, QWidget], settings: QSettings) -> None:
        self._window, self._settings = window, settings
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomRightCorner, _Edge.RightDockWidgetArea)
        self.docks = {title: self._dock(title, pane) for title, pane in panes.items()}

    def _dock(self, title: str, pane: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title.lower())
        dock.setWidget(pane)
        if title == "Timeline":
            dock.setTitleBarWidget(QWidget())  # it says itself what it is
        return dock

    def arrange(self) -> None:
        """The layout of the first day."""
        docks, window = self.docks, self._window
        for dock in docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(_Edge.LeftDockWidgetArea, docks["Frame"])
        window.splitDockWidget(docks["Frame"], docks["Synthesis"], Qt.Orientation.Horizontal)
        window.splitDockWidget(docks["Frame"], docks["3D"], Qt.Orientation.Vertical)
        window.splitDockWidget(docks["Synthesis"], docks["Parts"], Qt.Orientation.Vertical)
        window.addDockWidget(_Edge.RightDockWidgetArea, docks["Pose"])
        window.splitDockWidget(docks["Pose"], docks["Camera"], Qt.Orientation.Vertical)
        window.addDockWidget(_Edge.BottomDockWidgetArea, docks["Timeline"])
        window.splitDockWidget(docks["Timeline"], docks["Log"], Qt.Orientation.Vertical)
        for front, behind in _TABS:
            window.tabifyDockWidget(docks[front], docks[behind])
        for name, dock in docks.items():
            dock.setVisible(name not in _CALLED)
        for front in ("Parts", "Pose"):
            docks[front].raise_()
        self._proportions()

    def call(self, name: str) -> None:
        """Bring a dock to the front; where it is there already, put it away."""
        dock = self.docks[name]
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
            return
        dock.show()
        dock.raise_()
        dock.widget().setFocus()

    def _proportions(self) -> None:
        docks, window = self.docks, self._window
        width, height = window.width(), window.height()
        side = max(330, round(width * 0.25))
        row = (width - side) // 2
        window.resizeDocks([docks["Frame"], docks["Synthesis"], docks["Pose"]], [row, row, side], _Horizontal)
        bars = 154 + self.docks["Timeline"].widget().sizeHint().height()
        lower = round((height - bars) * 0.43)
        window.resizeDocks([docks["Frame"], docks["3D"]], [height - bars - lower, lower], _Vertical)
        window.resizeDocks([docks["Synthesis"], docks["Parts"]], [height - bars - lower, lower], _Vertical)
        window.resizeDocks([docks["Pose"], docks["Camera"]], [height - bars - 90, 170], _Vertical)
        window.resizeDocks([docks["Timeline"]], [bars - 154], _Vertical)

    def restore(self) -> bool:
        """The layout of the last time, if there is one."""
        geometry, state = self._settings.value("window/geometry"), self._settings.value("window/state")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return False
        return bool(self._window.restoreGeometry(geometry)) and self._window.restoreState(state, _VERSION)

    def save(self) -> None:
        """Remember it."""
        self._settings.setValue("window/geometry", self._window.saveGeometry())
        self._settings.setValue("window/state", self._window.saveState(_VERSION))


_Horizontal, _Vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
