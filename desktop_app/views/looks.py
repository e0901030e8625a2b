"""The standard views of the 3D scene."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

LOOKS = {
    "Front": ("1", "From where the clip's camera was"),
    "Back": ("2", "From behind the person, towards the clip's camera"),
    "Left": ("3", "From the left of the clip's camera"),
    "Right": ("4", "From the right of the clip's camera"),
    "Top": ("5", "From above"),
    "Room": ("6", "Person and camera together"),
    "Oblique": ("0", "The view at the start: from behind the clip's camera, aside"),
}
"""The key at first, and from where."""


def looks_button(look: Callable[[str], None]) -> QPushButton:
    """All views in a menu."""
    made = QPushButton("View")
    made.setToolTip("Where one looks from, with the person in the middle")
    menu = QMenu(made)
    menu.setToolTipsVisible(True)
    for name, (_, tip) in LOOKS.items():
        action = menu.addAction(name)
        action.setToolTip(tip)
        action.triggered.connect(partial(lambda name, _: look(name), name))
    made.setMenu(menu)
    return made
