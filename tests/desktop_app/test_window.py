"""What a person does in the window, and what comes of it."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fake_predictor import FakePredictor
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QScrollBar,
    QToolButton,
    QTreeWidget,
)

from desktop_app.application import Studio

ANGLE = (11, 0)


def pixels(image: QImage) -> bytes:
    """To compare."""
    return bytes(image.constBits())


def drag(studio: Studio, qtbot, row, share: float) -> None:
    """Take the row's handle with the mouse and let it go elsewhere."""
    slider = row.slider
    y = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    for part in np.linspace(0.5, share, 5):
        qtbot.mouseMove(slider, slider.rect().topLeft() + type(slider.pos())(int(part * slider.width()), y))
        QApplication.processEvents()
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)


def settled(studio: Studio, qtbot) -> None:
    """The image on show is that of the factors on show, and drawn."""
    session = studio.session
    qtbot.waitUntil(lambda: session.synthesised is not None and session.synthesised.factors is session.factors)
    qtbot.wait(30)


@pytest.mark.parametrize("pane", ["pose", "camera"])
def test_dragging_a_slider_makes_a_new_image(studio: Studio, qtbot, pane: str) -> None:
    qtbot.waitUntil(lambda: studio.window.synthesis.output.image is not None)
    before = pixels(studio.window.synthesis.output.image)
    rows = getattr(studio.window, pane).rows
    drag(studio, qtbot, rows[ANGLE] if pane == "pose" else rows["azimuth_rad"], 0.9)
    settled(studio, qtbot)
    assert pixels(studio.window.synthesis.output.image) != before
    studio.window.actions_["undo"].trigger()
    qtbot.wait(50)
    assert not studio.session.edit, "the whole drag is one step"
    assert pixels(studio.window.synthesis.output.image) == before


def test_the_slider_says_degrees_and_keeps_to_the_limits(studio: Studio, qtbot) -> None:
    row = studio.window.pose.rows[ANGLE]
    row.field.setValue(1000)
    assert np.degrees(studio.session.factors.angles_rad[ANGLE]) == pytest.approx(row.field.maximum(), abs=0.06)
    qtbot.waitUntil(lambda: row.slider.value() == row.slider.maximum())
    qtbot.mouseDClick(row.label, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not studio.session.edit)


def test_arrow_keys_belong_to_the_focused_slider(studio: Studio, qtbot) -> None:
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    qtbot.wait(30)  # drawn: else the prediction moves the slider after it was read
    row = studio.window.pose.rows[ANGLE]
    before = row.slider.value()
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: row.slider.value() == before - 10)
    assert studio.session.playback.index == 0


def test_many_changes_are_not_all_computed(make_studio, qtbot) -> None:
    predictor = FakePredictor(synthesise_s=0.05)
    studio = make_studio(predictor)
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    for value in range(40):
        studio.session.edit_angle(ANGLE, value / 100, dragging=True)
    settled(studio, qtbot)
    assert predictor.synthesised < 10
    assert studio.session.synthesised.factors.angles_rad[ANGLE] == pytest.approx(0.39)


def test_keys_move_the_playhead(studio: Studio, qtbot) -> None:
    window, session = studio.window, studio.session
    for key, modifier, expected in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 11),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 10),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 49),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
    ):
        qtbot.keyClick(window, key, modifier)
        assert session.playback.index == expected
    qtbot.waitUntil(lambda: session.frame.index == 0)


def test_playing_loops_until_it_is_paused(studio: Studio, qtbot) -> None:
    session = studio.session
    session.set_loop(last=9)
    qtbot.keyClick(studio.window, Qt.Key.Key_Space)
    seen: list[int] = []
    session.changed.connect(lambda: seen.append(session.playback.index))
    qtbot.waitUntil(lambda: any(after < before for before, after in pairwise(list(seen))), timeout=10000)
    assert max(seen) <= 9
    qtbot.keyClick(studio.window, Qt.Key.Key_Space)
    assert not session.playback.playing


