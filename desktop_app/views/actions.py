"""Every command with the keys of the first day, in one table that the menus and the page of keys are made from."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a menu; commands without a menu have a key only."""

    name: str
    text: str
    keys: tuple[str, ...]
    run: Callable[[], object]
    menu: str = ""
    separator: bool = False  # before it

    @property
    def label(self) -> str:
        """Its text where it is no line of a menu."""
        return self.text.rstrip(".").replace("&", "")


def build_actions(window: QWidget, commands: list[Command]) -> dict[str, QAction]:
    """Actions on the window, so that their keys work wherever the focus is; the keys are a `Keymap`'s."""
    actions = {}
    for command in commands:
        action = QAction(command.text, window)
        action.triggered.connect(lambda _checked=False, run=command.run: run())
        window.addAction(action)
        actions[command.name] = action
    return actions
