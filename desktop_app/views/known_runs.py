"""The training runs that were watched, remembered in the settings: a window finds again what goes on without it."""

from pathlib import Path

from PySide6.QtCore import QSettings

from desktop_app.session.runs import Runs

_KEY = "training/runs"


class KnownRuns:
    """Reads them at the start; `keep` writes them down when they are others than before."""

    def __init__(self, runs: Runs, settings: QSettings) -> None:
        self._runs, self._settings = runs, settings
        value = settings.value(_KEY, [])
        names = [value] if isinstance(value, str) else value  # a list of one is read back as its only item
        if isinstance(names, list):
            runs.remember(Path(str(name)) for name in names if name)
        self._kept = runs.folders

    def keep(self) -> None:
        """Write them down."""
        if self._runs.folders != self._kept:
            self._kept = self._runs.folders
            self._settings.setValue(_KEY, [str(folder) for folder in self._kept])
