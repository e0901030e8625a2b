"""The person put together from elsewhere: pose, appearance, body and background, each from where one likes."""

from pathlib import Path

from PySide6.QtWidgets import QMenu, QProgressBar, QWidget

from desktop_app.session.clip_rows import Row
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.behind_group import BehindGroup
from desktop_app.views.body_group import BodyGroup
from desktop_app.views.commands import Commands
from desktop_app.views.group import Group, line, scrolled
from desktop_app.views.guest_pose import GuestPose
from desktop_app.views.outfit_box import OutfitBox
from desktop_app.views.pane import Pane, button, caption, show_progress
from desktop_app.views.value_row import ValueRow


class RecombinePane(Pane):
    """Four groups; what is chosen here holds for the whole clip, but for the pose."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands = session, commands
        self._add_progress()
        self.body, self.behind = BodyGroup(session), BehindGroup(session, commands)
        self.column.addWidget(scrolled(self._pose(), self._appearance(), self.behind.group, self.body.group), 1)

    def _add_progress(self) -> None:
        row = self.add_strip()
        self.others, self._offered = QMenu(self), list[tuple[str, str]]()
        self.open_other = button(
            "Open another clip…", "Look at somebody else in the background: their looks, body and poses", self._invite
        )
        self.task_text, self.progress = caption(), QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.cancel = button("Cancel", "Give it up", self._commands.cancel_task)
        for widget, stretch in ((self.open_other, 0), (self.task_text, 0), (self.progress, 1), (self.cancel, 0)):
            row.addWidget(widget, stretch)
        row.addStretch(1)

    def _pose(self) -> QWidget:
        made = Group("Pose of this frame")
        self.copy = button("Copy", "Remember the pose on show, for another frame or clip", self._session.copy_pose)
        self.paste = button("Paste", "The pose that was copied", self._paste)
        self.random = button("Random", "A pose recorded by motion capture", self._commands.random_pose)
        made.add(line(self.copy, self.paste, self.random))
        self.guest_pose = GuestPose(self._session)
        made.add(self.guest_pose)
        return made

    def _appearance(self) -> QWidget:
        made = Group("Appearance")
        self.outfit = OutfitBox("Whose appearance the person wears")
        self.outfit.chosen.connect(lambda outfit: self._session.stage.wear(outfit))
        self.only_this = button("This frame", "What this frame alone shows, in every pose", self._only_this)
        made.add(line(caption("Wears"), self.outfit, self.only_this, stretch=1))
        self.other = OutfitBox("What it is blended with")
        self.other.chosen.connect(lambda outfit: self._session.stage.blend(outfit))
        self._blend = line(caption("Blended with"), self.other, stretch=1)
        made.add(self._blend)
        self.share = ValueRow("Blend", 0, 100, suffix=" %", decimals=0, step=5)
        self.share.setToolTip("How much of the second appearance")
        self.share.changed.connect(lambda value, drag: self._session.stage.set_share(value / 100, dragging=drag))
        self.share.released.connect(self._session.end_drag)
        self.share.reset.connect(lambda: self._session.stage.set_share(0.0))
        made.add(self.share)
        return made

    def _invite(self) -> None:
        """Somebody of another clip of the session, where there is one, or of any file."""
        if not self.others.isEmpty():
            self.others.popup(self.open_other.mapToGlobal(self.open_other.rect().bottomLeft()))
        else:
            self._invite_file()

    def _offer(self, clips: tuple[Row, ...]) -> None:
        """Other clips of the session."""
        offered = [(row.name, row.path) for row in clips if not row.shown and not row.trouble]
        if offered == self._offered:
            return
        self._offered = offered
        self.others.clear()
        for name, path in offered:
            action = self.others.addAction(name)
            action.triggered.connect(lambda _checked=False, path=path: self._commands.invite(Path(path)))
        if offered:
            self.others.addSeparator()
            self.others.addAction("Another file…").triggered.connect(lambda: self._invite_file())

    def _invite_file(self) -> None:
        if path := dialogs.choose_file(self, ""):
            self._commands.invite(path)

    def _paste(self) -> None:
        if self._session.copied:
            self._session.take_pose(self._session.copied)

    def _only_this(self) -> None:
        self._session.wear_frame()

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        task, staging, known = picture.task, picture.staging, picture.prediction is not None
        for widget in (self.task_text, self.progress, self.cancel):
            widget.setVisible(task is not None)
        self.open_other.setVisible(task is None)
        self._offer(picture.clips)
        if task:
            self.task_text.setText(task.name)
            show_progress(self.progress, task.done, task.total)
        self.open_other.setEnabled(picture.engine.ready)
        for widget in (self.copy, self.random, self.only_this):
            widget.setEnabled(known)
        self.paste.setEnabled(known and picture.copied is not None)
        self.paste.setToolTip(f"The pose of {picture.copied.name}" if picture.copied else "Copy a pose first")
        self.outfit.show_outfits(picture.outfits, staging.outfit)
        self.other.show_outfits(picture.outfits, staging.other)
        for part in (self._blend, self.share):
            part.setVisible(len(picture.outfits) > 1 or staging.share > 0)
        self.share.show_value(staging.share * 100, predicted=0, edited=staging.share > 0)
        self.guest_pose.show_picture(picture)
        self.body.show_picture(picture)
        self.behind.show_picture(picture)
