"""Where the playhead is, in a field: type another place to go there."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit

from desktop_app.session.playback import Clip


class PlaceField(QLineEdit):
    """Reports `chosen(frame)`; what is not understood stays in the field and is marked."""

    chosen = Signal(int)

    def __init__(self, name: str, tip: str, understand: Callable[[str, Clip], int | None], width_px: int) -> None:
        super().__init__()
        self._understand = understand
        self._clip: Clip | None = None
        self._place = ""
        self.setObjectName("time")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFixedWidth(width_px)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.returnPressed.connect(self._go)
        self.textEdited.connect(lambda: self._mark(wrong=False))

    def show_place(self, clip: Clip | None, text: str) -> None:
        """Where the playhead is, unless somebody is typing."""
        self._clip, self._place = clip, text
        self.setEnabled(clip is not None)
        if not (self.hasFocus() and self.isModified()) and self.text() != text:
            self.setText(text)

    def take_focus(self) -> None:
        """Ready to be typed over."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """What was not gone to is forgotten."""
        super().focusOutEvent(event)
        self._mark(wrong=False)
        self.setText(self._place)

    def _go(self) -> None:
        index = self._understand(self.text(), self._clip) if self._clip else None
        if index is None:
            self._mark(wrong=True)
            return
        self.setModified(False)
        self.chosen.emit(index)
        self.clearFocus()

    def _mark(self, *, wrong: bool) -> None:
        if wrong != (self.property("wrong") is True):
            self.setProperty("wrong", wrong)
            self.style().polish(self)
