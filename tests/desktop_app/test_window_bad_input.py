"""What cannot be opened, read or found is said in the window, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_core import fake_core
from fake_predictor import FakePredictor, fake_open
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core_model.errors import CheckpointError
from desktop_app.application import Studio
from desktop_app.controllers.real import real_core
from desktop_app.session.activity import Phase

ANGLE = (11, 0)


@pytest.mark.parametrize("name", ["empty.mp4", "пусто-empty.mp4"])
def test_a_bad_file_shows_a_sentence_and_loses_nothing(studio: Studio, qtbot, tmp_path: Path, name: str) -> None:
    session = studio.session
    session.edit_angle(ANGLE, 0.1)
    before = (session.clip, session.prediction, session.edit)
    studio.media.open(tmp_path / name)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert studio.window.banner.text.text() == f"{name} is empty (0 bytes). Copy or download it again."
    assert (session.clip, session.prediction, session.edit) == before
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not studio.window.banner.isVisible())


@pytest.mark.parametrize("kind", ["missing", "zero bytes", "text", "empty folder"])
def test_what_is_no_clip_is_refused_with_what_to_do(make_studio, qtbot, tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("folder" if kind == "empty folder" else "näh.mp4")
    if kind == "empty folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(b"" if kind == "zero bytes" else b"This is no video.\n" * 40)
    studio = make_studio(core=replace(fake_core(), open_video=lambda p: real(p) if p == path else fake_open(p)))
    real = real_core().open_video
    clip = studio.session.clip
    studio.media.open(path)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert path.name in studio.window.banner.text.text()
    assert len(studio.session.problem.todo) > 10
    assert studio.session.clip is clip


def test_a_folder_of_images_is_opened(make_studio, qtbot, tmp_path: Path) -> None:
    for name in ("b.png", "a.png"):
        image = QImage(64, 48, QImage.Format.Format_RGB888)
        image.fill(Qt.GlobalColor.gray)
        image.save(str(tmp_path / name))
    studio = make_studio(core=replace(fake_core(), open_video=real_core().open_video), clip=".")
    assert studio.session.clip.image_names == ("a.png", "b.png")
    studio.session.step(1)
    qtbot.waitUntil(lambda: studio.session.frame.index == 1)
    qtbot.waitUntil(lambda: "b.png" in studio.window.timeline.name.text())


def test_a_checkpoint_that_does_not_fit_is_said_and_the_video_plays(make_studio, qtbot) -> None:
    def load() -> FakePredictor:
        raise CheckpointError("old.safetensors was made by another version.", "Use the bundled checkpoint.")

    studio = make_studio(core=replace(fake_core(), load_predictor=load))
    qtbot.waitUntil(studio.window.banner.isVisible)
    expected = "old.safetensors was made by another version. Use the bundled checkpoint."
    assert studio.window.banner.text.text() == expected
    assert not studio.window.top_bar.analyse.isEnabled()
    studio.session.step(3)
    qtbot.waitUntil(lambda: studio.session.frame.index == 3)


def test_a_damaged_file_is_opened_and_said_to_be(make_studio, qtbot) -> None:
    studio = make_studio(clip="damaged.mp4")
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "damaged.mp4 is cut short." in studio.window.banner.text.text()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)


def test_nobody_in_the_clip_is_said(make_studio, qtbot) -> None:
    studio = make_studio(clip="dark.mp4")
    qtbot.waitUntil(lambda: "Nobody found in this frame" in studio.window.synthesis.output.hint)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: studio.session.problem is not None)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "Nobody was found in this clip." in studio.window.banner.text.text()
    assert studio.session.analysis.phase is Phase.IDLE


def test_a_network_that_fails_leaves_the_video(make_studio, qtbot) -> None:
    class Broken(FakePredictor):
        def predict(self, frame: np.ndarray, *, synthesise: bool = True):
            raise RuntimeError("out of memory")

    studio = make_studio(Broken())
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "out of memory" in studio.window.banner.text.text()
    studio.session.step(1)
    qtbot.waitUntil(lambda: studio.session.frame.index == 1)
