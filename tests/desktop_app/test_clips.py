"""Several clips in one session: added, shown one after another, marked, renamed, removed."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from several_clips import ANGLE, edited, names, number, on_show, press, show, there, three_clips

from desktop_app.application import Studio
from desktop_app.views import dialogs


@pytest.fixture
def studio(make_studio, qtbot, tmp_path: Path) -> Studio:
    """Three clips, the first on show."""
    return three_clips(make_studio, qtbot, tmp_path)


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


def test_the_sessions_other_clips_are_offered_to_recombine(studio: Studio, qtbot) -> None:
    pane, session = studio.window.recombine, studio.session
    there = ["second.mp4", "third.mp4", "", "Another file…"]  # the first is the one on show
    qtbot.waitUntil(lambda: [action.text() for action in pane.others.actions()] == there)
    pane.others.actions()[0].trigger()
    qtbot.waitUntil(lambda: session.stage.staging.outfit.name == "second.mp4")
    show(studio, qtbot, "third.mp4")
    assert any(outfit.name == "second.mp4" for outfit in session.stage.outfits), "it can be worn in all clips"
