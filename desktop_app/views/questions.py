"""Questions that only the person can answer, each in a small window over the studio."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.session.question import Ask, Question
from desktop_app.session.resolve import Picture
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands

_TITLES = {Ask.MISSING: "Where is the video?", Ask.OTHER: "Another video", Ask.RECOVER: "Recover unsaved changes?"}


class Questions:
    """Shows the session's question, and says what the answer was."""

    def __init__(self, parent: QWidget, commands: Commands, guarded: Callable[[Callable[[], None]], None]) -> None:
        self._parent, self._commands, self._guarded = parent, commands, guarded
        self._question: Question | None = None
        self.box: QMessageBox | None = None

    def show_picture(self, picture: Picture) -> None:
        """Put what is not put yet; take away what was answered."""
        if picture.question is self._question:
            return
        self._question = question = picture.question
        if self.box:
            self.box.deleteLater()
        self.box = self._ask(question) if question else None

    def _ask(self, question: Question) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.Question, _TITLES[question.ask], question.what, parent=self._parent)
        box.setInformativeText(question.todo)
        box.setTextFormat(Qt.TextFormat.PlainText)
        answers, last = self._answers(question.ask)
        for text, answer in answers:
            button = box.addButton(text, QMessageBox.ButtonRole.AcceptRole)
            button.clicked.connect(lambda _checked=False, answer=answer: answer())
        button = box.addButton(last[0], QMessageBox.ButtonRole.RejectRole)
        button.clicked.connect(lambda _checked=False: last[1]())
        box.setEscapeButton(button)
        box.open()
        return box

    def _answers(self, ask: Ask) -> tuple[list[tuple[str, Callable[[], None]]], tuple[str, Callable[[], None]]]:
        """What can be said, and what closing the window means."""
        commands = self._commands
        if ask is Ask.RECOVER:
            later = ("Later", commands.later)
            return [("Recover", lambda: self._guarded(commands.recover)), ("Discard", commands.discard)], later
        find = ("Find It…", self._find) if ask is Ask.MISSING else ("Find Another…", self._find)
        use = [("Use This One", commands.take_other)] if ask is Ask.OTHER else []
        return [*use, find], ("Cancel", commands.give_up)

    def _find(self) -> None:
        path = dialogs.choose_file(self._parent, str(Path.home()))
        if path:
            self._commands.relink(path)
        else:
            self._commands.give_up()
