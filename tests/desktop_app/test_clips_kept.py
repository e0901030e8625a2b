"""Several clips in one session file: saved, found again, kept aside."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_core import fake_core
from fake_predictor import FakeReader, fake_open
from PySide6.QtWidgets import QMessageBox
from several_clips import ANGLE, edited, names, number, on_show, press, show, three_clips

from core_model.errors import MediaError
from desktop_app.application import Studio
from desktop_app.views import dialogs


@pytest.fixture
def studio(make_studio, qtbot, tmp_path: Path) -> Studio:
    """Three clips, the first on show."""
    return three_clips(make_studio, qtbot, tmp_path)


def saved(studio: Studio, qtbot, path: Path) -> None:
    """As a person does it, but for the dialog."""
    studio.window.commands.save(path, lambda: None)
    qtbot.waitUntil(lambda: studio.session.keeping.path == path and not studio.session.modified)


def test_all_of_them_come_back(studio: Studio, make_studio, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "dance.puppetpose"
    edited(studio, 0.3)
    studio.session.clips.rename(number(studio, "third.mp4"), "The jump")
    show(studio, qtbot, "second.mp4")
    studio.session.seek(7)
    qtbot.waitUntil(lambda: studio.session.frame.index == 7 and studio.session.prediction is not None)
    edited(studio, 0.5)
    studio.session.wear_frame()
    qtbot.waitUntil(lambda: studio.session.synthesised is not None)
    saved(studio, qtbot, path)
    show(studio, qtbot, "clip.mp4")
    assert not studio.session.modified, "to look at another clip changes nothing"
    studio.window.close()

    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("clip.mp4", "second.mp4", "third.mp4", "dance.puppetpose"):
        (tmp_path / name).rename(folder / name)
    again = make_studio(clip=None)
    again.window.open(folder / "dance.puppetpose")
    on_show(again, qtbot, "second.mp4")
    session = again.session
    assert names(again) == ["clip.mp4", "second.mp4", "The jump"]
    assert session.clip.path == folder / "second.mp4"
    assert (session.playback.index, session.edits[7].angles_rad) == (7, {ANGLE: 0.5})
    assert session.stage.staging.outfit.name == "Frame 8 alone"
    again.window.commands.show_clip(number(again, "clip.mp4"))
    on_show(again, qtbot, "clip.mp4")
    assert session.edits[0].angles_rad == {ANGLE: 0.3}
    assert session.stage.staging.outfit.name != "Frame 8 alone"
    assert not session.modified


def test_a_missing_one_is_marked_and_found_again(studio: Studio, make_studio, qtbot, monkeypatch, tmp_path) -> None:
    path = tmp_path / "dance.puppetpose"
    show(studio, qtbot, "second.mp4")
    edited(studio, 0.5)
    show(studio, qtbot, "clip.mp4")
    saved(studio, qtbot, path)
    studio.window.close()
    (tmp_path / "attic").mkdir()
    (tmp_path / "second.mp4").rename(tmp_path / "attic" / "second.mp4")

    again = make_studio(clip=None)
    again.window.open(path)
    on_show(again, qtbot, "clip.mp4")
    assert not again.session.questions
    missing = again.session.clips.get(number(again, "second.mp4"))
    assert "neither beside it nor where it was" in missing.trouble
    again.window.commands.save(path, lambda: None)
    monkeypatch.setattr(dialogs, "choose_file", lambda *_: tmp_path / "attic" / "second.mp4")
    again.window.commands.show_clip(missing.number)
    qtbot.waitUntil(lambda: again.window.questions.box is not None)
    find = next(b for b in again.window.questions.box.buttons() if "Find It" in b.text())
    find.click()
    on_show(again, qtbot, "second.mp4")
    assert again.session.edits[0].angles_rad == {ANGLE: 0.5}
    assert again.session.modified, "where it is now is in no file"
    saved(again, qtbot, path)
    again.window.open(path)
    qtbot.waitUntil(lambda: again.session.clips.shown == 2)
    assert not any(item.trouble for item in again.session.clips.items)


def test_the_one_on_show_missing_the_next_is_shown(studio: Studio, make_studio, qtbot, tmp_path: Path) -> None:
    saved(studio, qtbot, tmp_path / "dance.puppetpose")
    studio.window.close()
    (tmp_path / "clip.mp4").unlink()

    def open_video(path: Path) -> FakeReader:
        if path.name == "second.mp4":
            raise MediaError("second.mp4 is damaged.", "Copy it again.")
        return fake_open(path)

    again = make_studio(clip=None, core=replace(fake_core(), open_video=open_video))
    again.window.open(tmp_path / "dance.puppetpose")
    on_show(again, qtbot, "third.mp4")
    assert [bool(item.trouble) for item in again.session.clips.items] == [True, True, False]
    assert "clip.mp4, which was on show" in again.session.problem.what


def test_unsaved_changes_of_all_clips_are_kept_aside(studio: Studio, qtbot, tmp_path: Path) -> None:
    edited(studio, 0.3)
    show(studio, qtbot, "second.mp4")
    assert studio.session.modified
    studio.autosaver.tick()
    qtbot.waitUntil(lambda: bool(list((tmp_path / "aside").glob("[!.]*.puppetpose"))))
    (aside,) = (tmp_path / "aside").glob("[!.]*.puppetpose")
    kept = studio.roster._archive.read(aside)
    assert [dict(clip.edits) != {} for clip in kept.clips] == [True, False, False]
    show(studio, qtbot, "clip.mp4")
    press(studio, qtbot, "undo")
    qtbot.waitUntil(lambda: not list((tmp_path / "aside").glob("[!.]*.puppetpose")))


def test_closing_asks_for_changes_in_a_clip_that_is_not_on_show(studio: Studio, qtbot) -> None:
    edited(studio, 0.3)
    show(studio, qtbot, "second.mp4")
    studio.window.close()
    assert studio.window.isVisible()
    studio.window.unsaved.button(QMessageBox.StandardButton.Cancel).click()
