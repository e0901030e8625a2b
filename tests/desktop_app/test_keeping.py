"""Saving, opening and finding again in the window."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_core import fake_core
from fake_people import Adapted
from fake_predictor import FRAME_PX, FakePredictor, FakeReader, fake_open
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox

from desktop_app.application import Studio
from desktop_app.session.question import Ask
from desktop_app.views import dialogs

ANGLE = (11, 0)
Choice = QMessageBox.StandardButton


@pytest.fixture
def studio(make_studio, qtbot, tmp_path: Path) -> Studio:
    """On a clip that is there, with a prediction on show."""
    (tmp_path / "clip.mp4").write_bytes(b"a video")
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    return studio


def saved(studio: Studio, qtbot, monkeypatch, path: Path) -> None:
    """As a person does it."""
    monkeypatch.setattr(dialogs, "choose_session", lambda *_, **__: path)
    studio.window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: studio.session.keeping.path == path and not studio.session.modified)


def opened(studio: Studio, qtbot, path: Path) -> None:
    """And on show."""
    studio.window.open(path)
    qtbot.waitUntil(lambda: studio.session.keeping.path == path)
    qtbot.waitUntil(lambda: studio.session.prediction is not None)


def press(box: QMessageBox | None, text: str) -> None:
    """A button of a small window."""
    assert box is not None
    next(b for b in box.buttons() if b.text().replace("&", "") == text).click()


def test_a_session_goes_on_where_it_was_saved(studio: Studio, make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    session, path = studio.session, tmp_path / "dance.puppetpose"
    assert not studio.window.isWindowModified()
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(session.results.state.all()) and not session.analysis.running)
    qtbot.waitUntil(studio.window.isWindowModified)
    session.seek(12)
    qtbot.waitUntil(lambda: session.frame.index == 12)
    session.edit_angle(ANGLE, 0.3)
    saved(studio, qtbot, monkeypatch, path)
    qtbot.waitUntil(lambda: not studio.window.isWindowModified())
    assert studio.window.windowTitle() == "dance.puppetpose[*] - PuppetPose"
    assert studio.window.recent.paths()[0] == str(path.resolve())
    factors = session.factors
    studio.window.close()

    looking = FakePredictor()
    again = make_studio(looking, clip=None)
    opened(again, qtbot, path)
    assert (again.session.playback.index, again.session.frame.index) == (12, 12)
    assert again.session.factors.angles_rad.tolist() == factors.angles_rad.tolist()
    assert again.session.results.state.all()
    qtbot.waitUntil(lambda: again.session.synthesised is not None)
    assert float(again.session.synthesised.worn.atlas.mean()) == 50, "dressed in what all frames showed"
    again.session.step(5)
    qtbot.waitUntil(lambda: again.session.frame.index == 17 and again.session.prediction is not None)
    assert looking.predicted == 0
    assert not again.session.modified
    assert again.session.problem is None


def test_undone_to_where_it_was_saved_it_is_clean(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio.session.edit_angle(ANGLE, 0.3)
    qtbot.waitUntil(studio.window.isWindowModified)
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")
    studio.session.edit_angle(ANGLE, 0.4)
    qtbot.waitUntil(studio.window.isWindowModified)
    studio.window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: not studio.window.isWindowModified())


@pytest.mark.parametrize("answer", [Choice.Save, Choice.Discard, Choice.Cancel])
def test_closing_asks_for_unsaved_changes(studio: Studio, qtbot, monkeypatch, tmp_path: Path, answer: Choice) -> None:
    path = tmp_path / "a.puppetpose"
    monkeypatch.setattr(dialogs, "choose_session", lambda *_, **__: path)
    studio.session.edit_angle(ANGLE, 0.3)
    studio.window.close()
    assert studio.window.isVisible()
    studio.window.unsaved.button(answer).click()
    if answer is Choice.Cancel:
        qtbot.wait(50)
        assert studio.window.isVisible()
    else:
        qtbot.waitUntil(lambda: not studio.window.isVisible())
    assert path.exists() == (answer is Choice.Save)


def test_opening_another_asks_first(studio: Studio, qtbot, tmp_path: Path) -> None:
    session = studio.session
    session.edit_angle(ANGLE, 0.3)
    studio.window.open(tmp_path / "other.mp4")
    qtbot.wait(50)
    assert session.clip.path.name == "clip.mp4"
    studio.window.unsaved.button(Choice.Discard).click()
    qtbot.waitUntil(lambda: session.clip.path.name == "other.mp4")
    assert not session.modified


def test_what_cannot_be_saved_is_said_and_stays_unsaved(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dialogs, "choose_session", lambda *_, **__: tmp_path / "nowhere" / "a.puppetpose")
    studio.session.edit_angle(ANGLE, 0.3)
    studio.window.close()
    studio.window.unsaved.button(Choice.Save).click()
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "cannot be written" in studio.window.banner.text.text()
    assert studio.window.isVisible()
    assert studio.session.modified


def test_a_broken_session_is_said_and_nothing_is_lost(studio: Studio, qtbot, tmp_path: Path) -> None:
    (tmp_path / "half.puppetpose").write_bytes(b"PK\3\4")
    clip = studio.session.clip
    studio.window.open(tmp_path / "half.puppetpose")
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "half.puppetpose is damaged" in studio.window.banner.text.text()
    assert studio.session.clip is clip
    assert studio.session.opening is None


def test_what_was_learnt_comes_back(studio: Studio, make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio.window.adapt.start.click()
    qtbot.waitUntil(lambda: studio.session.adaptation.in_use)
    assert studio.session.modified
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")
    studio.window.close()
    again = make_studio(clip=None)
    opened(again, qtbot, tmp_path / "a.puppetpose")
    qtbot.waitUntil(lambda: again.session.adaptation.in_use)
    assert again.session.adaptation.learnt.delta == "delta 5"
    assert isinstance(again.network.predictor, Adapted)
    assert not again.session.modified


@pytest.fixture
def moved(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> Path:
    """A session whose video lies elsewhere now, and the folder of that; another session is on show."""
    studio.session.edit_angle(ANGLE, 0.3)
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")
    (tmp_path / "attic").mkdir()
    (tmp_path / "clip.mp4").rename(tmp_path / "attic" / "clip.mp4")
    studio.media.open(tmp_path / "other.mp4")
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "other.mp4")
    studio.window.open(tmp_path / "a.puppetpose")
    qtbot.waitUntil(lambda: studio.window.questions.box is not None)
    return tmp_path / "attic"


def test_a_moved_video_is_asked_for(studio: Studio, moved: Path, qtbot, monkeypatch, tmp_path: Path) -> None:
    assert "clip.mp4, is neither beside it nor where it was" in studio.window.questions.box.text()
    monkeypatch.setattr(dialogs, "choose_file", lambda *_: moved / "clip.mp4")
    press(studio.window.questions.box, "Find It…")
    qtbot.waitUntil(lambda: studio.session.clip.path == moved / "clip.mp4")
    assert studio.session.edits[0].angles_rad == {ANGLE: 0.3}
    assert studio.session.modified, "where it is now is not in the file yet"
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")
    opened(studio, qtbot, tmp_path / "a.puppetpose")
    assert not studio.session.questions


@pytest.mark.parametrize("answer", ["Use This One", "Cancel"])
def test_another_video_is_taken_after_a_warning(
    studio: Studio, moved: Path, qtbot, monkeypatch, tmp_path: Path, answer: str
) -> None:

    def said(words: str) -> bool:
        box = studio.window.questions.box
        return box is not None and words in box.text()

    (tmp_path / "second.mp4").write_bytes(b"another video")
    monkeypatch.setattr(dialogs, "choose_file", lambda *_: tmp_path / "second.mp4")
    press(studio.window.questions.box, "Find It…")
    qtbot.waitUntil(lambda: [question.ask for question in studio.session.questions] == [Ask.OTHER])
    qtbot.waitUntil(lambda: said("second.mp4 is another video"))
    press(studio.window.questions.box, answer)
    if answer == "Cancel":
        qtbot.wait(50)
        assert studio.session.clip.path.name == "other.mp4"
    else:
        qtbot.waitUntil(lambda: studio.session.clip.path.name == "second.mp4")
        assert studio.session.edits[0].angles_rad == {ANGLE: 0.3}
    assert not studio.session.questions


def test_other_frames_are_said(make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"a video")
    frames = [50]

    def open_video(path: Path) -> FakeReader:
        fake_open(path)
        return FakeReader(frames[0])

    studio = make_studio(core=replace(fake_core(), open_video=open_video))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.session.edit_angle(ANGLE, 0.3)
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")
    frames[0] = 20
    studio.window.open(tmp_path / "a.puppetpose")
    qtbot.waitUntil(lambda: studio.session.clip is not None and len(studio.session.clip) == 20)
    assert "other frames" in studio.session.problem.what
    assert studio.session.clip.frame_size_px == FRAME_PX


def test_another_checkpoint_is_said(studio: Studio, make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio.session.edit_angle(ANGLE, 0.3)
    saved(studio, qtbot, monkeypatch, tmp_path / "a.puppetpose")

    class Other(FakePredictor):
        checkpoint_digest = "other"

    again = make_studio(Other(), clip=None)
    again.window.open(tmp_path / "a.puppetpose")
    qtbot.waitUntil(lambda: again.session.problem is not None)
    assert "another checkpoint (stand-in)" in again.session.problem.what
    again.session.report(None)
    qtbot.waitUntil(lambda: again.session.prediction is not None)
    assert again.session.problem is None, "once"


def test_a_dropped_session_is_opened(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    path = tmp_path / "a.puppetpose"
    studio.session.edit_angle(ANGLE, 0.3)
    saved(studio, qtbot, monkeypatch, path)
    studio.window.open(tmp_path / "other.mp4")
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "other.mp4")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    studio.window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))
    qtbot.waitUntil(lambda: studio.session.keeping.path == path)
    assert studio.session.edits[0].angles_rad == {ANGLE: 0.3}


def test_keys_save(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dialogs, "choose_session", lambda *_, **__: tmp_path / "a.puppetpose")
    studio.session.edit_angle(ANGLE, 0.3)
    studio.window.activateWindow()
    qtbot.keyClick(studio.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not studio.session.modified)
    assert (tmp_path / "a.puppetpose").exists()
