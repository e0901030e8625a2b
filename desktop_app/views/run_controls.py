"""Buttons for a training run: those that fit how it stands."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QWidget

from desktop_app.session.runs import RunInfo
from desktop_app.views import dialogs
from desktop_app.views.pane import button, caption, yielding
from desktop_app.views.training_commands import TrainingCommands

ENDED = frozenset({"stopped", "failed", "lost"})
"""Phases after which a run can be gone on with."""
_LIVE = frozenset({"waiting", "preparing", "running", "paused"})
_EARLIER = "unknown"
"""A run of a version that did not tell how it stands."""
_FITTING = {
    "pause": frozenset({"running", "preparing"}),
    "resume": frozenset({"paused"}),
    "checkpoint": frozenset({"running"}),
    "stop": _LIVE,
    "go_on": ENDED | {_EARLIER},
    "discard": _LIVE | ENDED | {"finished"},
}
"""In which phases what can be asked."""
_WORDS = {"pause": "Pauses after this step.", "stop": "Saves and stops after this step.", "resume": "Goes on."}
"""Said until the run has heard it."""


def fits(what: str, phase: str) -> bool:
    """Whether that can be asked of a run in this phase."""
    return phase.lower() in _FITTING[what]


class RunControls(QWidget):
    """Acts on the run that it shows."""

    def __init__(self, commands: TrainingCommands) -> None:
        super().__init__()
        self._commands = commands
        self._run: RunInfo | None = None
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
        self.show_run(None)

    def show_run(self, run: RunInfo | None) -> None:
        """How a run stands; None for none, or for several."""
        phase = run.standing.phase if run else ""
        if (run and run.folder) != (self._run and self._run.folder) or (self._asked and phase != self._asked[1]):
            self._asked = None
        self._run = run
        self.setVisible(run is not None)
        for what, each in self.buttons.items():
            each.setVisible(fits(what, phase))
            each.setEnabled(self._asked is None or what == "discard")
        told = _WORDS.get(self._asked[0], "") if self._asked else run.standing.message if run else ""
        if told != self.message.text():
            self.message.setText(told)
            self.message.setToolTip(told)

    def _asker(self, what: str) -> Callable[[], None]:
        def ask() -> None:
            if run := self._run:
                if what in _WORDS:
                    self._asked = (what, run.standing.phase)
                self._commands.ask(run.folder, what)
                self.show_run(run)

        return ask

    def _go_on(self) -> None:
        if self._run:
            self._commands.go_on(self._run.folder)

    def _discard(self) -> None:
        if self._run:
            self.asking = ask_discard(self, self._run.folder, self._commands)


def ask_discard(parent: QWidget, folder: Path, commands: TrainingCommands) -> QMessageBox:
    """Before what was learnt is deleted."""
    return dialogs.ask_delete(
        parent, f"Delete the training run {folder.name}?",
        f"Its checkpoints, pictures and curves in {folder} are gone then. Other files in there stay.",
        lambda: commands.ask(folder, "discard"),
    )  # fmt: skip
