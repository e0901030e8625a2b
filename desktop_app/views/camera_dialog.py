"""Which camera to open."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from desktop_app.views.pane import caption


class Offered(Protocol):
    """A camera that was found."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def source(self) -> str:
        """To open it by."""


class CameraDialog(QDialog):
    """A list; a double click or Enter opens."""

    def __init__(self, parent: QWidget, cameras: Sequence[Offered], chosen: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open a camera")
        self._cameras, self._chosen = cameras, chosen
        column = QVBoxLayout(self)
        column.addWidget(caption("Cameras of this machine"))
        self.list = QListWidget()
        self.list.setAccessibleName("Cameras")
        for camera in cameras:
            self.list.addItem(f"{camera.name}  ({camera.source})")
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(self.accept)
        column.addWidget(self.list)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(420, 220)

    def accept(self) -> None:
        """Open the chosen one."""
        source = self._cameras[self.list.currentRow()].source
        super().accept()
        self._chosen(source)
