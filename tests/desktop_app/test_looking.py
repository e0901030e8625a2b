"""Ways of looking at one frame: parts and how sure they are, one part alone, input and image wiped over each other."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core_model.skeleton import PARTS
from desktop_app.application import Studio
from desktop_app.session.display import Compare, Trail
from desktop_app.views.image_tile import ImageTile


def rgb(image: QImage) -> np.ndarray:
    """(H, W, 3) uint8."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def place_of(tile: ImageTile, where: np.ndarray) -> QPoint:
    """In the widget, the middle of the pixels of its image where (256, 256) bool."""
    row, column = np.argwhere(where).mean(axis=0) / len(where)
    target = tile.target()
    return QPointF(target.left() + column * target.width(), target.top() + row * target.height()).toPoint()


def drawn(qtbot) -> None:
    """What was changed is on the screen."""
    qtbot.wait(60)
    QApplication.processEvents()


@pytest.mark.parametrize(("part", "says"), [("head", "Head · 20%"), ("torso", "Torso · 80%")])
def test_the_part_under_the_mouse_is_named_with_its_probability(studio: Studio, qtbot, part: str, says: str) -> None:
    pane, parts = studio.window.parts, studio.session.prediction.parts
    qtbot.waitUntil(lambda: pane._tile.image is not None)
    qtbot.mouseMove(pane._tile, place_of(pane._tile, parts == PARTS.index(part)))
    qtbot.waitUntil(lambda: pane.under.text() == says)
    qtbot.mouseMove(pane._tile, QPoint(2, 2))
    qtbot.waitUntil(lambda: pane.under.text() == "")


def test_the_uncertain_part_is_the_bright_one(studio: Studio, qtbot) -> None:
    pane, parts = studio.window.parts, studio.session.prediction.parts
    studio.session.show(uncertainty=True)
    drawn(qtbot)
    light = rgb(pane._tile.image).sum(axis=2, dtype=int)
    assert light[parts == PARTS.index("head")].mean() > 2 * light[parts == PARTS.index("torso")].mean()


def test_one_part_alone_is_seen_alone_in_every_picture(studio: Studio, qtbot) -> None:
    window, session = studio.window, studio.session
    session.show(parts=True)
    qtbot.waitUntil(lambda: window.synthesis.output.image is not None)
    drawn(qtbot)
    tiles = (window.synthesis.output, window.synthesis.input, window.parts._tile)
    before = [rgb(tile.image) for tile in tiles]
    overlay = window.frame._parts.image.copy()
    torso = session.prediction.parts == PARTS.index("torso")
    session.show(isolated_part=PARTS.index("torso"))
    drawn(qtbot)
    for tile, old in zip(tiles, before, strict=True):
        new = rgb(tile.image)
        np.testing.assert_array_equal(new[torso], old[torso])
        assert new[~torso].mean() < 0.8 * old[~torso].mean()
    assert (window.frame._parts.image[~torso, 3] == 0).all()
    np.testing.assert_array_equal(window.frame._parts.image[torso][:, :3], overlay[torso][:, :3])


def test_the_wipe_shows_the_input_on_its_left_and_the_image_on_its_right(studio: Studio, qtbot) -> None:
    pane = studio.window.synthesis
    qtbot.waitUntil(lambda: pane.output.image is not None)
    studio.session.show(compare=Compare.WIPE)
    drawn(qtbot)
    assert not pane.input.isVisible()
    target = pane.output.target()
    at = QPointF(target.left() + 0.3 * target.width(), target.center().y()).toPoint()
    qtbot.mousePress(pane.output, Qt.MouseButton.LeftButton, pos=target.center().toPoint())
    qtbot.mouseMove(pane.output, at)
    qtbot.mouseRelease(pane.output, Qt.MouseButton.LeftButton, pos=at)
    drawn(qtbot)
    assert studio.session.display.wipe == pytest.approx(0.3, abs=0.02)
    shown = rgb(pane.output.grab(target.toAlignedRect()).toImage()).astype(float)
    session = studio.session
    image = session.prediction.reconstruction or session.synthesised.synthesis
    width, middle = shown.shape[1], shown.shape[0] // 2
    assert np.abs(shown[middle, width * 9 // 10] - image.image[128, 230]).max() < 12
    grey = session.frame.image[0, 0]  # all frames of the stand-in are of one colour
    assert np.abs(shown[middle // 2, width // 10] - grey).max() < 12
    qtbot.keyClick(studio.window, Qt.Key.Key_D)
    assert studio.session.display.compare is Compare.DIFFERENCE
    qtbot.waitUntil(pane.input.isVisible)


def test_the_menu_beside_turns_its_switches(studio: Studio, qtbot) -> None:
    menu, session = studio.window.scene._beside, studio.session
    menu.switches["neighbours"].trigger()
    menu.trails[Trail.HANDS].trigger()
    menu.trails[Trail.FEET].trigger()
    assert session.display.neighbours
    assert session.display.trails == (Trail.HANDS, Trail.FEET)
    menu.trails[Trail.HANDS].trigger()
    assert session.display.trails == (Trail.FEET,)


def test_the_body_has_a_key(studio: Studio, qtbot) -> None:
    qtbot.keyClick(studio.window, Qt.Key.Key_U)
    assert studio.session.display.surface


def test_another_depth_is_taken_and_undone_as_one_step(studio: Studio, qtbot) -> None:
    session, take = studio.session, studio.window.scene.take[0]
    assert session.others is None, "nothing is computed before it is asked for"
    predicted = session.factors.angles_rad
    session.show(others=True)
    qtbot.waitUntil(lambda: session.others is not None and session.others.factors is session.factors)
    drawn(qtbot)
    assert not take.isHidden()
    wanted = session.others.angles_rad[0]
    take.click()
    np.testing.assert_allclose(session.factors.angles_rad, wanted)
    session.undo()
    np.testing.assert_array_equal(session.factors.angles_rad, predicted)
    session.show(others=False)
    drawn(qtbot)
    assert take.isHidden()
