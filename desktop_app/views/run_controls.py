"""Buttons for a training run: those that fit how it stands."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QWidget

from desktop_app.views import dialogs
from desktop_app.views.pane import button, caption, yielding
from desktop_app.views.training_commands import TrainingCommands

ENDED = frozenset({"stopped", "failed", "lost"})
"""Phases after which a run can be gone on with."""
_LIVE = frozenset({"waiting", "preparing", "running", "paused"})
_FITTING = {
    "pause": frozenset({"running", "preparing"}),
    "resume": frozenset({"paused"}),
    "checkpoint": frozenset({"running"}),
    "stop": _LIVE,
    "go_on": ENDED,
    "discard": _LIVE | ENDED | {"finished"},
}
"""In which phases what can be asked."""


def fits(what: str, phase: str) -> bool:
    """Whether that can be asked of a run in this phase."""
    return phase in _FITTING[what]


class RunControls(QWidget):
    """Acts on the run that it shows."""

    def __init__(self, commands: TrainingCommands) -> None:
        super().__init__()
        self._commands = commands
        self._folder: Path | None = None
        self._asked: tuple[str, str] | None = None  # what, and the phase that it was asked in
        self.asking: QMessageBox | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(4)
        self.buttons = {
            "pause": button("Pause", "Save, and take no more steps until it is resumed", self._asker("pause")),
            "resume": button("Resume", "Go on taking steps", self._asker("resume")),
            "go_on": button("Go on", "Start it again where it was saved last", self._go_on),
            "checkpoint": button("Save now", "Write a checkpoint after this step", self._asker("checkpoint")),
            "stop": button("Stop", "Save and end; it can be gone on with", self._asker("stop")),
            "discard": button("Discard…", "End the run and delete its files", self._discard),
        }
        self.message: QLabel = yielding(caption())
        for each in self.buttons.values():
            row.addWidget(each)
        row.addWidget(self.message, 1)
        self.show_run(None, "", "")

    def show_run(self, folder: Path | None, phase: str, message: str) -> None:
        """How a run stands; None for none."""
        if folder != self._folder or (self._asked and phase != self._asked[1]):
            self._asked = None
        self._folder = folder
        for what, each in self.buttons.items():
            each.setVisible(folder is not None and fits(what, phase))
            each.setEnabled(self._asked is None or what == "discard")
        words = {"pause": "Pauses after this step.", "stop": "Stops after this step.", "checkpoint": "Saves."}
        told = words.get(self._asked[0], "") if self._asked else message
        self._phase = phase
        if told != self.message.text():
            self.message.setText(told)
            self.message.setToolTip(told)

    def _asker(self, what: str) -> Callable[[], None]:
        def ask() -> None:
            if self._folder:
                if what != "checkpoint":
                    self._asked = (what, self._phase)
                self._commands.ask(self._folder, what)
                self.show_run(self._folder, self._phase, self.message.text())

        return ask

    def _go_on(self) -> None:
        if self._folder:
            self._commands.go_on(self._folder)

    def _discard(self) -> None:
        if self._folder:
            self.asking = ask_discard(self, self._folder, self._commands)


def ask_discard(parent: QWidget, folder: Path, commands: TrainingCommands) -> QMessageBox:
    """Before what was learnt is deleted."""
    return dialogs.ask_delete(
        parent, f"Delete the training run {folder.name}?",
        f"Its checkpoints, pictures and curves in {folder} are gone then. Other files in there stay.",
        lambda: commands.ask(folder, "discard"),
    )  # fmt: skip
