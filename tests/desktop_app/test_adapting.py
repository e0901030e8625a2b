"""Adapting in the window: started, stopped, used or not, kept in a file, gone with the clip."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_core import fake_core
from fake_people import fake_adapt

from core_model.errors import PuppetPoseError
from desktop_app.application import Studio
from desktop_app.views import dialogs

GREEN = (0, 200, 0)


@pytest.fixture
def studio(make_studio, qtbot) -> Studio:
    made = make_studio()
    made.window.layout_.docks["Adapt"].raise_()
    qtbot.waitUntil(lambda: made.session.prediction is not None and made.window.adapt.start.isEnabled(), timeout=5000)
    return made


def image_is(studio: Studio, colour: tuple[int, int, int]) -> bool:
    picture = studio.session.synthesised
    return picture is not None and bool((picture.synthesis.image == colour).all())


def learnt(studio: Studio, qtbot) -> None:
    studio.window.adapt.start.click()
    qtbot.waitUntil(lambda: studio.session.adaptation.in_use, timeout=5000)


def test_what_was_learnt_is_used_and_can_be_put_aside(studio: Studio, qtbot) -> None:
    pane = studio.window.adapt
    pane.start.click()
    qtbot.waitUntil(lambda: pane.stop.isVisible() and studio.session.adaptation.steps > 0, timeout=5000)
    assert pane.tile.image is not None
    qtbot.waitUntil(lambda: studio.session.adaptation.in_use, timeout=5000)
    qtbot.waitUntil(lambda: image_is(studio, GREEN), timeout=5000)
    qtbot.waitUntil(lambda: "10.0 %" in pane.text.text(), timeout=5000)  # the picture may be there first
    assert pane.used.isChecked()
    pane.used.click()
    qtbot.waitUntil(lambda: not image_is(studio, GREEN), timeout=5000)
    pane.used.click()
    qtbot.waitUntil(lambda: image_is(studio, GREEN), timeout=5000)


def test_stopped_early_the_best_so_far_is_used(studio: Studio, qtbot) -> None:
    pane = studio.window.adapt
    pane.start.click()
    qtbot.waitUntil(lambda: studio.session.adaptation.known, timeout=5000)
    pane.stop.click()
    qtbot.waitUntil(lambda: studio.session.adaptation.in_use, timeout=5000)
    assert not studio.session.adaptation.running


def test_it_is_kept_in_a_file(studio: Studio, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt(studio, qtbot)
    kept = tmp_path / "kept.safetensors"
    monkeypatch.setattr(dialogs, "choose_delta", lambda *_, **__: kept)
    studio.window.adapt.save.click()
    qtbot.waitUntil(kept.exists, timeout=5000)
    studio.window.adapt.used.click()
    qtbot.waitUntil(lambda: not studio.session.adaptation.in_use, timeout=5000)
    studio.window.adapt.load.click()
    qtbot.waitUntil(lambda: studio.session.adaptation.in_use, timeout=5000)
    assert kept.read_text() == "delta 5"


def test_what_is_loaded_too_late_is_not_for_the_next_clip(
    make_studio, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Event()

    def slow(path: Path) -> str:
        read.wait(5)
        return path.read_text()

    kept = tmp_path / "kept.safetensors"
    kept.write_text("delta")
    studio = make_studio(core=replace(fake_core(), load_delta=slow))
    qtbot.waitUntil(lambda: studio.window.adapt.load.isEnabled(), timeout=5000)
    monkeypatch.setattr(dialogs, "choose_delta", lambda *_, **__: kept)
    studio.window.adapt.load.click()
    studio.media.open(Path("other.mp4"))
    qtbot.waitUntil(lambda: studio.session.clip is not None and studio.session.clip.path.name == "other.mp4")
    read.set()
    qtbot.wait(150)
    assert not studio.session.adaptation.known
    assert not studio.session.adaptation.in_use


def test_another_clip_has_nothing_learnt(studio: Studio, qtbot) -> None:
    learnt(studio, qtbot)
    studio.media.open(Path("other.mp4"))
    qtbot.waitUntil(lambda: studio.session.clip is not None and studio.session.clip.path.name == "other.mp4")
    assert not studio.session.adaptation.known
    qtbot.waitUntil(lambda: studio.session.prediction is not None, timeout=5000)
    assert not image_is(studio, GREEN)


@pytest.mark.parametrize("error", [PuppetPoseError("Too few frames.", "Analyse more."), MemoryError("full")])
def test_what_goes_wrong_is_said_and_nothing_is_lost(make_studio, qtbot, error: Exception) -> None:
    def broken(*arguments):
        yield next(fake_adapt(*arguments))
        raise error

    studio = make_studio(core=replace(fake_core(), adapt=broken))
    qtbot.waitUntil(lambda: studio.window.adapt.start.isEnabled(), timeout=5000)
    studio.window.adapt.start.click()
    qtbot.waitUntil(lambda: studio.session.problem is not None, timeout=5000)
    assert str(error).split(".")[0] in studio.session.problem.what
    assert not studio.session.adaptation.running
    qtbot.waitUntil(lambda: studio.session.prediction is not None, timeout=5000)


def test_learning_nothing_says_so(make_studio, qtbot) -> None:
    def nothing(*arguments):
        for news in fake_adapt(*arguments):
            yield replace(news, delta=None)

    studio = make_studio(core=replace(fake_core(), adapt=nothing))
    qtbot.waitUntil(lambda: studio.window.adapt.start.isEnabled(), timeout=5000)
    studio.window.adapt.start.click()
    qtbot.waitUntil(lambda: studio.session.problem is not None, timeout=5000)
    assert "stays as it is" in studio.session.problem.what
    assert np.isclose(studio.session.adaptation.change, -0.1)
