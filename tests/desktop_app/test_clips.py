"""Several clips in one session: added, shown one after another, marked, renamed, removed, kept in one file."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_core import fake_core
from fake_predictor import FakeReader, fake_open
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox

from core_model.errors import MediaError
from desktop_app.application import Studio
from desktop_app.views import dialogs

ANGLE = (11, 0)


def there(folder: Path, *names: str) -> list[Path]:
    """Files, each with other bytes in it."""
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


@pytest.fixture
def studio(make_studio, qtbot, tmp_path: Path) -> Studio:
    """Three clips, the first on show."""
    there(tmp_path, "clip.mp4", "second.mp4", "third.mp4")
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.commands.add_clips([tmp_path / "second.mp4", tmp_path / "third.mp4"])
    on_show(studio, qtbot, "second.mp4")
    show(studio, qtbot, "clip.mp4")
    qtbot.waitUntil(lambda: all(item.kept.clip.frames for item in studio.session.clips.items))
    return studio


def names(studio: Studio) -> list[str]:
    """In the order of the list."""
    return [item.kept.name for item in studio.session.clips.items]


def number(studio: Studio, name: str) -> int:
    """Of a clip."""
    return next(item.number for item in studio.session.clips.items if item.kept.name == name)


def on_show(studio: Studio, qtbot, name: str) -> None:
    """Wait until it is, with a prediction."""
    session = studio.session
    qtbot.waitUntil(lambda: session.clip is not None and session.clip.path.name == name)
    qtbot.waitUntil(lambda: session.prediction is not None)


def show(studio: Studio, qtbot, name: str) -> None:
    """Show a clip of the list."""
    studio.window.commands.show_clip(number(studio, name))
    on_show(studio, qtbot, name)


def edited(studio: Studio, value: float) -> None:
    """The elbow of the frame on show."""
    studio.session.edit_angle(ANGLE, value)


def press(studio: Studio, qtbot, name: str) -> None:
    """A line of a menu, once it is enabled."""
    qtbot.waitUntil(studio.window.actions_[name].isEnabled)
    studio.window.actions_[name].trigger()


def dropped(studio: Studio, *paths: Path) -> None:
    """Files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    studio.window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))


def test_each_clip_keeps_its_own(studio: Studio, qtbot) -> None:
    session = studio.session
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(session.results.state.all()) and not session.analysis.running, timeout=20_000)
    session.seek(12)
    qtbot.waitUntil(lambda: session.frame.index == 12 and session.prediction is not None)
    edited(studio, 0.3)
    session.set_loop(3, 20)
    session.stage.set_shape(2, 0.5)
    session.correcting.set_crop(30, (1.0, 2.0, 90.0, 91.0))
    qtbot.waitUntil(lambda: studio.session.synthesised is not None)

    show(studio, qtbot, "second.mp4")
    assert session.playback.index == 0
    assert session.playback.loop is None
    assert not session.edits
    assert not session.stage.staging
    assert np.count_nonzero(session.results.state) == 1
    assert session.history.undo_label is None
    edited(studio, -0.2)

    show(studio, qtbot, "clip.mp4")
    assert (session.playback.index, session.frame.index, session.playback.loop) == (12, 12, (3, 20))
    assert session.edits[12].angles_rad == {ANGLE: 0.3}
    assert session.stage.staging.shape == {2: 0.5}
    assert session.correcting.made.crops_px == {30: (1.0, 2.0, 90.0, 91.0)}
    assert np.count_nonzero(session.results.state) == 49, "all but the one whose crop was changed"
    show(studio, qtbot, "second.mp4")
    assert session.edits[0].angles_rad == {ANGLE: -0.2}


def test_undo_takes_back_what_is_on_show(studio: Studio, qtbot) -> None:
    session, window = studio.session, studio.window
    edited(studio, 0.3)
    show(studio, qtbot, "second.mp4")
    edited(studio, 0.5)
    press(studio, qtbot, "undo")
    window.actions_["undo"].trigger()
    assert (session.clip.path.name, session.edits) == ("second.mp4", {})
    show(studio, qtbot, "clip.mp4")
    assert session.edits[0].angles_rad == {ANGLE: 0.3}
    press(studio, qtbot, "undo")
    assert not session.edits
    show(studio, qtbot, "second.mp4")
    press(studio, qtbot, "redo")
    assert session.edits[0].angles_rad == {ANGLE: 0.5}


