"""A new training run is thought of in its page, begun, and controlled in a process that the window does not own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from fake_core import fake_core
from fake_training import FakeMeasuring
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractSpinBox, QMessageBox

from core_model.training import control
from core_model.training.checkpoint import Checkpoint, save_checkpoint
from core_model.training.config import load_config
from core_model.training.control import Phase
from core_model.training.launch import OUTPUT, begun, detached, last_words
from desktop_app.application import Studio
from desktop_app.controllers.planning import config_of, form, usual
from desktop_app.session.new_run import NewRun, Start
from desktop_app.views.new_run_page import NewRunPage
from desktop_app.views.run_controls import fits
from tests.core_model.training.conftest import SmallEncoder, fill

SMALL = """
import sys
from core_model.training import run
from core_model.__main__ import main
from tests.core_model.training.conftest import SmallEncoder, quick_features
run.PoseEncoder, run.frozen_features = SmallEncoder, quick_features
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def page(studio: Studio) -> NewRunPage:
    """The page, open beside the window."""
    studio.window.actions_["new_run"].trigger()
    return studio.window.new_run


def shown(studio: Studio, qtbot: Any) -> NewRun:
    """What the page shows now."""
    qtbot.waitUntil(lambda: studio.window.new_run._run is studio.session.new_run)
    return studio.session.new_run


