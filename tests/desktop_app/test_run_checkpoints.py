"""A run's checkpoint is tried on the open clip: nothing is mixed with what another saw, and nothing is lost."""

from types import SimpleNamespace

import numpy as np
import pytest
from fake_core import FakeOther
from fake_predictor import FakePredictor
from fake_runs import select

from desktop_app.application import Studio
from desktop_app.session.runs import BEST, NEWEST
from tests.core_model.training.conftest import setting, shared  # noqa: F401

FIRST = FakePredictor.checkpoint_digest


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