def test_a_dropped_file_is_opened(make_studio, qtbot, tmp_path: Path) -> None:
    studio = make_studio(clip=None)
    assert "Drop a video here" in studio.window.frame.hint.text()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.mp4"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    studio.window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))
    qtbot.waitUntil(lambda: studio.session.clip is not None)
    assert studio.session.clip.path.name == "dropped.mp4"
    assert studio.window.recent.paths() == [str((tmp_path / "dropped.mp4").resolve())]


def test_a_click_on_a_part_shows_it_alone(studio: Studio, qtbot) -> None:
    tile = studio.window.parts._tile
    qtbot.waitUntil(lambda: tile.image is not None)
    head = np.argwhere(studio.session.prediction.parts == 0).mean(axis=0) / 256
    target = tile.target()
    place = QPointF(target.left() + head[1] * target.width(), target.top() + head[0] * target.height())
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert studio.session.display.isolated_part == 0


def test_every_switch_works(studio: Studio, qtbot) -> None:
    for button in studio.window.findChildren(QToolButton):
        if button.isEnabled() and button.isVisible() and button.defaultAction() is None:
            for _ in range(2):
                qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert studio.session.problem is None


@pytest.mark.parametrize("pane", ["timeline", "plots", "log"])
def test_every_control_has_a_name_to_be_read_out(studio: Studio, pane: str) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QTreeWidget)
    for control in [w for kind in kinds for w in getattr(studio.window, pane).findChildren(kind)]:
        inner = isinstance(control, QScrollBar) or isinstance(control.parent(), QLineEdit | QDoubleSpinBox)
        text = control.accessibleName() or getattr(control, "text", str)()
        assert inner or text.strip(), f"{control} in {control.parent()}"


@pytest.mark.parametrize(("text", "name"), [("Skeleton", "skeleton"), ("Parts", "parts"), ("Crop", "crop")])
def test_a_switch_changes_the_frame(studio: Studio, qtbot, text: str, name: str) -> None:
    button = next(b for b in studio.window.frame.findChildren(QToolButton) if b.text() == text)
    qtbot.wait(50)
    before = pixels(studio.window.frame.grab().toImage())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.wait(50)
    assert pixels(studio.window.frame.grab().toImage()) != before
    assert getattr(studio.session.display, name) == button.isChecked()


def test_without_opengl_a_sentence_and_the_rest_works(studio: Studio) -> None:
    assert "The 3D view needs OpenGL" in studio.window.scene.problem
    assert studio.window.synthesis.output.image is not None or studio.session.prediction is not None


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_both_themes_draw(studio: Studio, theme: str) -> None:
    from desktop_app.views.theme import THEMES

    studio.window.apply_theme(THEMES[theme])
    QApplication.processEvents()
    assert not studio.window.grab().isNull()


def test_a_closed_pane_comes_back_with_the_layout(studio: Studio, qtbot) -> None:
    docks = studio.window.layout_.docks
    docks["Parts"].close()
    docks["Camera"].setFloating(True)
    studio.window.actions_["layout"].trigger()
    assert all(
        dock.isVisible() != (name in ("Log", "Training")) and not dock.isFloating() for name, dock in docks.items()
    )


def test_the_layout_is_remembered(make_studio, qtbot) -> None:
    first = make_studio(clip=None)
    first.window.layout_.docks["Parts"].close()
    first.window.close()
    second = make_studio(clip=None)
    assert not second.window.layout_.docks["Parts"].isVisible()
    assert second.window.layout_.docks["Frame"].isVisible()


def test_on_a_small_screen_the_window_is_no_larger_than_it_must_be(make_studio, qtbot) -> None:
    window = make_studio(clip=None).window
    room = window.screen().availableGeometry().size()
    qtbot.waitUntil(lambda: window.ready)
    qtbot.waitUntil(lambda: window.width() <= max(room.width(), window.minimumSizeHint().width()))
