"""What panes are made of: a strip of switches over a body, and small helpers."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)


class Pane(QWidget):
    """A body under an optional strip."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def add_strip(self) -> QHBoxLayout:
        """A thin row of controls on top."""
        strip = QFrame()
        strip.setObjectName("strip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(6, 3, 6, 3)
        row.setSpacing(4)
        self.column.addWidget(strip)
        return row


class _KeyKeeper(QObject):
    """Lets a widget answer keys that are the window's shortcuts elsewhere."""

    def __init__(self, widget: QWidget, keys: set[Qt.Key]) -> None:
        super().__init__(widget)
        self._keys = keys
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Qt asks."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in self._keys:
            event.accept()
            return True
        return False


def keep_list_keys(widget: QWidget) -> None:
    """While a list has the focus, Space ticks and the arrows move in it."""
    key = Qt.Key
    _KeyKeeper(widget, {key.Key_Space, key.Key_Left, key.Key_Right, key.Key_Home, key.Key_End})


def button(text: str, tip: str, clicked: Callable[[], object]) -> QPushButton:
    """A button with words on it."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.clicked.connect(lambda: clicked())
    return made


def tool(tip: str, clicked: Callable[[], object], text: str = "") -> QToolButton:
    """A small flat button."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(text or tip)
    made.clicked.connect(lambda: clicked())
    return made


def swatch(rgb: np.ndarray) -> QIcon:
    """A square of one colour (3,) uint8."""
    picture = QPixmap(14, 14)
    picture.fill(QColor(*(int(v) for v in rgb)))
    return QIcon(picture)


def sentence(text: str = "", parent: QWidget | None = None) -> QLabel:
    """Quiet words in the middle of an empty place."""
    label = QLabel(text, parent)
    label.setObjectName("sentence")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label


def chip(text: str, tip: str, toggled: Callable[[bool], None]) -> QToolButton:
    """A small switch with words on it."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setCheckable(True)
    made.setObjectName("chip")
    made.clicked.connect(lambda on: toggled(on))  # Qt misreads how many arguments a partial takes
    return made


def caption(text: str = "", name: str = "caption") -> QLabel:
    """A quiet label."""
    label = QLabel(text)
    label.setObjectName(name)
    return label


def show_progress(bar: QProgressBar, done: int, total: int) -> None:
    """Draw it when it differs, together with all else; a bar by itself paints at once, and each time."""
    if (bar.value(), bar.maximum()) != (done, total):
        bar.setUpdatesEnabled(False)
        bar.setMaximum(total)
        bar.setValue(done)
        bar.setUpdatesEnabled(True)


class Steady(QLabel):
    """A quiet label whose words change often: it asks for more room when it needs it, not at every change.

    Each change of a usual label has all docks laid out anew, some 3 ms.
    """

    def setText(self, text: str) -> None:  # noqa: N802
        """Grow when there is too little room; give it back when there is nothing to say."""
        super().setText(text)
        self.ensurePolished()
        wanted = self.sizeHint()
        if not text:
            self.setFixedSize(0, wanted.height())
        elif wanted.width() > self.minimumWidth():
            self.setFixedSize(wanted.width() + self.fontMetrics().averageCharWidth(), wanted.height())


def steady(name: str = "caption") -> Steady:
    """An empty one."""
    label = Steady()
    label.setObjectName(name)
    return label


def yielding(label: QLabel) -> QLabel:
    """The same label, cut off rather than making its pane wider."""
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
