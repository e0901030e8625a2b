"""One number: its name, a slider, a field to type it into, and a button that takes the change back."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QSlider, QWidget

from desktop_app.views.pane import tool

_KEYS = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip
_NAME_PX, _FIELD_PX = 122, 60


class _Slider(QSlider):
    """A slider that keeps the arrow keys for itself, ignores the wheel, and marks the predicted value."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.mark: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(60)

    def event(self, event: QEvent) -> bool:
        """The window's shortcuts on these keys wait while a slider has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel scrolls the pane: values must not change by accident."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The handle comes to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            margin = 6
            share = (event.position().x() - margin) / max(self.width() - 2 * margin, 1)
            self.setSliderDown(True)
            self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A tick under the handle where the prediction is."""
        if self.mark is not None:
            painter = QPainter(self)
            share = (self.mark - self.minimum()) / max(self.maximum() - self.minimum(), 1)
            x = 6 + share * (self.width() - 12)
            painter.fillRect(QRectF(x - 1, self.height() / 2 - 7, 2, 14), QColor("#e8b14a"))
            painter.end()
        super().paintEvent(event)


class ValueRow(QWidget):
    """Reports `changed(value, dragging)`, `released()` and `reset()`; shows what it is told."""

    changed = Signal(float, bool)
    released = Signal()
    reset = Signal()

    def __init__(self, name: str, low: float, high: float, *, suffix: str, decimals: int = 1, step: float = 1.0):
        super().__init__()
        self.scale = 10**decimals
        self._showing = False
        self.label = QLabel(name)
        self.label.setFixedWidth(_NAME_PX)
        self.label.setToolTip(f"{name}: {low:.{decimals}f} to {high:.{decimals}f}{suffix}. Double-click resets.")
        self.slider = _Slider()
        self.slider.setRange(round(low * self.scale), round(high * self.scale))
        self.slider.setSingleStep(round(step * self.scale))
        self.slider.setPageStep(round(10 * step * self.scale))
        self.slider.setToolTip("The tick is the prediction. Arrows step, Page up/down step by ten.")
        self.field = _field(low, high, step, decimals, suffix)
        self.undo = tool(f"{name}: back to the prediction", self.reset.emit, "↺")
        self.undo.setEnabled(False)
        self.undo.setFixedWidth(24)
        for widget in (self.slider, self.field):
            widget.setAccessibleName(name)
        self._lay_out()
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.released)
        self.field.valueChanged.connect(self._typed)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(5)
        for column, widget in enumerate((self.label, self.slider, self.field, self.undo)):
            grid.addWidget(widget, 0, column)
        grid.setColumnStretch(1, 1)

    def set_range(self, low: float, high: float) -> None:
        """Other ends."""
        self._showing = True
        self.slider.setRange(round(low * self.scale), round(high * self.scale))
        self.field.setRange(low, high)
        self._showing = False

    def show_value(self, value: float | None, *, predicted: float | None, edited: bool) -> None:
        """Show a value (None: there is none) and where the prediction is."""
        self._showing = True
        self.slider.setEnabled(value is not None)
        self.field.setEnabled(value is not None)
        if value is not None:
            self.slider.setValue(round(value * self.scale))
            if not self.field.hasFocus() or self.field.value() != round(value, self.field.decimals()):
                self.field.setValue(value)
        mark = None if predicted is None else round(predicted * self.scale)
        if mark != self.slider.mark:
            self.slider.mark = mark
            self.slider.update()
        if edited != self.undo.isEnabled():
            self.undo.setEnabled(edited)
            self.label.setObjectName("edited" if edited else "")
            self.label.style().polish(self.label)
        self._showing = False

    def mark(self, on: bool) -> None:
        """Make its name stand out."""
        font = self.label.font()
        font.setUnderline(on)
        font.setBold(on)
        self.label.setFont(font)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Double-click on the name resets."""
        self.reset.emit()

    def _slid(self, value: int) -> None:
        if not self._showing:
            self.changed.emit(value / self.scale, self.slider.isSliderDown())

    def _typed(self, value: float) -> None:
        if not self._showing:
            self.changed.emit(value, False)


def _field(low: float, high: float, step: float, decimals: int, suffix: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(decimals)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setSuffix(suffix)
    field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setKeyboardTracking(False)
    field.setFixedWidth(_FIELD_PX)
    return field
