"""Training runs in the window: found again, followed while they go on, compared."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_runs import select, told
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from core_model.training.control import Phase
from core_model.training.events import Finished
from core_model.training.trainer import train
from desktop_app.application import Studio
from desktop_app.session.runs import BEST, NEWEST
from tests.core_model.training.conftest import setting, shared  # noqa: F401


def test_without_runs_the_pane_says_what_to_do_next(studio: Studio, qtbot) -> None:
    studio.window.actions_["training"].trigger()
    qtbot.waitUntil(lambda: studio.window.training.hint.isVisible())
    assert "add the folder of a run" in studio.window.training.hint.text()
    assert not studio.window.training.use.best.isEnabled()
    studio.window.actions_["training"].trigger()
    assert not studio.window.layout_.docks["Training"].isVisible()


def test_a_folder_without_runs_is_refused_in_words(studio: Studio, tmp_path: Path, qtbot) -> None:
    studio.run_watcher.add(tmp_path)
    qtbot.waitUntil(lambda: studio.session.problem is not None)
    assert "no training run" in studio.session.problem.what


def test_a_run_is_followed_while_it_goes_on(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    select(watching, qtbot, runs.a)
    pane = watching.window.training
    qtbot.waitUntil(lambda: "total" in pane.legend.text().lower())
    qtbot.waitUntil(lambda: pane.pictures.tiles[0].image is not None)
    assert len(pane.plots.lines[(0, "loss/total")].thick.getOriginalDataset()[0]) == 35
    runs.a.tell([*told(36, 50), Finished(50, Path(NEWEST))])
    runs.a.stand(Phase.FINISHED, 50)
    qtbot.waitUntil(lambda: watching.session.runs.chosen[0].record.step == 50, timeout=5000)
    qtbot.waitUntil(lambda: pane.list._items[0].text(1) == "Finished", timeout=5000)
    qtbot.waitUntil(lambda: pane.pictures.slider.maximum() == 4, timeout=5000)
    pane.tabs.setCurrentWidget(pane.log)
    assert "Finished after 50 steps" in pane.log.toPlainText()


def test_what_went_wrong_with_a_run_is_said(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    select(watching, qtbot, runs.a)
    runs.a.stand(Phase.FAILED, 35, "The disk is full. Make room.")
    pane = watching.window.training
    qtbot.waitUntil(lambda: "The disk is full" in pane.controls.message.text(), timeout=5000)
    select(watching, qtbot, runs.a, runs.b)
    qtbot.waitUntil(lambda: "The disk is full" in pane.legend.text(), timeout=5000)


def test_pictures_and_figures_go_back_through_training(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    select(watching, qtbot, runs.a)
    pane = watching.window.training
    qtbot.waitUntil(lambda: pane.pictures.slider.isEnabled())
    pane.pictures.slider.setValue(0)
    qtbot.waitUntil(lambda: "step 10" in pane.pictures.tiles[0]._caption)
    assert "step 10" in pane.legend.text()
    assert "51.0" in pane.legend.text()  # held-out figures of that step
    assert pane.plots._heads[0].value() == 10
    pane.plots.sought.emit(27.4)
    qtbot.waitUntil(lambda: "step 20" in pane.pictures.tiles[0]._caption)
    pane.pictures.newest.click()
    qtbot.waitUntil(lambda: "step 30" in pane.pictures.tiles[0]._caption)
    assert watching.session.runs.choice.step is None


def test_two_runs_are_compared(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    select(watching, qtbot, runs.a, runs.b)
    pane = watching.window.training
    qtbot.waitUntil(lambda: len([t for t in pane.pictures.tiles if not t.isHidden() and t.image is not None]) == 2)
    assert {key for key in pane.plots.lines if key[1] == "loss/total"} == {(0, "loss/total"), (1, "loss/total")}
    assert "a:&nbsp;Total" in pane.legend.text()
    assert "b:&nbsp;Total" in pane.legend.text()
    pane.tabs.setCurrentWidget(pane.compare)
    assert pane.compare.rows["batch"] == ["8", "16"]
    assert pane.compare.rows["losses.heat"] == ["1.0", "0.5"]
    assert "steps" not in pane.compare.rows  # alike
    assert pane.compare.rows["Held-out PCK"] == ["53.0 %", "54.0 %"]
    watching.session.runs.show(step=10)
    qtbot.waitUntil(lambda: pane.compare.rows["Held-out PCK"] == ["51.0 %", "52.0 %"])
    assert not pane.use.best.isEnabled()  # of which?


@pytest.fixture
def real_runs(setting: Any) -> Path:  # noqa: F811
    """Two folders as the trainer leaves them."""
    for name, rate in (("slow", 1e-4), ("fast", 1e-2)):
        settings = {"steps": 4, "judge_every": 2, "preview_every": 2, "learning_rate": rate, "save_every_s": 0.0}
        for _ in train(setting.with_held_out(name, **settings)):
            pass
    folder: Path = setting.tmp
    return folder


def test_two_real_runs_are_compared(real_runs: Path, studio: Studio, qtbot) -> None:
    studio.window.actions_["training"].trigger()
    studio.run_watcher.add(real_runs)
    qtbot.waitUntil(lambda: len(studio.session.runs.infos) == 2)
    studio.session.runs.show(selected=studio.session.runs.folders)
    pane = studio.window.training
    qtbot.waitUntil(lambda: len([t for t in pane.pictures.tiles if t.image is not None]) == 2, timeout=5000)
    for info in studio.session.runs.chosen:
        assert (info.standing.phase, info.standing.step, info.record.finished) == ("Finished", 4, True)
        assert info.checkpoints == {BEST, NEWEST}
        assert info.record.curves["run/memory_mb"].values.min() > 0
    pane.tabs.setCurrentWidget(pane.compare)
    assert pane.compare.rows["learning_rate"] in (["0.0001", "0.01"], ["0.01", "0.0001"])
    assert all("%" in text for text in pane.compare.rows["Held-out PCK"])


def test_runs_are_found_again_by_the_next_window(watching: Studio, runs: SimpleNamespace, make_studio, qtbot) -> None:
    QApplication.processEvents()
    watching.window.close()
    runs.b.tell(told(21, 40))
    second = make_studio()
    second.window.layout_.docks["Training"].show()
    second.window.layout_.docks["Training"].raise_()
    qtbot.waitUntil(lambda: len(second.session.runs.infos) == 2, timeout=5000)
    assert second.session.runs.infos[runs.b.folder].record.step == 40
    second.session.runs.forget([runs.a.folder])
    assert runs.a.folder.exists()
    assert second.session.runs.folders == (runs.b.folder,)


def test_a_folder_that_is_gone_is_said_to_be(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    runs.a.folder.rename(runs.folder / "moved")
    folder = runs.a.folder
    qtbot.waitUntil(lambda: watching.session.runs.infos[folder].standing.phase == "Missing", timeout=5000)
    assert watching.session.problem is None


def test_the_keyboard_reaches_the_runs(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    pane = watching.window.training
    qtbot.waitUntil(lambda: len(pane.list._items) == 2)
    pane.list.setCurrentItem(pane.list._items[1])
    pane.list.setFocus()
    qtbot.keyClick(pane.list, Qt.Key.Key_Up)
    assert [folder.name for folder in watching.session.runs.choice.selected] == [pane.list._folders[0].name]


def test_in_a_small_window_everything_has_a_tab_and_the_window_stays_as_it_is(
    watching: Studio, runs: SimpleNamespace, qtbot
) -> None:
    pane, window = watching.window.training, watching.window
    window.resize(1440, 900)
    for chosen in ((runs.a,), (runs.a, runs.b)):
        select(watching, qtbot, *chosen)
        qtbot.wait(100)
        assert window.size().toTuple() == (1440, 900)
        least, there = pane.layout().totalMinimumSize(), pane.minimumSize()
        assert least.expandedTo(there) == there
        for part in (pane.lists, pane.progress, pane.pictures, pane.compare, pane.log):
            pane.tabs.setCurrentWidget(part)
            assert part.isVisible()
            assert pane.rect().contains(part.geometry().translated(part.mapTo(pane, QPoint()) - part.pos()))


def test_in_a_large_one_all_of_it_is_seen_at_once(watching: Studio, qtbot) -> None:
    pane, dock = watching.window.training, watching.window.layout_.docks["Training"]
    pane.tabs.setCurrentWidget(pane.pictures)
    dock.setFloating(True)
    dock.resize(1100, 760)
    qtbot.waitUntil(lambda: pane.lists.isVisible() and pane.plots.isVisible() and pane.pictures.isVisible())
    dock.resize(500, 400)
    qtbot.waitUntil(lambda: pane.progress.isVisible() and not pane.lists.isVisible())
