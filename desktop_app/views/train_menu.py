"""Commands about training: a new run, and those that are asked of the run that is selected in the pane."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from desktop_app.session.runs import RunInfo, RunsPicture
from desktop_app.views import dialogs
from desktop_app.views.actions import Command
from desktop_app.views.run_controls import ask_discard, fits

if TYPE_CHECKING:
    from desktop_app.views.window import Window

_ASKS = {"pause": "Pause", "resume": "Resume", "checkpoint": "Save a Checkpoint Now", "stop": "Stop"}


def train_commands(window: "Window") -> list[Command]:
    """In the order of the menu."""
    runs, training = window.session.runs, window.commands.training

    def add() -> None:
        start = str(runs.folders[-1].parent) if runs.folders else str(Path.home())
        if folder := dialogs.choose_folder(window, start, "Choose the folder of a run, or one of several"):
            window.commands.add_runs(folder)

    def asker(what: str) -> Callable[[], None]:
        def ask() -> None:
            if run := selected(runs.picture()):
                training.ask(run.folder, what)

        return ask

    def go_on() -> None:
        if run := selected(runs.picture()):
            training.go_on(run.folder)

    def discard() -> None:
        if run := selected(runs.picture()):
            ask_discard(window, run.folder, training)

    return [
        Command("new_run", "New Run...", ("Ctrl+Shift+T",), window.show_new_run, "Train"),
        Command("add_run", "Open Run Folder...", (), add, "Train"),
        Command("training", "Training Runs", ("Ctrl+T",), lambda: window.layout_.call("Training"), "Train"),
        *(
            Command(f"run_{what}", text, (), asker(what), "Train", separator=what == "pause")
            for what, text in _ASKS.items()
        ),
        Command("run_go_on", "Go On", (), go_on, "Train"),
        Command("run_discard", "Discard...", (), discard, "Train", separator=True),
    ]


def selected(training: RunsPicture) -> RunInfo | None:
    """The one run that can be asked for something; None where none or several are selected."""
    return training.chosen[0] if len(training.chosen) == 1 else None


def show_actions(actions: Mapping[str, QAction], training: RunsPicture) -> None:
    """Only what fits how the selected run stands can be asked of it."""
    run = selected(training)
    for what in (*_ASKS, "go_on", "discard"):
        action, able = actions[f"run_{what}"], run is not None and fits(what, run.standing.phase)
        if action.isEnabled() != able:
            action.setEnabled(able)
