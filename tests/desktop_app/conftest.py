"""A studio on a stand-in core, without a display; afterwards no thread and no window is left."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")
sys.path.insert(0, str(Path(__file__).parent))  # for the stand-in core beside this file

import pytest
from fake_core import fake_core
from fake_predictor import FakePredictor
from fake_runs import FakeRun, told
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from desktop_app.application import Studio
from desktop_app.controllers.core import Core
from desktop_app.session.activity import Phase

MakeStudio = Callable[..., Studio]


@pytest.fixture
def make_studio(qtbot, tmp_path: Path) -> Iterator[MakeStudio]:
    """`make_studio(predictor, clip="clip.mp4")`: an open window, its clip on show and its network loaded."""
    before, studios = set(threading.enumerate()), []

    def make(predictor: FakePredictor | None = None, clip: str | None = "clip.mp4", core: Core | None = None) -> Studio:
        settings = QSettings(str(tmp_path / "studio.ini"), QSettings.Format.IniFormat)
        studio = Studio(core or fake_core(predictor), settings, tmp_path / "aside")
        studios.append(studio)
        qtbot.addWidget(studio.window)
        studio.window.show()
        if clip:
            studio.media.open(tmp_path / clip)
            qtbot.waitUntil(lambda: studio.session.frame is not None)
        qtbot.waitUntil(lambda: studio.session.engine.phase in (Phase.RUNNING, Phase.FAILED))
        return studio

    yield make
    for studio in studios:
        studio.session.put_keeping(replace(studio.session.keeping, saved=studio.session.mark))  # nobody is to be asked
        studio.window.close()
    QApplication.processEvents()
    left = {thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()}
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def studio(make_studio: MakeStudio, qtbot) -> Studio:
    """With a prediction on show."""
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    return studio


@pytest.fixture
def runs(tmp_path: Path) -> SimpleNamespace:
    a, b = FakeRun(tmp_path / "runs" / "a"), FakeRun(tmp_path / "runs" / "b", batch=16, losses={"heat": 0.5})
    a.tell(told(1, 35))
    b.tell(told(1, 20, loss=2.0))
    return SimpleNamespace(folder=tmp_path / "runs", a=a, b=b)


@pytest.fixture
def watching(studio: Studio, runs: SimpleNamespace, qtbot) -> Studio:
    """The pane is open, and knows both runs."""
    studio.window.actions_["training"].trigger()
    studio.run_watcher.add(runs.folder)
    qtbot.waitUntil(lambda: len(studio.session.runs.infos) == 2)
    return studio
