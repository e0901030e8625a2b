"""Training runs in the window: found again, followed while they go on, compared, and their checkpoints tried."""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fake_predictor import FakeOther, FakePredictor
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core_model.export.images import write_jpeg
from core_model.run_record import Curve, Record
from core_model.training.control import Phase, RunStatus, write_status
from core_model.training.events import Event, Finished, Judged, Preview, Saved, Step
from core_model.training.journal import Journal
from core_model.training.trainer import train
from desktop_app.application import Studio
from desktop_app.session.run_curves import averaged, drawn_of
from desktop_app.session.runs import BEST, NEWEST, RunInfo, Runs, differences
from desktop_app.views.sheet_tile import best_grid, laid_out
from tests.core_model.training.conftest import setting, shared  # noqa: F401

FIRST = FakePredictor.checkpoint_digest


def told(first: int, last: int, *, loss: float = 1.0) -> Iterator[Event]:
    """A judgement and pictures every tenth step."""
    for number in range(first, last + 1):
        yield Step(number, {"heat": loss / number, "total": 2 * loss / number}, 1e-3, 20.0, 0.1, 500.0)
        if number % 10 == 0:
            yield Judged(number, {"pck_2d": 50 + loss * number / 10, "limbs_mm": 100.0}, best=True)
            yield Preview(number, Path(f"step_{number:06d}.jpg"), np.zeros((0, 0, 3), np.uint8), ("image", "parts"))
            yield Saved(number, Path(NEWEST))


