"""Which checkpoint the panes are computed with, and how it differs from the one that the studio began with."""

from pathlib import Path

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_app.session.resolve import Picture
from desktop_app.session.runs import BEST, NEWEST, Compared
from desktop_app.session.state import Session
from desktop_app.views.commands import Commands
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import button, caption, chip, yielding


class UseStrip(QFrame):
    """Takes a run's checkpoint into use, and goes back."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._session, self._commands = session, commands
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 3, 6, 3)
        rows.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(4)
        rows.addLayout(row)
        self.best = button("Use its best", "See the clip with its best checkpoint", lambda: self._take(BEST))
        self.newest = button("Use its newest", "See the clip with its newest checkpoint", lambda: self._take(NEWEST))
        tip = "Off: the checkpoint that the studio began with. On: the run's that was used last"
        self.run = keyed(chip("This run", tip, lambda _: commands.exchange_checkpoint()), "exchange_checkpoint")
        self.text = yielding(caption())
        for widget in (self.best, self.newest, self.run):
            row.addWidget(widget)
        row.addStretch(1)
        rows.addWidget(self.text)

    def add(self, folder: Path) -> None:
        """Watch the runs that are in a folder."""
        self._commands.add_runs(folder)

    def _take(self, file: str) -> None:
        if chosen := self._session.runs.chosen:
            self._commands.take_checkpoint(chosen[0].folder, file)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        training, use = picture.training, picture.training.in_use
        one = training.chosen[0] if len(training.chosen) == 1 else None
        ready = picture.engine.ready and not use.preparing
        for widget, file in ((self.best, BEST), (self.newest, NEWEST)):
            widget.setEnabled(ready and one is not None and file in one.checkpoints)
        self.run.setEnabled(ready and use.last is not None)
        self.run.setChecked(use.folder is not None)
        self.text.setText(_words(picture))
        self.text.setToolTip(self.text.text())


def _words(picture: Picture) -> str:
    use, compared = picture.training.in_use, picture.training.compared
    if use.preparing:
        return "Making the checkpoint ready ..."
    if not picture.engine.ready:
        return ""
    name = f"In use: {picture.engine.checkpoint_name}"
    if use.folder is None:
        return name
    on_show = picture.frame is not None and compared is not None and compared.index == picture.frame.index
    return f"{name} · {_figures(compared)}" if on_show and compared else name


def _figures(compared: Compared) -> str:
    """For example `joints 23 mm, 4.1 px from the bundled one's; sureness 0.81 (0.79)`."""
    before, now = compared.sure
    return (
        f"this frame: joints {compared.apart_mm:.0f} mm, {compared.apart_px:.1f} px away from the first checkpoint's; "
        f"sureness {now:.2f} (first: {before:.2f})"
    )
