"""The inside of a plot over time: the mouse seeks, zooms and moves."""

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal


class SeekBox(pg.ViewBox):
    """Left: seek. Wheel: zoom in time. Middle, or Shift and left: move. Double-click: everything."""

    sought = Signal(float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self.enableAutoRange(y=True, x=False)
        self.setAutoVisible(y=True)

    def mouseDragEvent(self, event, axis=None) -> None:  # type: ignore[no-untyped-def]  # noqa: N802
        """pyqtgraph asks."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.accept()
            self.sought.emit(self.mapToView(event.pos()).x())
        else:
            super().mouseDragEvent(event, axis)

    def mouseClickEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: N802
        """pyqtgraph asks."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.double():
            self.setXRange(*self.state["limits"]["xLimits"], padding=0)
        else:
            self.sought.emit(self.mapToView(event.pos()).x())