class FakeRun:
    """A run's folder, filled as the trainer would."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        (folder / "previews").mkdir(parents=True)
        config = {"folder": str(folder), "steps": 100, "batch": 8, "losses": {"heat": 1.0}, **settings}
        (folder / "config.json").write_text(json.dumps(config))
        self._journal = Journal(folder, 0)
        for name in (BEST, NEWEST):
            (folder / name).write_text("weights")

    def tell(self, events: Iterable[Event]) -> None:
        """Write it all down."""
        for event in events:
            self._journal.record(event)
            if isinstance(event, Step):
                self.stand(Phase.RUNNING, event.step)
            elif isinstance(event, Preview):
                image = np.full((128, 192, 3), 2 * event.step % 256, np.uint8)
                write_jpeg(self.folder / "previews" / event.path.name, image)

    def stand(self, phase: Phase, step: int = 0, message: str = "") -> None:
        """As its process says."""
        write_status(
            self.folder, RunStatus(phase, message, step, 100, images_per_s=20.0, left_s=12.0, host="elsewhere")
        )


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


def select(studio: Studio, qtbot, *chosen: FakeRun) -> None:
    studio.session.runs.show(selected=tuple(run.folder for run in chosen))
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == studio.session.runs.chosen)


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
    qtbot.waitUntil(lambda: len([t for t in pane.pictures.tiles if t.isVisible() and t.image is not None]) == 2)
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


def analysed(studio: Studio, qtbot) -> None:
    studio.analyser.start()
    qtbot.waitUntil(lambda: not studio.session.analysis.running, timeout=20_000)


def test_a_runs_checkpoint_is_tried_and_nothing_is_mixed(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    select(watching, qtbot, runs.a)
    session, use = watching.session, watching.window.training.use
    analysed(watching, qtbot)
    before = session.results.seen[7].joints3d_m.copy()
    count = session.results.count
    qtbot.waitUntil(lambda: use.best.isEnabled())
    use.best.click()
    qtbot.waitUntil(lambda: session.engine.checkpoint_digest == FakeOther.checkpoint_digest, timeout=5000)
    qtbot.waitUntil(lambda: session.prediction is not None and use.run.isChecked(), timeout=5000)
    assert session.results.count == 1  # the frame on show alone: nothing is left of what the other saw
    assert f"a ({BEST})" in use.text.text()
    qtbot.waitUntil(lambda: session.runs.compared is not None, timeout=5000)
    apart = session.runs.compared
    assert apart.apart_mm == pytest.approx(100 * 20 / 21)
    assert apart.apart_px == pytest.approx(5)
    assert apart.sure[1] == pytest.approx(apart.sure[0] / 2)
    qtbot.waitUntil(lambda: "sureness" in use.text.text())
    assert f"a ({BEST})" in watching.window.status._checkpoint.text()
    watching.window.actions_["exchange_checkpoint"].trigger()
    qtbot.waitUntil(lambda: not use.run.isChecked() and session.engine.checkpoint_digest == FIRST)
    assert session.results.count == count
    assert (session.results.seen[7].joints3d_m == before).all()  # what it had seen is back
    use.run.click()
    qtbot.waitUntil(lambda: session.engine.checkpoint_digest == FakeOther.checkpoint_digest)
    assert session.results.count == 1


def test_of_the_other_clips_nothing_is_mixed_either(watching: Studio, runs: SimpleNamespace, qtbot, tmp_path) -> None:
    session, commands = watching.session, watching.window.commands

    def add(name: str) -> int:
        (tmp_path / name).write_bytes(name.encode())
        before = session.clips.shown
        commands.add_clips([tmp_path / name])
        qtbot.waitUntil(lambda: session.clips.shown != before and session.prediction is not None)
        return session.clips.shown

    first, second = add("first.mp4"), add("second.mp4")
    seen = session.clips.get(first).kept.seen
    assert seen

    def use(trigger) -> None:
        digest = session.engine.checkpoint_digest
        trigger()
        qtbot.waitUntil(lambda: session.engine.checkpoint_digest != digest and session.prediction is not None)

    use(lambda: commands.take_checkpoint(runs.a.folder, BEST))
    assert not session.clips.get(first).kept.seen
    assert not session.clips.get(first).kept.state.any()
    commands.show_clip(first)
    qtbot.waitUntil(lambda: session.clips.shown == first and session.prediction is not None)
    assert all(np.any(session.results.seen[i].joints2d_px != seen[i].joints2d_px) for i in session.results.seen)
    use(watching.window.actions_["exchange_checkpoint"].trigger)
    np.testing.assert_array_equal(session.results.seen[0].joints2d_px, seen[0].joints2d_px)
    assert session.clips.get(second).kept.seen


def test_edits_and_their_undo_stay_when_another_checkpoint_looks(
    watching: Studio, runs: SimpleNamespace, qtbot
) -> None:
    select(watching, qtbot, runs.a)
    session, row = watching.session, next(iter(watching.window.pose.rows.values()))
    row.slider.setValue(row.slider.value() + 100)
    edits = dict(session.edits)
    assert edits
    watching.checkpoints.take(runs.a.folder, NEWEST)
    qtbot.waitUntil(lambda: session.engine.checkpoint_digest == FakeOther.checkpoint_digest, timeout=5000)
    qtbot.waitUntil(lambda: session.prediction is not None and not session.image_expected, timeout=5000)
    assert session.edits == edits
    session.undo()
    assert not session.edits


def test_a_checkpoint_that_cannot_be_read_changes_nothing(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    watching.checkpoints.take(runs.a.folder, "none.safetensors")
    qtbot.waitUntil(lambda: watching.session.problem is not None)
    assert watching.session.engine.checkpoint_digest == FIRST
    assert not watching.session.runs.in_use.preparing


def test_an_analysis_that_goes_on_ends_with_its_checkpoint(make_studio, runs: SimpleNamespace, qtbot) -> None:
    studio = make_studio(FakePredictor(predict_s=0.02))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count > 3)
    studio.checkpoints.take(runs.a.folder, NEWEST)
    qtbot.waitUntil(lambda: studio.session.engine.checkpoint_digest == FakeOther.checkpoint_digest, timeout=5000)
    assert not studio.session.analysis.running
    qtbot.waitUntil(lambda: studio.session.prediction is not None, timeout=5000)
    qtbot.wait(100)
    assert list(studio.session.results.seen) == [studio.session.playback.index]


def info_of(values: np.ndarray, folder: str = "run") -> RunInfo:
    steps = np.arange(1, len(values) + 1)
    return RunInfo(Path(folder), record=Record({"loss/total": Curve(steps, values)}, step=len(values)))


def shown(studio: Studio, qtbot, info: RunInfo) -> None:
    studio.window.actions_["training"].trigger()
    studio.run_watcher._reading = True  # its folder is not looked for
    studio.session.runs.remember([info.folder])
    studio.session.runs.put([info])
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == (info,))


@pytest.mark.parametrize(
    "values",
    [[1.0], [], [math.nan], [math.nan, 2.0, math.nan, math.inf, -1.0, 0.0, 3.0], [math.nan] * 5 + [1e30, -1e30]],
    ids=["one", "none", "nan", "gaps", "huge"],
)
@pytest.mark.parametrize("log", [False, True])
def test_curves_of_any_numbers_are_drawn(studio: Studio, qtbot, values: list[float], log: bool) -> None:
    studio.session.runs.show(log=log)
    shown(studio, qtbot, info_of(np.array(values, float)))
    plots = studio.window.training.plots
    plots.grab()
    assert studio.session.problem is None
    lone = [v for v in values if math.isfinite(v) and (v > 0 or not log)]
    if len(values) == 1:
        assert len(plots.lines[(0, "loss/total")].alone.points()) == len(lone)


def test_a_hundred_thousand_steps_stay_fluid(studio: Studio, qtbot) -> None:
    values = np.random.default_rng(0).normal(1, 0.1, 100_000)
    values[5000:5100] = np.nan
    shown(studio, qtbot, info_of(values[:1000], "short"))
    plots = studio.window.training.plots

    def seconds() -> float:
        begun = perf_counter()
        plots.show_runs(studio.session.runs.picture())
        plots.grab()
        return perf_counter() - begun

    short = min(seconds() for _ in range(5))
    studio.session.runs.add(Path("long").absolute())
    info = info_of(values, str(Path("long").absolute()))
    studio.session.runs.put([info])
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == (info,))
    long = min(seconds() for _ in range(5))
    assert long < 10 * short + 0.05, (long, short)  # not the hundredfold
    drawn = plots.lines[(0, "loss/total")].faint.getData()[0]
    assert len(drawn) < 20_000


def test_smoothing_is_the_average_it_says_and_gaps_stay() -> None:
    values = np.random.default_rng(1).normal(size=3000)
    values[[0, 7, 8, 2999]] = math.nan
    for weight in (0.01, 0.5, 0.9, 0.999):
        total = mass = 0.0
        slow = np.full(len(values), math.nan)
        for place, value in enumerate(values):
            if math.isfinite(value):
                total, mass = weight * total + value, weight * mass + 1
                slow[place] = total / mass
        np.testing.assert_allclose(averaged(values, weight), slow, rtol=1e-9, atol=1e-12)
    assert drawn_of(0, "loss/x", Curve(np.arange(3000), values), 0.0, log=False).smooth is None


def test_runs_are_state_and_say_when_it_changes() -> None:
    changes: list[int] = []
    runs = Runs(lambda: changes.append(1))
    runs.add(Path("/a"), Path("/b"), Path("/a"))
    assert runs.folders == (Path("/a"), Path("/b"))
    assert runs.choice.selected == (Path("/b"),)
    first = runs.picture()
    assert runs.picture() is first
    count = len(changes)
    runs.show(log=False)
    runs.put([info_of(np.ones(3), "/elsewhere")])  # taken off the list in the meantime
    assert len(changes) == count
    runs.put([info_of(np.ones(3), "/a")])
    assert runs.picture() is not first
    runs.forget([Path("/b")])
    assert runs.choice.selected == (Path("/a"),)


def test_settings_that_differ_are_all_named() -> None:
    a, b = (RunInfo(Path(n), config={"folder": n, "seed": "0", **more}) for n, more in (("a", {}), ("b", {"new": "1"})))
    assert differences([a, b]) == [("new", ("–", "1"))]


def test_a_sheet_is_laid_out_without_losing_the_order() -> None:
    kinds, people, side = 3, 4, 8
    image = np.zeros((kinds * side, people * side, 3), np.uint8)
    for kind in range(kinds):
        for person in range(people):
            image[kind * side : (kind + 1) * side, person * side : (person + 1) * side] = 10 * person + kind
    made = laid_out(image, kinds, (2, 2))
    assert made[::side, ::side, 0].tolist() == [[0, 1, 2, 10, 11, 12], [20, 21, 22, 30, 31, 32]]
    assert all(g * k <= people for g, k in [best_grid(w, h, kinds, people) for w in (50, 900) for h in (50, 900)])


def test_the_keyboard_reaches_the_runs(watching: Studio, runs: SimpleNamespace, qtbot) -> None:
    pane = watching.window.training
    qtbot.waitUntil(lambda: len(pane.list._items) == 2)
    pane.list.setCurrentItem(pane.list._items[1])
    pane.list.setFocus()
    qtbot.keyClick(pane.list, Qt.Key.Key_Up)
    assert [folder.name for folder in watching.session.runs.choice.selected] == [pane.list._folders[0].name]