def drop(page: NewRunPage, *paths: Path) -> None:
    """Files are dropped on it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, action = QPointF(5, 5), Qt.DropAction.CopyAction
    kinds = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.sources.dropEvent(QDropEvent(where, action, data, *kinds))


def test_what_is_in_the_videos_is_told_before_anything_is_learnt(
    studio: Studio, page: NewRunPage, qtbot: Any, tmp_path: Path
) -> None:
    good, bad = tmp_path / "walk.mp4", tmp_path / "bad.mp4"
    drop(page, good, bad)
    qtbot.waitUntil(lambda: len(studio.session.new_run.found) == 2 and studio.session.new_run.surveying is None)
    run = shown(studio, qtbot)
    tree = page.sources.found
    assert [tree.topLevelItem(0).text(column) for column in range(7)] == [
        "walk.mp4", "6.0 s", "2", "2", "40 of 50", "30", "38",
    ]  # fmt: skip
    assert "10 like the one before" in tree.topLevelItem(0).child(0).text(0)
    assert "It is no video." in tree.topLevelItem(1).child(0).text(0)
    assert run.summary.startswith("1 of 2 videos can be used: 40 crops kept of 50 frames")
    assert not run.trouble
    studio.new_run.remove([good])
    qtbot.waitUntil(lambda: "Nothing in these videos" in page.trouble.text())
    assert not page.begin.isEnabled()
    studio.new_run.remove([bad])  # then rendered people alone teach
    qtbot.waitUntil(lambda: page.begin.isEnabled())


def test_what_is_filled_in_wrongly_is_said_and_not_started(studio: Studio, page: NewRunPage, qtbot: Any) -> None:
    run = shown(studio, qtbot)
    editors = {name: editor for form_ in page.forms for name, editor in form_.editors.items()}
    assert editors.keys() == {each.name for each in run.settings} == run.plan.values.keys()
    editors["batch"].setValue(-5)
    assert studio.session.new_run.plan.values["batch"] == 1
    editors["batch"].setValue(25)
    editors["piece"].setValue(7)
    qtbot.waitUntil(lambda: "cannot be shared evenly" in page.trouble.text())
    assert not page.begin.isEnabled()
    editors["piece"].setValue(0)
    editors["losses.prior"].setValue(0.5)
    qtbot.waitUntil(lambda: "there is no pose prior" in page.trouble.text())
    editors["losses.prior"].setValue(0)
    qtbot.waitUntil(page.begin.isEnabled)
    studio.session.new_run.plan.folder.mkdir(parents=True)
    (studio.session.new_run.plan.folder / "x").write_text("x")
    editors["batch"].setValue(24)
    qtbot.waitUntil(lambda: "already" in page.trouble.text())
    page.name.setText("another")
    page.name.editingFinished.emit()
    qtbot.waitUntil(page.begin.isEnabled)
    assert not [e for e in editors.values() if isinstance(e, QAbstractSpinBox) and not e.hasAcceptableInput()]


def test_where_it_starts_from_brings_its_usual_settings(studio: Studio, page: NewRunPage, qtbot: Any) -> None:
    studio.new_run.set_value("threads", 3)
    page.start.setCurrentIndex(2)
    page.start.activated.emit(2)
    qtbot.waitUntil(lambda: "ImageNet" in page.trouble.text())
    values = shown(studio, qtbot).plan.values
    assert (values["learning_rate"], values["threads"]) == (1e-3, 3)
    assert usual(Start.NOTHING)["steps"] == 2900
    page.start.activated.emit(0)
    qtbot.waitUntil(page.begin.isEnabled)
    assert studio.session.new_run.plan.values["learning_rate"] == 2e-4
    config = config_of(studio.session.new_run.plan, (), Path("people"), Path("start"))
    assert (config.pairs, config.pool, config.start_from) == (0, str(Path("people/2000")), "start")


def test_the_time_is_estimated_and_a_run_that_does_not_begin_is_told_of(
    studio: Studio, page: NewRunPage, qtbot: Any, tmp_path: Path
) -> None:
    drop(page, tmp_path / "walk.mp4")
    qtbot.waitUntil(lambda: bool(studio.session.new_run.found) and page.measure.isEnabled())
    page.measure.click()
    qtbot.waitUntil(lambda: bool(page.estimate.text()) and "Taking" not in page.estimate.text())
    told = "About 3 min: 140 steps of 0.5 s, after 100 s of rendering 2000 people; once through all crops: 1 s; 0.9 GB"
    assert page.estimate.text().startswith(told.replace("100 s", "2 min"))
    studio.new_run.set_value("steps", 300)
    qtbot.waitUntil(lambda: not page.estimate.text())  # it holds no longer
    page.begin.click()
    qtbot.waitUntil(lambda: studio.session.problem is not None)
    assert studio.session.problem.todo == "This is a test."
    assert not studio.session.new_run.beginning
    config = load_config(next((tmp_path / "runs").glob("*/config.toml")))
    assert (config.steps, config.people, config.pairs) == (300, 2000, 4)
    assert [file.name for file in Path(config.unlabelled).iterdir()] == ["walk.npz"]


def test_a_survey_or_a_measurement_ends_when_it_is_cancelled_or_the_window_closes(
    make_studio: Callable[..., Studio], qtbot: Any, tmp_path: Path
) -> None:
    made: list[Any] = []

    class Slow(FakeMeasuring):
        """A process that takes long."""

        def __init__(self, *_: object) -> None:
            self.over = threading.Event()
            made.append(self)

        def __iter__(self) -> Iterator[dict[str, Any]]:
            yield {"file": "walk.mp4", "done": 1, "total": 10}
            self.over.wait(20)

        def result(self) -> Any:
            self.over.wait(20)
            raise ValueError("it was stopped")

        def stop(self) -> None:
            self.over.set()

    core = fake_core()
    studio = make_studio(core=replace(core, training=replace(core.training, survey=Slow, measure=Slow)))
    studio.window.show_new_run()
    page = studio.window.new_run
    studio.new_run.add([tmp_path])
    qtbot.waitUntil(lambda: "1 of 10 frames" in page.sources.progress_text.text())
    assert not page.begin.isEnabled()
    start_s = time.monotonic()
    page.sources.stop.click()
    assert time.monotonic() - start_s < 0.25
    assert made[0].over.is_set()
    studio.new_run.remove([tmp_path])
    qtbot.waitUntil(page.measure.isEnabled)
    page.measure.click()
    qtbot.waitUntil(lambda: len(made) == 2)
    studio.window.close()
    assert made[1].over.is_set()


@pytest.fixture
def small(tmp_path: Path) -> Callable[[Path], "subprocess.Popen[bytes]"]:
    """Launches the real command with a small network."""
    (tmp_path / "small.py").write_text(SMALL)
    root = Path(__file__).resolve().parents[2]

    def launch(folder: Path) -> "subprocess.Popen[bytes]":
        config = next(path for name in ("config.json", "config.toml") if (path := folder / name).exists())
        command = [sys.executable, str(tmp_path / "small.py"), "train", "--config", str(config), "--queue", "--nice"]
        with open(folder / OUTPUT, "ab") as output:
            return subprocess.Popen(
                command, stdout=output, stderr=output, cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
                **detached(),
            )  # fmt: skip

    return launch


@pytest.mark.timeout(400)
def test_a_run_is_begun_paused_left_alone_found_again_stopped_and_gone_on_with(
    make_studio: Callable[..., Studio], small: Any, qtbot: Any, tmp_path: Path
) -> None:
    """And killed, and discarded: all through the window, with a real process."""
    torch.manual_seed(1)
    encoder = SmallEncoder()
    states = {"trunk": encoder.trunk.state_dict(), "tail": encoder.tail.state_dict()}
    save_checkpoint(tmp_path / "start.safetensors", Checkpoint(states))
    fill(tmp_path / "pool", 4, seed=0)
    core = fake_core()
    core = replace(core, training=replace(core.training, launch=small, begun=begun))
    studio = make_studio(core=core)
    studio.window.show_new_run()
    values = {"steps": 100_000, "batch": 2, "workers": 0, "judge_every": 0, "preview_every": 0, "people": 0}
    for name, value in {**values, "pool": str(tmp_path / "pool"), "save_every_s": 0.5}.items():
        studio.new_run.set_value(name, value)
    studio.new_run.set_start(Start.OTHER, tmp_path / "start.safetensors")
    qtbot.waitUntil(studio.window.new_run.begin.isEnabled)
    folder = studio.session.new_run.plan.folder
    studio.window.new_run.begin.click()

    def until(phase: Phase) -> control.RunStatus:
        pane = studio.window.training
        qtbot.waitUntil(
            lambda: (
                (info := studio.session.runs.infos.get(folder)) is not None
                and info.standing.phase.lower() == phase
                and pane.controls._run is info
            ),
            timeout=100_000,
        )
        told = control.status(folder)
        assert told is not None, last_words(folder)
        return told

    def press(name: str) -> None:
        each = studio.window.training.controls.buttons[name]
        qtbot.waitUntil(each.isEnabled)
        assert each.isVisible()
        each.click()

    until(Phase.RUNNING)
    press("pause")
    paused = until(Phase.PAUSED)
    assert not studio.window.actions_["run_pause"].isEnabled()
    studio.window.close()
    assert control.status(folder).phase is Phase.PAUSED  # the run does not end with the window
    studio = make_studio(core=core)
    studio.window.show_training()
    assert until(Phase.PAUSED).step == paused.step
    studio.window.actions_["run_resume"].trigger()
    assert until(Phase.RUNNING).pid == paused.pid
    press("stop")
    stopped = until(Phase.STOPPED)
    assert stopped.saved_step == stopped.step > paused.step
    press("go_on")
    again = until(Phase.RUNNING)
    assert again.pid != paused.pid
    assert again.step >= stopped.step
    os.kill(again.pid, signal.SIGKILL)
    until(Phase.LOST)
    assert studio.session.problem is None
    press("discard")
    box = studio.window.training.controls.asking
    assert folder.exists()
    box.button(QMessageBox.StandardButton.Discard).click()
    qtbot.waitUntil(lambda: folder not in studio.session.runs.folders)
    assert not folder.exists()


def test_only_what_fits_can_be_asked() -> None:
    assert [what for what in ("pause", "resume", "stop", "go_on") if fits(what, "Paused")] == ["resume", "stop"]
    assert [what for what in ("pause", "stop", "go_on", "discard") if fits(what, "Lost")] == ["go_on", "discard"]
    assert not any(fits(what, "") for what in ("pause", "resume", "stop", "checkpoint", "go_on", "discard"))
    assert len(form()) == len({each.name for each in form()})
