"""The window: panes in docks, menus, keys, files dropped on it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar, QMessageBox, QVBoxLayout, QWidget

from desktop_app.session.container import SUFFIX
from desktop_app.session.resolve import Picture, resolve
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.actions import build_actions
from desktop_app.views.adapt_pane import AdaptPane
from desktop_app.views.appearance_pane import AppearancePane
from desktop_app.views.banner import Banner
from desktop_app.views.cadence import Turns
from desktop_app.views.camera_pane import CameraPane
from desktop_app.views.clips_pane import ClipsPane
from desktop_app.views.commands import Commands
from desktop_app.views.frame_pane import FramePane
from desktop_app.views.hints import HintBar
from desktop_app.views.keyboard_dialog import KeyboardDialog
from desktop_app.views.keymap import Keymap
from desktop_app.views.known_runs import KnownRuns
from desktop_app.views.layout import DockLayout
from desktop_app.views.live_bar import LiveBar
from desktop_app.views.log_pane import LogPane
from desktop_app.views.menus import fill_menus, window_commands
from desktop_app.views.new_run_page import NewRunPage
from desktop_app.views.parts_pane import PartsPane
from desktop_app.views.plots_pane import PlotsPane
from desktop_app.views.pose_pane import PosePane
from desktop_app.views.questions import Questions
from desktop_app.views.recent import RecentFiles
from desktop_app.views.recombine_pane import RecombinePane
from desktop_app.views.runs_pane import RunsPane
from desktop_app.views.scene_pane import ScenePane
from desktop_app.views.status import StatusLine
from desktop_app.views.synthesis_pane import SynthesisPane
from desktop_app.views.theme import DARK, THEMES, Theme, apply_theme
from desktop_app.views.timeline_pane import TimelinePane
from desktop_app.views.top_bar import TopBar
from desktop_app.views.train_menu import show_actions


class Window(QMainWindow):
    """Draws pictures; everything a person does here becomes a call of the session or of the commands."""

    def __init__(self, session: Session, commands: Commands, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("PuppetPose")
        self.setAcceptDrops(True)
        self.session, self.commands, self.settings = session, commands, settings
        self.painted: Callable[[], None] = lambda: None
        self.complete: Callable[[], None] = lambda: None
        self.closed: Callable[[], None] = lambda: None
        self._may_close = self._painted = self.ready = False
        self.unsaved: QMessageBox | None = None
        self.questions = Questions(self, commands, self.guarded)
        self.layout_ = DockLayout(self, self._make_panes(session, commands), settings)
        docks = self.layout_.docks  # what these three show is made only while it is to be seen
        docks["Appearance"].visibilityChanged.connect(lambda on: session.show(sheet=on))
        docks["Plots"].visibilityChanged.connect(lambda on: session.plots.show(in_sight=on))
        docks["Training"].visibilityChanged.connect(lambda on: session.runs.show(in_sight=on))
        self.command_list = window_commands(self)
        self.actions_ = build_actions(self, self.command_list)
        self.menu_bar = QMenuBar()  # not that of QMainWindow, which wants the whole top of the window
        recent_menu = fill_menus(self)
        self.recent = RecentFiles(settings, recent_menu, self.open)
        self._build_frame(session)
        self.keymap = Keymap(self, self.command_list, self.actions_, settings)
        self.apply_theme(THEMES.get(str(settings.value("theme", DARK.name)), DARK))
        self.resize(_first_size())
        self.layout_.arrange()
        self.layout_.restore()

    def _make_panes(self, session: Session, commands: Commands) -> dict[str, QWidget]:
        """Every pane under the title of its dock."""
        self.frame, self.scene, self.parts = FramePane(session), ScenePane(session), PartsPane(session)
        self.synthesis, self.pose, self.camera = SynthesisPane(session), PosePane(session), CameraPane(session)
        self.appearance, self.recombine = AppearancePane(session, commands), RecombinePane(session, commands)
        self.adapt, self.timeline = AdaptPane(session, commands), TimelinePane(session)
        self.plots, self.log, self.clips = PlotsPane(session, commands), LogPane(), ClipsPane(session, commands)
        self.training, self.known_runs = RunsPane(session, commands), KnownRuns(session.runs, self.settings)
        self.new_run = NewRunPage(self, commands.training)
        self.panes = (
            self.frame, self.synthesis, self.scene, self.parts, self.appearance, self.adapt, self.pose, self.camera,
            self.recombine, self.timeline, self.plots, self.log, self.clips, self.training,
        )  # fmt: skip
        others = (pane for pane in self.panes if pane not in (self.frame, self.timeline))
        self._turns = Turns(pane.show_picture for pane in others)
        titles = (
            "Frame", "Synthesis", "3D", "Parts", "Appearance", "Adapt", "Pose", "Camera", "Recombine", "Timeline",
            "Plots", "Log", "Clips", "Training",
        )  # fmt: skip
        return dict(zip(titles, self.panes, strict=True))

    def _build_frame(self, session: Session) -> None:
        """What stands above and below the docks."""
        self.banner, self.top_bar, self.status = Banner(session), TopBar(self.commands, self.actions_), StatusLine()
        self.live, self.hints = LiveBar(self.commands), HintBar(self.layout_.docks, self.settings)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.menu_bar)
        column.addWidget(self.top_bar)
        column.addWidget(self.live)
        column.addWidget(self.banner)
        column.addWidget(self.hints)
        self.setMenuWidget(top)
        self.setStatusBar(self.status)

    def apply_theme(self, theme: Theme) -> None:
        """Dress everything, and remember it."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        self.settings.setValue("theme", theme.name)
        for pane in (*self.panes, self.top_bar):
            if hasattr(pane, "set_theme"):
                pane.set_theme(theme)
        if self._painted:
            self._set_icons(theme)
        self.session.changed.emit()

    def _set_icons(self, theme: Theme) -> None:
        for part in (*self.panes, self.banner, self.hints, self.top_bar, self.live):
            if hasattr(part, "set_icons"):
                part.set_icons(theme)

    def show_picture(self, picture: Picture) -> None:
        """Every pane draws its share; while the clip plays, all but the frame and the timeline take turns."""
        for pane in (self.banner, self.top_bar, self.live, self.frame, self.timeline, self.status):
            pane.show_picture(picture)
        for draw in self._turns.now() if picture.playback.playing else self._turns.all():
            draw(picture)
        for name, label in (("undo", picture.undo_label), ("redo", picture.redo_label)):
            action = self.actions_[name]
            text = f"{name.capitalize()} {label or ''}".rstrip()
            if (action.text(), action.isEnabled()) != (text, label is not None):
                action.setText(text)
                action.setEnabled(label is not None)
        self.questions.show_picture(picture)
        self.known_runs.keep()
        self.new_run.show_run(picture.new_run)
        show_actions(self.actions_, picture.training)
        for name in ("save", "save_as"):
            self.actions_[name].setEnabled(bool(picture.clips))
        for name in ("record", "stop_camera"):
            self.actions_[name].setEnabled(picture.live is not None)
        title = f"{picture.name}[*] - PuppetPose" if picture.name else "PuppetPose"
        if title != self.windowTitle():
            self.setWindowTitle(title)
        self.setWindowModified(picture.modified)

    def ask_open(self, *, folder: bool = False) -> None:
        """Let the person choose what to open."""
        start = self._last_folder()
        path = dialogs.choose_folder(self, start) if folder else dialogs.choose_file(self, start)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """A session or a clip, once what is on show may go."""
        self.guarded(lambda: self.commands.open(path, lambda: None))

    def open_all(self, paths: Sequence[Path]) -> None:
        """One is opened in place of what is on show; several are added to it, after a session if one is among them."""
        sessions = [path for path in paths if path.suffix.lower() == SUFFIX]
        clips = [path for path in paths if path not in sessions]
        if len(paths) == 1:
            self.open(paths[0])
        elif sessions:
            self.guarded(lambda: self.commands.open(sessions[0], lambda: self.commands.add_clips(clips)))
        else:
            self.commands.add_clips(clips)

    def guarded(self, then: Callable[[], None]) -> None:
        """Do what loses unsaved changes after the person has saved or discarded them."""
        if self.session.modified:
            name = resolve(self.session).name
            self.unsaved = dialogs.ask_unsaved(self, name, lambda: self.save(then), then)
        else:
            then()

    def save(self, then: Callable[[], None] = lambda: None) -> None:
        """The session, into the file that it has, or into one that is asked for."""
        if path := self.session.keeping.path:
            self.commands.save(path, then)
        else:
            self.save_as(then)

    def save_as(self, then: Callable[[], None] = lambda: None) -> None:
        """The session, into another file."""
        if clips := self.session.clips.items:
            start = self.session.keeping.path or clips[0].path.with_suffix(SUFFIX)
            if path := dialogs.choose_session(self, str(start), save=True):
                self.commands.save(path, then)

    def ask_open_session(self) -> None:
        """Let the person choose one."""
        if path := dialogs.choose_session(self, self._last_folder(), save=False):
            self.open(path)

    def _last_folder(self) -> str:
        recent = self.recent.paths()
        return str(Path(recent[0]).parent) if recent else str(Path.home())

    def ask_save_frame(self) -> None:
        """Let the person choose where the synthesized frame goes."""
        if path := dialogs.choose_target(self, "Save the synthesized frame", "frame.png"):
            self.commands.save_frame(path)

    def ask_export(self) -> None:
        """Let the person choose where the motion goes, and as what."""
        name = self.session.clip.path.stem if self.session.clip else "motion"
        if path := dialogs.choose_export(self, name):
            self.commands.write_motion(path)

    def show_new_run(self) -> None:
        """The page of a new training run, which stands beside this window."""
        self.commands.training.open()
        self.new_run.show()
        self.new_run.raise_()
        self.session.changed.emit()

    def show_training(self) -> None:
        """The pane of training runs in front."""
        self.layout_.docks["Training"].show()
        self.layout_.docks["Training"].raise_()

    def show_keyboard(self) -> None:
        """The page of keys."""
        KeyboardDialog(self, self.keymap).open()

    def toggle_full_screen(self) -> None:
        """All of the screen, or not."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """After the first paint comes what takes longer: icons, the 3D view, the network."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._after_first_paint)

    def _after_first_paint(self) -> None:
        self.painted()
        self._set_icons(THEMES[str(self.settings.value("theme"))])
        QTimer.singleShot(0, self, self._keep_to_screen)
        self.scene.start()
        self.ready = True
        self.complete()
        self.session.changed.emit()

    def _keep_to_screen(self) -> None:
        """Buttons are wider without their icons: until these came, the window may have wanted more than there is."""
        self.resize(self.size().boundedTo(self.screen().availableGeometry().size()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open the file; several become clips of the session."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_all(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Remember the layout and let everything end, once what is on show may go."""
        if self.session.modified and not self._may_close:
            event.ignore()
            self.guarded(self._close)
            return
        self.new_run.close()
        self.layout_.save()
        self.closed()
        super().closeEvent(event)

    def _close(self) -> None:
        self._may_close = True
        self.close()


def _first_size() -> QSize:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    return QSize(min(1440, screen.width()), min(900, screen.height()))
