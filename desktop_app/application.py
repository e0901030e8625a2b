"""The only place that joins the parts: session, threads, controllers, window."""

import sys
import traceback
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QCoreApplication, QSettings, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.controllers.adapter import Adapter
from desktop_app.controllers.analysis import Analyser
from desktop_app.controllers.archive import Archive
from desktop_app.controllers.autosaver import EVERY_S, Autosaver
from desktop_app.controllers.chronicle import Chronicle
from desktop_app.controllers.core import Core
from desktop_app.controllers.crowd import Crowd
from desktop_app.controllers.doubter import Doubter
from desktop_app.controllers.dressing import Dresser
from desktop_app.controllers.files import Files
from desktop_app.controllers.guests import Guests
from desktop_app.controllers.inference import Inference
from desktop_app.controllers.keeper import Keeper
from desktop_app.controllers.media import Media
from desktop_app.controllers.network import Network
from desktop_app.controllers.place import CleanPlace
from desktop_app.controllers.playback import Player
from desktop_app.controllers.poser import Poser
from desktop_app.controllers.sheet import SheetMaker
from desktop_app.controllers.smoothing import Smoother
from desktop_app.controllers.synthesis import Synthesiser
from desktop_app.controllers.taking_away import MotionWriter
from desktop_app.controllers.tasks import Tasks
from desktop_app.controllers.thumbs import ThumbnailMaker
from desktop_app.jobs.worker import Worker
from desktop_app.session.activity import Problem
from desktop_app.session.resolve import resolve
from desktop_app.session.state import Session
from desktop_app.views.bridge import Bridge
from desktop_app.views.commands import Commands
from desktop_app.views.window import Window

SWITCH_INTERVAL_S = 0.001
"""Python threads give way to the window after a millisecond instead of five."""


class Studio:
    """A session with its window. Close the window, or call `close`, and every thread ends."""

    def __init__(self, core: Core, settings: QSettings, aside: Path) -> None:
        """`aside` is the folder for unsaved changes, which all windows share."""
        self.session = Session()
        self.chronicle = Chronicle(self.session)
        self.bridge = Bridge(self.session)
        self._video_worker = Worker("video", self.bridge.post)
        self._network_worker = Worker("network", self.bridge.post)
        self._library_worker = Worker("library", self.bridge.post, patient=True)
        self._files_worker = Worker("files", self.bridge.post, patient=True)
        self._adapting_worker = Worker("adapting", self.bridge.post, patient=True)
        self._timeline_worker = Worker("timeline", self.bridge.post, patient=True)
        self.network = Network(self.session, self._network_worker, core)
        self.inference = Inference(self.session, self.network, core)
        self.poser, self.crowd = Poser(self.session, self.network, core), Crowd(self.session, self.network)
        self.doubter = Doubter(self.session, self.network, core)
        self.dresser = dresser = Dresser(core)
        self.synthesiser = Synthesiser(self.session, self.network, dresser)
        self.sheet_maker = SheetMaker(self.session, self.network, dresser)
        self.analyser = Analyser(self.session, self.network, core)
        self.media = Media(self.session, self._video_worker, core, self.inference.show)
        self.thumbnail_maker = ThumbnailMaker(self.session, self._timeline_worker, core)
        self.smoother = Smoother(self.session, self._timeline_worker, core)
        self._add_library(core)
        self._add_keeping(core, aside)
        self.bridge.tick = Player(self.session).tick
        self.window = Window(self.session, self._commands(), settings)
        self.media.opened = self.keeper.opened = self.window.recent.add
        self.bridge.redraw = self._redraw
        self.window.first_paint = self.network.load
        self.window.closed = self.close
        self.bridge.every(EVERY_S, self.autosaver.tick)
        self.autosaver.look()
        self._closed = False

    def _add_library(self, core: Core) -> None:
        """What is done in the background, beside video and network."""
        self.tasks = Tasks(self.session, self._library_worker)
        self.guests = Guests(self.session, self.network, self.tasks, core)
        self.place = CleanPlace(self.session, self._library_worker, self.tasks, core)
        self.motion_writer = MotionWriter(self.session, self.tasks)
        self.adapter = Adapter(self.session, self.network, self._adapting_worker, core)
        self.files = Files(self.session, self.network, self._files_worker, self._library_worker, self.place, core)

    def _add_keeping(self, core: Core, aside: Path) -> None:
        """Sessions in files."""
        archive = Archive(self.session, self.dresser, self.adapter, core)
        self.keeper = Keeper(self.session, self.media, archive, self._files_worker)
        self.autosaver = Autosaver(self.session, self.keeper, archive, self._files_worker, aside)

    def _commands(self) -> Commands:
        return Commands(
            open=self.keeper.open,
            analyse=self.analyser.start,
            cancel=self.analyser.cancel,
            follow=self.analyser.follow,
            invite=self.guests.invite,
            cancel_task=self.tasks.cancel,
            find_place=self.place.find,
            random_pose=self.files.random_pose,
            load_moves=self.files.load_moves,
            write_motion=self.motion_writer.write,
            save_sheet=self.files.save_sheet,
            load_sheet=self.files.load_sheet,
            load_background=self.files.load_background,
            save_frame=self.files.save_frame,
            save_curves=self.files.save_curves,
            adapt=self.adapter.start,
            stop_adapting=self.adapter.stop,
            use_adaptation=self.adapter.use,
            save_adaptation=self.adapter.save,
            load_adaptation=self.adapter.load,
            save=self.keeper.save,
            relink=self.keeper.relink,
            take_other=self.keeper.take_other,
            give_up=self.keeper.give_up,
            recover=self.autosaver.recover,
            discard=self.autosaver.discard,
            later=self.autosaver.later,
        )

    def _redraw(self) -> None:
        self.window.show_picture(resolve(self.session))

    def close(self) -> None:
        """End the threads; at most about a second is given to each for the call in progress."""
        if self._closed:
            return
        self._closed = True
        self.bridge.close()
        self._network_worker.close()
        self._files_worker.close()
        self.autosaver.close()
        self._adapting_worker.close()
        self._timeline_worker.close()
        if self._library_worker.close():
            self.place.close()
        if self._video_worker.close():
            self.media.close()

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error that nobody expected: in front of the person, and on standard error."""
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception) and not self._closed:
            details = "".join(traceback.format_exception(kind, error, trace))
            self.session.report(Problem.of(error, "Something in the window", details))


def qt_application() -> QApplication:
    """The one of this process. Its OpenGL contexts share, so that the 3D view outlives a move into another window."""
    app = QApplication.instance()
    if app is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
        app = QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    return app


def user_settings() -> QSettings:
    """Layout, theme and recent files of this user."""
    folder = Path(platformdirs.user_config_dir("puppetpose", appauthor=False))
    return QSettings(str(folder / "studio.ini"), QSettings.Format.IniFormat)


def aside_folder() -> Path:
    """Where unsaved changes of this user are kept aside."""
    return Path(platformdirs.user_data_dir("puppetpose", appauthor=False)) / "unsaved"


def run(core: Core, clip: Path | None, settings: QSettings | None = None) -> int:
    """Open the window on a clip or a session, and stay until it is closed."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = qt_application()
    app.setApplicationName("PuppetPose")
    studio = Studio(core, settings or user_settings(), aside_folder())
    sys.excepthook = studio.report
    studio.window.hints.welcome()
    studio.window.show()
    if clip:
        studio.keeper.open(clip)
    return app.exec()
