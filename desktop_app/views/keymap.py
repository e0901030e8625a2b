"""Which keys do what: the defaults of the commands, and what a person chose instead, kept in the settings."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.views.actions import Command

_GROUP = "keys"
_Button = TypeVar("_Button", bound=QAbstractButton)


class Keymap:
    """Keys by command, put on the window's actions and into the tooltips of buttons that do the same."""

    def __init__(
        self, window: QWidget, commands: Sequence[Command], actions: Mapping[str, QAction], settings: QSettings
    ) -> None:
        self._window, self._actions, self._settings = window, actions, settings
        self.commands = {command.name: command for command in commands}
        self.apply()

    def keys(self, name: str) -> tuple[str, ...]:
        """Of a command, as `Ctrl+O`; none where somebody took them away."""
        stored = self._settings.value(f"{_GROUP}/{name}")
        if stored is None:
            return self.commands[name].keys
        return tuple(key for key in str(stored).split("\n") if key)

    def changed(self, name: str) -> bool:
        """Whether a command has other keys than at first."""
        return self._settings.value(f"{_GROUP}/{name}") is not None

    def refusal(self, name: str, key: str) -> str:
        """Why a command may not have a key, as a sentence; empty where it may."""
        for other in self.commands.values():
            if other.name != name and key in map(_portable, self.keys(other.name)):
                return f"{shown(key)} already does “{other.label}”: take it away there first, or choose another key."
        return ""

    def put(self, name: str, keys: Sequence[str]) -> str:
        """Give a command its keys. Where one of them is another's nothing changes, and the answer says so."""
        wanted = tuple(dict.fromkeys(_portable(key) for key in keys if key))
        for key in wanted:
            if sentence := self.refusal(name, key):
                return sentence
        if wanted == tuple(map(_portable, self.commands[name].keys)):
            self._settings.remove(f"{_GROUP}/{name}")
        else:
            self._settings.setValue(f"{_GROUP}/{name}", "\n".join(wanted))
        self.apply()
        return ""

    def reset(self, name: str | None = None) -> str:
        """The keys of the first day: of all commands, or of one, unless another has taken them."""
        if name is not None:
            return self.put(name, self.commands[name].keys)
        self._settings.remove(_GROUP)
        self.apply()
        return ""

    def apply(self) -> None:
        """Put the keys where they work and where they are read."""
        for name, action in self._actions.items():
            keys = self.keys(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(with_key(self.commands[name].label, keys))
        for button in self._window.findChildren(QAbstractButton):
            if command := button.property("command"):
                button.setToolTip(with_key(str(button.property("tip")), self.keys(str(command))))


def keyed(button: _Button, command: str) -> _Button:
    """A button that does what a command does: its tooltip says the key, whichever it is."""
    button.setProperty("command", command)
    button.setProperty("tip", button.toolTip())
    return button


def with_key(tip: str, keys: Sequence[str]) -> str:
    """A tooltip with the first of the keys."""
    return f"{tip} ({shown(keys[0])})" if keys else tip


def shown(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _portable(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
