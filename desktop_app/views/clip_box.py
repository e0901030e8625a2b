"""Which of the session's clips is on show, to be chosen in the top bar."""

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox

from desktop_app.session.clip_rows import Row
from desktop_app.session.resolve import Picture
from desktop_app.views.commands import Commands
from desktop_app.views.theme import DARK, Theme, icon

_WIDEST_PX = 300


class ClipBox(QComboBox):
    """Only there where there is something to choose."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._theme, self._rows = DARK, tuple[Row, ...]()
        self.setToolTip("The clips of this session")
        self.setAccessibleName("Clip on show")
        self.setIconSize(QSize(14, 14))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(_WIDEST_PX)
        self.activated.connect(lambda index: commands.show_clip(self._rows[index].number))
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """The sign of trouble in it."""
        self._theme, self._rows = theme, ()

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed; a choice that has not come about is taken back."""
        rows = picture.clips
        with QSignalBlocker(self):
            if rows != self._rows:
                self._rows = rows
                self.clear()
                for row in rows:
                    self.addItem(icon("alert-outline", self._theme) if row.trouble else QIcon(), row.name)
            shown = next((i for i, row in enumerate(rows) if row.shown), -1)
            if self.currentIndex() != shown and not self.view().isVisible():
                self.setCurrentIndex(shown)
        self.setPlaceholderText(picture.live.camera if picture.live else "")
        self.setVisible(len(rows) > 1)
