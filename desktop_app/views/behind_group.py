"""What lies behind the person."""

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox

from desktop_app.session.resolve import Picture
from desktop_app.session.staging import CLEAN, FILLED, Behind, Ground
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands
from desktop_app.views.group import Group, line
from desktop_app.views.pane import button, caption

_FIRST_RGB = (72, 96, 120)


class BehindGroup:
    """One choice of four; a colour and an image are asked for."""

    def __init__(self, session: Session, commands: Commands) -> None:
        self._session, self._commands = session, commands
        self._rgb = _FIRST_RGB
        self.group = Group("Background")
        self.box = QComboBox()
        self.box.addItems([ground.value for ground in Ground])
        self.box.setToolTip("What lies behind the person")
        self.box.activated.connect(lambda index: self._choose(list(Ground)[index]))
        self.change = button("Change…", "Another colour or image", self._ask)
        self.group.add(line(self.box, self.change, stretch=0))
        self.note = caption()
        self.note.setWordWrap(True)
        self.group.add(self.note)

    def _choose(self, ground: Ground) -> None:
        stage = self._session.stage
        if ground is Ground.IMAGE:
            self._ask_image()
        elif ground is Ground.COLOUR:
            stage.set_behind(Behind(ground, self._rgb))
        else:
            stage.set_behind(CLEAN if ground is Ground.CLEAN else FILLED)

    def _ask(self) -> None:
        if self._session.stage.staging.behind.ground is Ground.IMAGE:
            self._ask_image()
        elif rgb := dialogs.choose_colour(self.box, self._rgb):
            self._rgb = rgb
            self._session.stage.set_behind(Behind(Ground.COLOUR, rgb))

    def _ask_image(self) -> None:
        path = dialogs.choose_picture(self.box, "An image to stand before")
        if path:
            self._commands.load_background(path)
        self._show(self._session.stage.staging.behind)  # until it is read, and where nothing was chosen

    def _show(self, behind: Behind) -> None:
        self.box.setCurrentIndex(list(Ground).index(behind.ground))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        behind = picture.staging.behind
        self._show(behind)
        self.change.setVisible(behind.ground in (Ground.COLOUR, Ground.IMAGE))
        swatch = QPixmap(12, 12)
        swatch.fill(QColor(*behind.rgb))
        self.change.setIcon(QIcon(swatch) if behind.ground is Ground.COLOUR else QIcon())
        note = _note(picture)
        self.note.setText(note)
        self.note.setVisible(bool(note))


def _note(picture: Picture) -> str:
    behind = picture.staging.behind
    if behind.ground is Ground.IMAGE:
        return behind.name
    if behind.ground is not Ground.CLEAN or picture.clean_known or picture.prediction is None:
        return ""
    if (picture.frame_states == 0).any():
        return "Analyse the clip to see what other frames show there; until then it is filled from around."
    return "Not known here: filled from around."
