"""A problem in front of the person: what happened, what to do, details on demand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox

from desktop_app.session.activity import Problem
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import button, tool
from desktop_app.views.theme import Theme, icon


class Banner(QFrame):
    """Hidden while all is well."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._problem: Problem | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 8, 6)
        self._sign = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self._details = button("Details", "What the program says about it", self._show_details)
        self._close = keyed(tool("Close", lambda: session.report(None)), "dismiss")
        row.addWidget(self._sign)
        row.addWidget(self.text, 1)
        row.addWidget(self._details)
        row.addWidget(self._close)
        self.hide()

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        self._close.setIcon(icon("close", theme))
        self._sign.setPixmap(icon("alert-outline", theme).pixmap(18, 18))

    def show_picture(self, picture: Picture) -> None:
        """Show the problem, or nothing."""
        if picture.problem is self._problem:
            return
        self._problem = problem = picture.problem
        self.setVisible(problem is not None)
        if problem:
            self.text.setText(f"{problem.what} {problem.todo}")
            self._details.setVisible(bool(problem.details))

    def _show_details(self) -> None:
        if self._problem:
            box = QMessageBox(
                QMessageBox.Icon.Warning, "Details", self.text.text(), QMessageBox.StandardButton.Close, self.window()
            )
            box.setDetailedText(self._problem.details)
            box.open()