def test_keys_and_the_box_go_round(studio: Studio, qtbot) -> None:
    box = studio.window.top_bar.clip_box
    qtbot.waitUntil(box.isVisible)
    studio.window.activateWindow()
    for name in ("second.mp4", "third.mp4", "clip.mp4"):
        qtbot.keyClick(studio.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        on_show(studio, qtbot, name)
        qtbot.waitUntil(lambda name=name: box.currentText() == name)
    qtbot.keyClick(studio.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    on_show(studio, qtbot, "third.mp4")
    box.activated.emit(1)
    on_show(studio, qtbot, "second.mp4")


def test_pressed_twice_it_goes_two_on(studio: Studio, qtbot) -> None:
    studio.window.actions_["next_clip"].trigger()
    studio.window.actions_["next_clip"].trigger()
    on_show(studio, qtbot, "third.mp4")


def test_the_last_choice_counts(studio: Studio, qtbot) -> None:
    studio.window.commands.show_clip(number(studio, "third.mp4"))
    studio.window.commands.show_clip(number(studio, "clip.mp4"))
    qtbot.waitUntil(lambda: studio.session.opening is None)
    qtbot.wait(100)
    on_show(studio, qtbot, "clip.mp4")


def test_several_dropped_files_are_added(studio: Studio, qtbot, tmp_path: Path) -> None:
    edited(studio, 0.3)
    dropped(studio, *there(tmp_path, "fourth.mp4", "fifth.mp4"))
    on_show(studio, qtbot, "fourth.mp4")
    assert names(studio) == ["clip.mp4", "second.mp4", "third.mp4", "fourth.mp4", "fifth.mp4"]
    show(studio, qtbot, "clip.mp4")
    assert studio.session.edits[0].angles_rad == {ANGLE: 0.3}


def test_the_menu_adds(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dialogs, "choose_clips", lambda *_: there(tmp_path, "fourth.mp4"))
    studio.window.actions_["add_clips"].trigger()
    on_show(studio, qtbot, "fourth.mp4")
    assert len(studio.session.clips.items) == 4
    assert not studio.session.modified, "nothing was done in it"


@pytest.mark.parametrize("first", ["empty.mp4", "second.mp4"])
def test_one_that_is_broken_is_marked_and_the_rest_goes_on(make_studio, qtbot, tmp_path: Path, first: str) -> None:
    studio = make_studio(clip=None)
    paths = there(tmp_path, "second.mp4", "empty.mp4", "third.mp4")
    studio.window.open_all(sorted(paths, key=lambda path: path.name != first))
    on_show(studio, qtbot, "second.mp4")
    qtbot.waitUntil(lambda: bool(studio.session.clips.get(number(studio, "empty.mp4")).trouble))
    qtbot.waitUntil(lambda: any(row.trouble for row in studio.window.clips._rows))
    place = names(studio).index("empty.mp4")
    line = studio.window.clips.list.topLevelItem(place)
    assert "empty.mp4 is empty" in line.text(1)
    assert "Copy or download it again" in line.toolTip(1)
    assert studio.session.problem is None
    studio.window.clips.list.itemClicked.emit(line, 0)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "empty.mp4 is empty" in studio.window.banner.text.text()
    assert studio.session.clip.path.name == "second.mp4"
    studio.window.actions_["next_clip"].trigger()
    on_show(studio, qtbot, "third.mp4")


def test_where_none_can_be_read_that_is_said(make_studio, qtbot, tmp_path: Path) -> None:
    studio = make_studio(clip=None)
    studio.window.open_all([tmp_path / "empty.mp4", tmp_path / "empty_too.mp4"])
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert studio.session.clip is None
    assert studio.session.opening is None


def test_it_is_renamed_in_the_list(studio: Studio, qtbot) -> None:
    window = studio.window
    qtbot.waitUntil(lambda: window.clips.list.topLevelItemCount() == 3)
    window.clips.list.setCurrentItem(window.clips.list.topLevelItem(1))
    window.actions_["rename_clip"].trigger()
    window.clips.list.topLevelItem(1).setText(0, "The jump")
    assert names(studio) == ["clip.mp4", "The jump", "third.mp4"]
    assert studio.session.modified
    qtbot.waitUntil(lambda: window.top_bar.clip_box.itemText(1) == "The jump")
    window.clips.list.topLevelItem(1).setText(0, " ")
    assert names(studio)[1] == "second.mp4", "without a name it has its file's"


def test_removing_asks_where_something_would_be_lost(studio: Studio, qtbot) -> None:
    window, session = studio.window, studio.session
    edited(studio, 0.3)
    qtbot.waitUntil(lambda: window.clips.list.topLevelItemCount() == 3)
    qtbot.waitUntil(lambda: window.clips._rows[0].worked_on)
    window.clips.list.setCurrentItem(window.clips.list.topLevelItem(0))
    window.actions_["remove_clip"].trigger()
    assert len(session.clips.items) == 3
    assert "clip.mp4 goes with it" in window.clips.asked.text()
    next(b for b in window.clips.asked.buttons() if b.text() == "Remove").click()
    on_show(studio, qtbot, "second.mp4")
    qtbot.waitUntil(lambda: names(studio) == ["second.mp4", "third.mp4"])
    qtbot.waitUntil(lambda: window.clips.list.topLevelItemCount() == 2)
    window.clips.list.setCurrentItem(window.clips.list.topLevelItem(1))
    window.actions_["remove_clip"].trigger()
    assert names(studio) == ["second.mp4"], "nothing was done in the third"


def test_without_its_last_clip_the_window_waits_for_another(make_studio, qtbot, tmp_path: Path) -> None:
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.roster.remove(studio.session.clips.shown)
    assert studio.session.clip is None
    assert not studio.session.clips.items
    qtbot.wait(60)
    assert not studio.session.modified
    assert "clip.mp4" not in studio.window.top_bar.name.text()
    dropped(studio, tmp_path / "other.mp4")
    on_show(studio, qtbot, "other.mp4")


def test_an_analysis_ends_with_what_it_had(studio: Studio, qtbot) -> None:
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: studio.session.results.count > 2)
    studio.window.actions_["next_clip"].trigger()
    on_show(studio, qtbot, "second.mp4")
    assert not studio.session.analysis.running
    first = studio.session.clips.items[0]
    assert np.count_nonzero(first.kept.state) > 2
    assert first.mark.analysed > 0
    assert studio.session.modified


def test_what_was_learnt_stays_with_its_clip(studio: Studio, qtbot) -> None:
    session = studio.session
    studio.window.adapt.start.click()
    qtbot.waitUntil(lambda: session.adaptation.in_use)
    show(studio, qtbot, "second.mp4")
    assert not session.adaptation.known
    assert not session.adaptation.in_use
    show(studio, qtbot, "clip.mp4")
    qtbot.waitUntil(lambda: session.adaptation.in_use)
    assert session.adaptation.learnt.delta == "delta 5"


def test_of_a_clip_that_is_put_away_no_pictures_are_held(studio: Studio, qtbot) -> None:
    session = studio.session
    prediction = weakref.ref(session.prediction.factors.atlas)
    clip = weakref.ref(session.clip)
    edited(studio, 0.3)
    qtbot.waitUntil(lambda: session.synthesised is not None)
    show(studio, qtbot, "second.mp4")
    edited(studio, 0.3)
    qtbot.waitUntil(lambda: session.synthesised is not None)
    show(studio, qtbot, "third.mp4")
    edited(studio, 0.3)
    qtbot.waitUntil(lambda: session.synthesised is not None)

    def gone() -> bool:
        gc.collect()
        return prediction() is None and clip() is None

    qtbot.waitUntil(gone)


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


def test_the_sessions_other_clips_are_offered_to_recombine(studio: Studio, qtbot) -> None:
    pane, session = studio.window.recombine, studio.session
    qtbot.waitUntil(lambda: len(pane.others.actions()) == 4)
    pane.others.actions()[0].trigger()
    qtbot.waitUntil(lambda: session.stage.staging.outfit.name == "second.mp4")
    show(studio, qtbot, "third.mp4")
    assert any(outfit.name == "second.mp4" for outfit in session.stage.outfits), "it can be worn in all clips"
