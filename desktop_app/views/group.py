"""A group of controls that folds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from superqt import QCollapsible

from desktop_app.views.theme import Theme, icon


def group(title: str, *, unfolded: bool = True) -> QCollapsible:
    """Without animation."""
    made = QCollapsible(title)
    made.setDuration(0)
    for part, margins in ((made, (0, 0, 0, 0)), (made.content(), (8, 2, 0, 6))):
        if layout := part.layout():
            layout.setContentsMargins(*margins)
            layout.setSpacing(3)
    if unfolded:
        made.expand(animate=False)
    return made


def set_arrows(made: QCollapsible, theme: Theme) -> None:
    """Arrows that are seen on its ground."""
    made.setExpandedIcon(icon("chevron-down", theme))
    made.setCollapsedIcon(icon("chevron-right", theme))


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
