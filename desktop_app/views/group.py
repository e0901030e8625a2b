"""A group of controls that folds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget


class Group(QWidget):
    """A title over its controls; a click on the title folds them away."""

    def __init__(self, title: str, *, unfolded: bool = True) -> None:
        super().__init__()
        self.title = QToolButton()
        self.title.setObjectName("fold")
        self.title.setText(title)
        self.title.setCheckable(True)
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._content = QWidget()
        self._rows = QVBoxLayout(self._content)
        self._rows.setContentsMargins(8, 2, 0, 6)
        self._rows.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.title)
        column.addWidget(self._content)
        self.title.toggled.connect(self._fold)
        self.title.setChecked(unfolded)
        self._fold(unfolded)

    def add(self, row: QWidget) -> None:
        """One more, under the others."""
        self._rows.addWidget(row)

    def unfold(self) -> None:
        """Show what is in it."""
        self.title.setChecked(True)

    def _fold(self, unfolded: bool) -> None:
        self.title.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._content.setVisible(unfolded)


def line(*widgets: QWidget, stretch: int | None = None, push: bool = False) -> QWidget:
    """Widgets in a row; the one numbered `stretch` takes what is left, or with `push` all stand on the right."""
    row_widget = QWidget()
    row = QHBoxLayout(row_widget)
    row.setContentsMargins(0, 2, 0, 0)
    row.setSpacing(5)
    if push:
        row.addStretch(1)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 1 if number == stretch else 0)
    return row_widget


def scrolled(*widgets: QWidget) -> QScrollArea:
    """Widgets under each other in a place that scrolls."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(6, 4, 6, 6)
    column.setSpacing(2)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    return area
