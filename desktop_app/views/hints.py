"""A short tour at the first start: a sentence at a time, the pane it is about in sight and marked."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel

from desktop_app.views.pane import button, caption, tool
from desktop_app.views.theme import Theme, icon

_SEEN = "hints/seen"


@dataclass(frozen=True, slots=True)
class Hint:
    """What can be done, and in which dock."""

    dock: str
    text: str


HINTS = (
    Hint("Frame", "Drop a video anywhere. Here it is seen with what the network reads in it; drag a joint to pull it."),
    Hint("Timeline", "Space plays, the arrows step. What was analysed is blue, what you have edited has a mark."),
    Hint("Pose", "A slider per angle, within the limits of the joints. Double-click a slider to take it back."),
    Hint(
        "Synthesis", "The new image follows each change at once. G strikes out what no frame has shown: it is guessed."
    ),
    Hint("3D", "Drag to turn, wheel to come closer, drag a joint to pull it. View holds front, side and top."),
    Hint("Recombine", "Another person's clothes, another pose, another body or place, whole or part by part."),
    Hint("Parts", "Click a part to see it alone everywhere."),
    Hint("Plots", "Angles, positions and speeds over time; click to go there. File > Export Motion takes it away."),
)


class HintBar(QFrame):
    """Hidden once the hints were seen; Help brings it back."""

    def __init__(self, docks: Mapping[str, QDockWidget], settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("hints")
        self._docks, self._settings, self._at = docks, settings, 0
        self._sign, self.text, self._count = QLabel(), QLabel(), caption()
        self.text.setWordWrap(True)
        self.back = button("Back", "The hint before", lambda: self._go(self._at - 1))
        self.next = button("Next", "The next hint", lambda: self._go(self._at + 1))
        self.next.setObjectName("primary")
        self.close_ = tool("Close the hints; Help brings them back", self.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 8, 5)
        for widget in (self._sign, self.text, self._count, self.back, self.next, self.close_):
            row.addWidget(widget, 1 if widget is self.text else 0)
        self.hide()

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        self.close_.setIcon(icon("close", theme))
        self._sign.setPixmap(icon("lightbulb-outline", theme).pixmap(18, 18))

    def welcome(self) -> None:
        """Begin, unless they were seen before."""
        if not self._settings.value(_SEEN, False, type=bool):
            self.begin()

    def begin(self) -> None:
        """From the first one."""
        self.show()
        self._go(0)

    def end(self) -> None:
        """They were seen."""
        self._settings.setValue(_SEEN, True)
        self._mark(None)
        self.hide()

    def _go(self, number: int) -> None:
        if number >= len(HINTS):
            self.end()
            return
        self._at = number
        hint = HINTS[number]
        self.text.setText(f"<b>{hint.dock}</b>&nbsp;&nbsp; {hint.text}")
        self._count.setText(f"{number + 1} of {len(HINTS)}")
        self.back.setEnabled(number > 0)
        self.next.setText("Done" if number == len(HINTS) - 1 else "Next")
        if number or not self._docks[hint.dock].isVisible():
            self._docks[hint.dock].show()
            self._docks[hint.dock].raise_()
        self._mark(hint.dock)

    def _mark(self, name: str | None) -> None:
        for title, dock in self._docks.items():
            marked = title == name
            if bool(dock.property("hinted")) != marked:
                dock.setProperty("hinted", marked)
                dock.style().unpolish(dock)
                dock.style().polish(dock)
                dock.update()
