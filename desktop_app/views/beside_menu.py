"""The switches of what stands beside the person in 3D: a menu on a button."""

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from desktop_app.session.display import Trail
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session

_SKELETONS = {
    "ghost": ("Prediction Beside the Edit", "The skeleton as predicted, where it was edited"),
    "neighbours": ("Neighbouring Frames", "Skeletons up to one second before and after, as far as they are analysed"),
    "others": ("Poses That Look the Same", "Limbs mirrored in depth: the camera would see the same"),
}


class BesideMenu:
    """Shows and turns the switches; paths of joints are a list of their own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.button = QPushButton("Beside")
        self.button.setToolTip("What is shown beside the person: other frames, other poses, the paths of joints")
        menu = QMenu(self.button)
        menu.setToolTipsVisible(True)
        self.button.setMenu(menu)
        self.switches = {
            name: _entry(menu, text, tip, partial(self._switch, name)) for name, (text, tip) in _SKELETONS.items()
        }
        menu.addSection("Paths, one second before and after")
        self.trails = {
            trail: _entry(menu, trail.value, "Where they come from and go to", partial(self._trail, trail))
            for trail in Trail
        }

    def _switch(self, name: str, on: bool) -> None:
        self._session.show(**{name: on})

    def _trail(self, trail: Trail, on: bool) -> None:
        kept = [t for t in self._session.display.trails if t is not trail]
        self._session.show(trails=(*kept, trail) if on else tuple(kept))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        for name, action in self.switches.items():
            action.setChecked(getattr(picture.display, name))
        for trail, action in self.trails.items():
            action.setChecked(trail in picture.display.trails)


def _entry(menu: QMenu, text: str, tip: str, toggled: partial[None]) -> QAction:
    action = QAction(text, menu, checkable=True)
    action.setToolTip(tip)
    action.triggered.connect(lambda on: toggled(on))
    menu.addAction(action)
    return action
