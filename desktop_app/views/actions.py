"""Every command with its shortcut, in one table that the menus and the help page are made from."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
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


def build_actions(window: QWidget, commands: list[Command]) -> dict[str, QAction]:
    """Actions on the window, so that their keys work wherever the focus is."""
    actions = {}
    for command in commands:
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setToolTip(command.text.rstrip(".") + (f" ({command.keys[0]})" if command.keys else ""))
        action.triggered.connect(lambda _checked=False, run=command.run: run())
        window.addAction(action)
        actions[command.name] = action
    return actions


def shortcut_lines(commands: list[Command]) -> list[tuple[str, str]]:
    """What each key does, for the help page."""
    return [
        (" or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys),
         command.text.rstrip(".").replace("&", ""))
        for command in commands
        if command.keys
    ]  # fmt: skip
