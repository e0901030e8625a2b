"""What a person sets right: the crop, who it is, which side is left; looked at anew at once, and undone alike."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core_model.skeleton import MIRROR
from desktop_app.application import Studio

CROP = (30.0, 40.0, 130.0, 140.0)


def seen_anew(studio: Studio, qtbot) -> None:
    """The frame on show was looked at with what was set right."""
    qtbot.waitUntil(lambda: studio.session.prediction is not None and not studio.session.image_expected)


def test_a_crop_is_looked_at_anew_and_undone(studio: Studio, qtbot) -> None:
    found = studio.session.prediction.box_px
    studio.session.correcting.set_crop(0, CROP)
    seen_anew(studio, qtbot)
    np.testing.assert_array_equal(studio.session.prediction.box_px, CROP)
    studio.session.undo()
    seen_anew(studio, qtbot)
    np.testing.assert_array_equal(studio.session.prediction.box_px, found)
    studio.session.redo()
    seen_anew(studio, qtbot)
    np.testing.assert_array_equal(studio.session.prediction.box_px, CROP)


def test_edits_of_the_pose_stay_when_the_crop_is_corrected(studio: Studio, qtbot) -> None:
    studio.session.edit_angle((11, 0), 0.3)
    studio.session.correcting.set_crop(0, CROP)
    seen_anew(studio, qtbot)
    assert studio.session.factors.angles_rad[11, 0] == 0.3


def test_left_and_right_change_places_and_back(studio: Studio, qtbot) -> None:
    before = studio.session.prediction.joints2d_px
    studio.session.exchange_sides()
    seen_anew(studio, qtbot)
    np.testing.assert_array_equal(studio.session.prediction.joints2d_px, before[MIRROR])
    studio.session.exchange_sides()
    seen_anew(studio, qtbot)
    np.testing.assert_array_equal(studio.session.prediction.joints2d_px, before)


def test_sides_change_places_in_all_of_the_loop(studio: Studio, qtbot) -> None:
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count == 50)
    before = {i: studio.session.results.seen[i].joints2d_px for i in range(50)}
    studio.session.set_loop(10, 20)
    studio.session.exchange_sides()
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count == 50)
    for index in range(50):
        exchanged = before[index][MIRROR] if 10 <= index <= 20 else before[index]
        np.testing.assert_array_equal(studio.session.results.seen[index].joints2d_px, exchanged)


def test_the_analysis_begins_in_the_crop_that_was_drawn(studio: Studio, qtbot) -> None:
    studio.session.correcting.set_crop(7, CROP)
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count == 50)
    np.testing.assert_array_equal(studio.session.results.get(7).box_px, CROP)


def test_following_looks_anew_from_here_on(studio: Studio, qtbot) -> None:
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count == 50)
    early, late = studio.session.results.get(5), studio.session.results.get(30)
    studio.session.seek(20)
    qtbot.waitUntil(lambda: studio.session.frame.index == 20)
    studio.analyser.follow()
    qtbot.waitUntil(lambda: studio.session.results.count == 50 and not studio.session.analysis.running)
    assert studio.session.results.get(5) is early
    assert studio.session.results.get(30) is not late
    assert 20 in studio.session.correcting.made.crops_px


def test_another_person_is_chosen_by_a_click(studio: Studio, qtbot) -> None:
    pane = studio.window.frame
    studio.session.show(edit_crop=True)
    qtbot.waitUntil(lambda: bool(pane.crop_editor._others))
    other = pane.crop_editor._others[-1]
    where = pane._view.mapFromScene(other.mapToScene(QPointF(40, 50)))
    QTest.mouseClick(pane._view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    seen_anew(studio, qtbot)
    assert studio.session.correcting.made.crops_px == {0: (10.0, 20.0, 70.0, 80.0)}


def test_the_square_on_show_can_be_drawn_elsewhere(studio: Studio, qtbot) -> None:
    pane = studio.window.frame
    studio.session.show(edit_crop=True)
    qtbot.waitUntil(lambda: pane.crop_editor._roi is not None)
    roi = pane.crop_editor._roi
    roi.setPos([50, 20], finish=False)
    roi.setSize([90, 90], finish=True)
    seen_anew(studio, qtbot)
    assert studio.session.correcting.made.crops_px == {0: (50.0, 20.0, 140.0, 110.0)}
    studio.session.show(edit_crop=False)
    qtbot.waitUntil(lambda: pane.crop_editor._roi is None)
