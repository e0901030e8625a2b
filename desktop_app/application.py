"""The only place that joins the parts: session, threads, controllers, window."""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QCoreApplication, QSettings, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.controllers.adapter import Adapter
from desktop_app.controllers.all_clips import AllClips
from desktop_app.controllers.analysis import Analyser
from desktop_app.controllers.archive import Archive
from desktop_app.controllers.autosaver import EVERY_S, Autosaver
from desktop_app.controllers.checkpoints import Checkpoints
from desktop_app.controllers.chronicle import Chronicle
from desktop_app.controllers.core import Core
from desktop_app.controllers.crowd import Crowd
from desktop_app.controllers.doubter import Doubter
from desktop_app.controllers.dressing import Dresser
from desktop_app.controllers.files import Files
from desktop_app.controllers.finder import Finder
from desktop_app.controllers.guests import Guests
from desktop_app.controllers.inference import Inference
from desktop_app.controllers.keeper import Keeper
from desktop_app.controllers.live import LiveView
from desktop_app.controllers.media import Media
from desktop_app.controllers.network import Network
from desktop_app.controllers.new_run import NewRunDesk
from desktop_app.controllers.place import CleanPlace
from desktop_app.controllers.playback import Player
from desktop_app.controllers.poser import Poser
from desktop_app.controllers.prober import Prober
from desktop_app.controllers.roster import Roster
from desktop_app.controllers.run_control import RunControl
from desktop_app.controllers.run_watcher import EVERY_S as LOOK_EVERY_S
from desktop_app.controllers.run_watcher import RunWatcher
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
from desktop_app.views.training_commands import TrainingCommands
from desktop_app.views.window import Window

SWITCH_INTERVAL_S = 0.001
"""Python threads give way to the window after a millisecond instead of five."""


class Studio:
    """A session with its window. Close the window, or call `close`, and every thread ends."""

    def __init__(self, core: Core, settings: QSettings, aside: Path, recordings: Path | None = None) -> None:
        """`aside` is the folder for unsaved changes, shared by all windows, `recordings` that for what cameras gave."""
        self.session = Session()
        self.chronicle = Chronicle(self.session)
        self.bridge = Bridge(self.session)
        self._video_worker = Worker("video", self.bridge.post)
        self._network_worker = Worker("network", self.bridge.post, patient=True)
        self._library_worker = Worker("library", self.bridge.post, patient=True)
        self._files_worker = Worker("files", self.bridge.post, patient=True)
        self._adapting_worker = Worker("adapting", self.bridge.post, patient=True)
        self._timeline_worker = Worker("timeline", self.bridge.post, patient=True)
        self._runs_worker = Worker("runs", self.bridge.post, patient=True)
        self._new_run_worker = Worker("new run", self.bridge.post, patient=True)
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
        self._add_training(core, aside.parent)
        self._add_keeping(core, aside)
        recordings = recordings or aside.parent / "recordings"
        self._camera_worker = Worker("camera", self.bridge.post)
        self.live = LiveView(self.session, self.network, self.roster, self._camera_worker, core, recordings)
        self.bridge.tick = Player(self.session).tick
        self.window = Window(self.session, self._commands(), settings)
        self.media.opened = self.keeper.opened = self.roster.added = self.window.recent.add
        self.bridge.redraw = self._redraw
        self.window.complete = self.network.load
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

    def _add_training(self, core: Core, folder: Path) -> None:
        """What training runs tell, and their checkpoints; new ones, in a folder of their own."""
        worker = self._runs_worker
        self.run_watcher = RunWatcher(self.session, worker)
        self.checkpoints = Checkpoints(self.session, self.network, worker, self.analyser, core)
        self.run_control = RunControl(self.session)
        self.new_run = NewRunDesk(self.session, self._new_run_worker, core, folder)
        self.new_run.begun = self._run_begun
        self.bridge.every(LOOK_EVERY_S, self.run_watcher.tick)
        self.bridge.every(LOOK_EVERY_S, self.run_control.tick)

    def _run_begun(self, folder: Path) -> None:
        self.session.runs.add(folder)
        self.window.show_training()
        self.run_watcher.tick()

    def _add_keeping(self, core: Core, aside: Path) -> None:
        """Sessions in files."""
        archive = Archive(self.session, self.dresser, self.adapter, core)
        self.finder = Finder(self.session, self._files_worker)
        self.keeper = Keeper(self.session, self.media, archive, self.finder, self._files_worker)
        self.roster = Roster(self.session, self.media, archive, self.finder, self.analyser, self._files_worker)
        self.all_clips = AllClips(self.session, self.roster, self.analyser)
        self.prober = Prober(self.session, self._files_worker, core)
        self.autosaver = Autosaver(self.session, self.keeper, archive, self._files_worker, aside)

    def _commands(self) -> Commands:
        return Commands(
            open=self.keeper.open,
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
            add_runs=self.run_watcher.add,
            take_checkpoint=self.checkpoints.take,
            exchange_checkpoint=self.checkpoints.exchange,
            save=self.keeper.save,
            relink=self.finder.relink,
            take_other=self.finder.take_other,
            give_up=self.finder.give_up,
            recover=self.autosaver.recover,
            discard=self.autosaver.discard,
            later=self.autosaver.later,
            add_clips=self.roster.add,
            show_clip=self.roster.show,
            step_clip=self.roster.step,
            remove_clip=self.roster.remove,
            training=self._training_commands(),
            **self._analysis_commands(),
            **self._camera_commands(),
        )

    def _analysis_commands(self) -> dict[str, Callable[..., None]]:
        return {
            "analyse": self.analyser.start,
            "analyse_carefully": self.analyser.start_carefully,
            "analyse_all": self.all_clips.start,
            "cancel": self.analyser.cancel,
            "follow": self.analyser.follow,
        }

    def _camera_commands(self) -> dict[str, Callable[..., None]]:
        live = self.live
        return {"find_cameras": live.find, "open_camera": live.open, "record": live.record, "stop_camera": live.stop}

    def _training_commands(self) -> TrainingCommands:
        desk = self.new_run
        return TrainingCommands(
            open=desk.open,
            add=desk.add,
            remove=desk.remove,
            cancel=desk.cancel,
            set_value=desk.set_value,
            set_folder=desk.set_folder,
            set_start=desk.set_start,
            measure=desk.measure,
            begin=desk.begin,
            ask=self.run_control.ask,
            go_on=desk.go_on,
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
        self._camera_worker.close()
        self._timeline_worker.close()
        self._runs_worker.close()
        self.new_run.close()
        self._new_run_worker.close()
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


def recordings_folder() -> Path:
    """Where what cameras gave is kept for this user."""
    return Path(platformdirs.user_videos_dir()) / "PuppetPose"


def run(core: Core, paths: Sequence[Path], camera: str | None = None, settings: QSettings | None = None) -> int:
    """Open the window on a session, on clips, or on a camera, and stay until it is closed."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = qt_application()
    app.setApplicationName("PuppetPose")
    settings = settings or user_settings()
    studio = Studio(core, settings, aside_folder(), recordings_folder())
    sys.excepthook = studio.report
    studio.window.hints.welcome()
    studio.window.show()
    if paths:
        studio.window.open_all(paths)
    if camera is not None:
        studio.live.open(camera)
    status = app.exec()
    settings.sync()
    if any(thread.daemon and thread.is_alive() for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # a call in C++ that did not end in time: the interpreter would abort over it
    return status
