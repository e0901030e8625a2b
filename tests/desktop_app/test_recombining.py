"""A person put together from elsewhere, in the window: what is chosen, and what the image then shows."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from fake_predictor import FakePredictor
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core_model.export.images import write_png
from core_model.export.texture_sheet import read_sheet, write_sheet
from core_model.prediction import ATLAS_PX, Factors, Synthesis
from core_model.skeleton import PARTS
from core_model.texture_sheet import CELLS, SHEET_PX
from desktop_app.application import Studio
from desktop_app.session.staging import CLEAN, FILLED, OWN, Ground
from desktop_app.views import dialogs


class Watched(FakePredictor):
    """Remembers what it was given last."""

    last: Factors

    def synthesise(self, factors: Factors) -> Synthesis:
        """As the real one."""
        self.last = factors
        return super().synthesise(factors)


@pytest.fixture
def predictor() -> Watched:
    return Watched()


@pytest.fixture
def studio(make_studio, predictor: Watched, qtbot) -> Studio:
    """With a prediction on show, and both panes in front."""
    studio = make_studio(predictor)
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    for name in ("Appearance", "Recombine"):
        studio.window.layout_.docks[name].raise_()
    qtbot.waitUntil(lambda: studio.session.display.sheet)
    return studio


def settled(studio: Studio, qtbot) -> None:
    """The image on show is that of the factors on show, and drawn."""
    session = studio.session
    qtbot.waitUntil(lambda: session.synthesised is not None and session.synthesised.factors is session.factors)
    qtbot.wait(40)


def pick(box, text: str) -> None:
    """As a person does."""
    index = box.findText(text)
    assert index >= 0, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(index)
    box.activated.emit(index)


def click_part(studio: Studio, qtbot, name: str) -> None:
    """On the sheet."""
    tile = studio.window.appearance.tile
    qtbot.waitUntil(lambda: tile.image is not None)
    rows, columns = CELLS[PARTS.index(name)]
    target = tile.target()
    x = target.left() + (columns.start + 20) / SHEET_PX[1] * target.width()
    y = target.top() + (rows.start + 20) / SHEET_PX[0] * target.height()
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
    qtbot.wait(40)


def invite(studio: Studio, qtbot, monkeypatch, path: Path) -> None:
    """Open another clip in the background."""
    monkeypatch.setattr(dialogs, "choose_file", lambda parent, folder: path)
    qtbot.mouseClick(studio.window.recombine.open_other, Qt.MouseButton.LeftButton)


def test_the_sheet_goes_out_and_comes_back_painted(
    studio: Studio, predictor: Watched, qtbot, monkeypatch, tmp_path: Path
) -> None:
    pane, sheet = studio.window.appearance, tmp_path / "sheet.png"
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: sheet)
    monkeypatch.setattr(dialogs, "choose_picture", lambda *_: sheet)
    qtbot.mouseClick(pane.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(sheet.exists)
    painted = np.ones((14, 4, *ATLAS_PX), np.float32)
    assert read_sheet(sheet).shape == painted.shape
    write_sheet(sheet, painted)
    qtbot.mouseClick(pane.load, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: studio.session.stage.staging.outfit.name == "sheet.png")
    settled(studio, qtbot)
    assert np.array_equal(predictor.last.atlas, painted)
    assert studio.window.recombine.outfit.currentText() == "sheet.png"
    qtbot.mouseClick(pane.reset, Qt.MouseButton.LeftButton)
    assert studio.session.factors is studio.session.prediction.factors
    studio.window.actions_["undo"].trigger()
    settled(studio, qtbot)
    assert np.array_equal(predictor.last.atlas, painted)


def test_another_picture_is_no_sheet(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    write_png(tmp_path / "holiday.png", np.zeros((30, 40, 3), np.uint8))
    monkeypatch.setattr(dialogs, "choose_picture", lambda *_: tmp_path / "holiday.png")
    qtbot.mouseClick(studio.window.appearance.load, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "holiday.png is 40 x 30 pixels" in studio.window.banner.text.text()
    assert not studio.session.stage.staging


def test_the_sheet_is_that_of_all_frames(studio: Studio, qtbot) -> None:
    qtbot.waitUntil(lambda: studio.session.sheet is not None)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(studio.session.results.state.all()) and not studio.session.analysis.running)
    qtbot.waitUntil(lambda: float(studio.session.sheet.atlas.mean()) == 50)


def test_a_guest_is_worn_whole_in_part_and_blended(
    studio: Studio, predictor: Watched, qtbot, monkeypatch, tmp_path: Path
) -> None:
    window, stage = studio.window, studio.session.stage
    invite(studio, qtbot, monkeypatch, tmp_path / "them.mp4")
    qtbot.waitUntil(lambda: stage.staging.outfit.name == "them.mp4")
    settled(studio, qtbot)
    assert (predictor.last.atlas == 7).all(), "their wardrobe's"
    click_part(studio, qtbot, "l_foot")
    pick(window.appearance.part_box, OWN.name)
    settled(studio, qtbot)
    foot = PARTS.index("l_foot")
    assert (predictor.last.atlas[foot] == 1).all()
    assert (np.delete(predictor.last.atlas, foot, axis=0) == 7).all()
    window.recombine.share.field.setValue(50)
    settled(studio, qtbot)
    assert predictor.last.atlas[0, 3].mean() == pytest.approx(4)
    qtbot.mouseClick(window.recombine.body.guests, Qt.MouseButton.LeftButton)
    settled(studio, qtbot)
    assert (predictor.last.shape == 0.5).all()


def test_a_guests_pose_and_a_recorded_one(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    window, session = studio.window, studio.session
    invite(studio, qtbot, monkeypatch, tmp_path / "them.mp4")
    qtbot.waitUntil(window.recombine.guest_pose.isVisible)
    window.recombine.guest_pose.row.field.setValue(2)
    assert session.edit.angles_rad[(11, 0)] == pytest.approx(0.05)
    assert session.history.undo_label == "pose of them.mp4"
    session.undo()
    qtbot.mouseClick(window.recombine.random, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.history.undo_label == "pose of a dance")


def test_looking_at_another_clip_can_be_cancelled(make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio = make_studio(FakePredictor(predict_s=0.1))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.layout_.docks["Recombine"].raise_()
    qtbot.waitUntil(studio.window.recombine.open_other.isEnabled)
    invite(studio, qtbot, monkeypatch, tmp_path / "them.mp4")
    qtbot.waitUntil(lambda: studio.session.task is not None and studio.session.task.done > 1)
    qtbot.waitUntil(studio.window.recombine.cancel.isVisible)
    qtbot.mouseClick(studio.window.recombine.cancel, Qt.MouseButton.LeftButton)
    assert studio.session.task is None
    QTest.qWait(300)
    assert studio.session.task is None
    assert studio.session.stage.outfits == (OWN,)


@pytest.mark.parametrize(("name", "said"), [("empty.mp4", "is empty"), ("dark.mp4", "Nobody is seen surely enough")])
def test_a_clip_without_a_guest_is_said(
    name: str, said: str, studio: Studio, qtbot, monkeypatch, tmp_path: Path
) -> None:
    invite(studio, qtbot, monkeypatch, tmp_path / name)
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert said in studio.window.banner.text.text()
    assert studio.session.task is None
    assert studio.session.stage.outfits == (OWN,)


def test_what_lies_behind(studio: Studio, predictor: Watched, qtbot, monkeypatch, tmp_path: Path) -> None:
    behind, session = studio.window.recombine.behind, studio.session
    pick(behind.box, Ground.COLOUR.value)
    settled(studio, qtbot)
    assert (predictor.last.background == behind._rgb).all()
    write_png(tmp_path / "sea.png", np.full((20, 50, 3), (1, 2, 250), np.uint8))
    monkeypatch.setattr(dialogs, "choose_picture", lambda *_: tmp_path / "sea.png")
    pick(behind.box, Ground.IMAGE.value)
    qtbot.waitUntil(lambda: session.stage.staging.behind.name == "sea.png")
    settled(studio, qtbot)
    assert (predictor.last.background == (1, 2, 250)).all()
    pick(behind.box, Ground.FILLED.value)
    settled(studio, qtbot)
    assert predictor.last.background is session.prediction.factors.background
    assert session.stage.staging.behind is FILLED
    session.stage.reset()
    assert session.stage.staging.behind is CLEAN


def test_an_analysed_clip_shows_what_is_behind(studio: Studio, predictor: Watched, qtbot, tmp_path: Path) -> None:
    session = studio.session
    session.edit_angle((11, 0), 0.3)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: session.clean is not None)
    settled(studio, qtbot)
    assert (predictor.last.background == (0, 200, 0)).all()
    studio.files.save_frame(tmp_path / "frame.png")
    qtbot.waitUntil((tmp_path / "frame.png").exists)
    saved = cv2.imread(str(tmp_path / "frame.png"))
    assert saved.shape == session.frame.image.shape
    assert (saved[0, 0] == (0, 200, 0)).all()


def test_the_frame_that_is_saved_shows_the_new_person_only(studio: Studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: tmp_path / "frame.png")
    studio.session.edit_angle((11, 0), 1.0)
    settled(studio, qtbot)
    studio.window.actions_["save_frame"].trigger()
    qtbot.waitUntil((tmp_path / "frame.png").exists)
    saved, frame = cv2.imread(str(tmp_path / "frame.png")), studio.session.frame.image
    assert saved.shape == frame.shape
    assert (saved[:, :10] == frame[:, :10]).all(), "beside the crop nothing changes"
    assert (saved != frame).any()


def test_a_frame_that_cannot_be_saved_is_said(studio: Studio, qtbot, tmp_path: Path) -> None:
    studio.files.save_frame(tmp_path / "nowhere" / "frame.png")
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "cannot be written" in studio.window.banner.text.text()


def test_what_is_guessed_is_said_and_striped(studio: Studio, qtbot) -> None:
    output = studio.window.synthesis.output
    qtbot.waitUntil(lambda: output.image is not None)
    before = bytes(output.image.constBits())
    assert "% guessed" in output._caption
    studio.window.actions_["guessed"].trigger()
    qtbot.waitUntil(lambda: bytes(output.image.constBits()) != before)
    studio.window.actions_["guessed"].trigger()
    qtbot.waitUntil(lambda: bytes(output.image.constBits()) == before)


def test_a_sheet_behind_another_pane_is_not_made(studio: Studio, qtbot) -> None:
    studio.window.layout_.docks["Parts"].raise_()
    qtbot.waitUntil(lambda: not studio.session.display.sheet)
    studio.session.step(3)
    qtbot.waitUntil(lambda: studio.session.frame.index == 3 and studio.session.prediction is not None)
    qtbot.wait(100)
    assert studio.session.sheet is None or studio.session.sheet.index == 0


def test_the_image_in_the_frame_follows_a_drag(studio: Studio, qtbot) -> None:
    def shown() -> bytes:
        qtbot.wait(40)
        return bytes(studio.window.frame.grab().toImage().constBits())

    qtbot.waitUntil(lambda: studio.window.synthesis.output.image is not None)
    studio.session.show(skeleton=False, parts=False, outlines=False, crop=False)
    before = shown()
    studio.session.edit_angle((11, 0), 0.5)
    settled(studio, qtbot)
    assert shown() == before, "the frame is as it was filmed"
    studio.window.actions_["in_frame"].trigger()
    there = shown()
    assert there != before
    studio.session.edit_angle((11, 0), -0.5)
    settled(studio, qtbot)
    assert shown() != there
    studio.window.actions_["in_frame"].trigger()
    assert shown() == before
