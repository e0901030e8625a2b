"""Joints pulled with the mouse: one drag is one step, the newest wish counts, late answers do no harm."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from core_model.skeleton import JOINT
from desktop_app.application import Studio
from desktop_app.session.grip import can_be_pulled

WRIST = JOINT["l_wrist"]
TURN, LIMB = (WRIST - 1, 1), WRIST - 1


def settled(studio: Studio, qtbot) -> None:
    """Nothing is being pulled or made."""
    qtbot.waitUntil(lambda: studio.session.grip.wish is None and not studio.session.image_expected)


def wish(studio: Studio, x_px: float) -> None:
    studio.session.grip.pull(WRIST, np.array([160 + x_px, 100.0]))


def test_a_drag_is_one_step_and_undo_takes_it_back(studio: Studio, qtbot) -> None:
    before = studio.session.factors
    for x_px in (10, 30, 60):
        wish(studio, x_px)
    studio.session.grip.let_go()
    settled(studio, qtbot)
    assert studio.session.factors.angles_rad[TURN] == before.angles_rad[TURN] + 0.06
    assert studio.session.history.undo_label == "left wrist"
    studio.session.undo()
    assert studio.session.factors is before
    assert studio.session.history.undo_label is None


def test_two_drags_are_two_steps(studio: Studio, qtbot) -> None:
    for x_px in (20, 40):
        wish(studio, x_px)
        studio.session.grip.let_go()
        settled(studio, qtbot)
    studio.session.undo()
    assert studio.session.edit.angles_rad[TURN] > 0
    studio.session.undo()
    assert not studio.session.edit


def test_an_answer_for_another_frame_changes_nothing(studio: Studio, qtbot) -> None:
    wish(studio, 50)
    wished = studio.session.grip.wish
    studio.session.seek(7)
    qtbot.waitUntil(lambda: studio.session.frame.index == 7)
    studio.session.edits.clear()
    studio.session.grip.put(wished, wished.rest_rad + 0.1)
    assert not studio.session.edits
    assert studio.session.grip.wish is None


def test_with_shift_the_target_is_a_point_at_the_depth_it_had(studio: Studio, qtbot) -> None:
    studio.session.grip.pull_in_frame(WRIST, np.array([200.0, 90.0]), True)
    target_m = studio.session.grip.wish.aim.target
    assert target_m[2] == studio.session.prediction.joints3d_m[WRIST, 2]
    np.testing.assert_allclose(studio.session.factors.camera.project(target_m), [200, 90])
    studio.session.grip.let_go()
    settled(studio, qtbot)


def test_the_mouse_pulls_a_joint_in_the_frame(studio: Studio, qtbot) -> None:
    pane = studio.window.frame
    settled(studio, qtbot)
    qtbot.waitUntil(lambda: pane.handles._joints_px is not None)
    view, viewport = pane._view, pane._view.viewport()
    before = pane._box.viewRange()

    def at(joint_px: np.ndarray) -> QPoint:
        return view.mapFromScene(pane.handles.mapToScene(QPointF(*joint_px.tolist())))

    start = at(pane.handles._joints_px[WRIST])
    QTest.mouseMove(viewport, start)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(viewport, start + QPoint(round(40 * share), 0))
        qtbot.wait(30)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(40, 0))
    settled(studio, qtbot)
    assert {angle[0] for angle in studio.session.edit.angles_rad} == {LIMB}
    assert studio.session.history.undo_label == "left wrist"
    assert pane._box.viewRange() == before  # the frame stayed where it is


def test_hips_cannot_be_pulled() -> None:
    assert not any(can_be_pulled(JOINT[name]) for name in ("pelvis", "l_hip", "r_hip"))
    assert all(can_be_pulled(JOINT[name]) for name in ("l_knee", "head", "r_shoulder", "spine"))


def test_an_answer_for_another_clip_changes_nothing(studio: Studio, qtbot, tmp_path: Path) -> None:
    wish(studio, 50)
    wished = studio.session.grip.wish
    studio.media.open(tmp_path / "other.mp4")
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "other.mp4" and studio.session.prediction is not None)
    studio.session.grip.put(wished, wished.rest_rad + 0.1)
    assert not studio.session.edits


def test_a_wish_that_cannot_be_fulfilled_is_said_and_leaves_no_open_step(studio: Studio, qtbot, monkeypatch) -> None:
    def broken(*_: object) -> np.ndarray:
        raise ValueError("no way")

    working = studio.poser._core
    monkeypatch.setattr(studio.poser, "_core", replace(working, reach=broken))
    wish(studio, 20)
    studio.session.grip.let_go()
    qtbot.waitUntil(lambda: studio.session.problem is not None)
    assert studio.session.grip.wish is None
    monkeypatch.setattr(studio.poser, "_core", working)
    for x_px in (20, 40):
        wish(studio, x_px)
        studio.session.grip.let_go()
        settled(studio, qtbot)
    studio.session.undo()
    assert studio.session.edit  # two drags were two steps
