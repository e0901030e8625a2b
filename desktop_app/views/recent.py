"""The files opened last."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu

_KEEP = 8


class RecentFiles:
    """Remembered in the settings, offered in a menu."""

    def __init__(self, settings: QSettings, menu: QMenu, open_path: Callable[[Path], None]) -> None:
        self._settings, self._menu, self._open = settings, menu, open_path
        menu.aboutToShow.connect(self._fill)

    def paths(self) -> list[str]:
        """Newest first."""
        value = self._settings.value("recent", [])
        if isinstance(value, str):
            return [value]  # a list of one is read back as its only item
        return [str(item) for item in value] if isinstance(value, list) else []

    def add(self, path: Path) -> None:
        """A file was opened."""
        name = str(path.resolve())
        self._settings.setValue("recent", [name, *(p for p in self.paths() if p != name)][:_KEEP])

    def _fill(self) -> None:
        self._menu.clear()
        for name in self.paths():
            action = self._menu.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _checked=False, name=name: self._open(Path(name)))
        if not self._menu.actions():
            self._menu.addAction("Nothing yet").setEnabled(False)
