"""The timeline: thumbnails, the loop, places that are typed, speeds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_core import fake_core
from fake_predictor import FakeReader
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.application import Studio
from desktop_app.session.thumbnails import HEIGHT_PX
from desktop_app.views.scrub_paint import TRACK_TOP_PX

ON_TRACK = TRACK_TOP_PX + 6


class CountingReader(FakeReader):
    """Remembers what was decoded."""

    opened: list["CountingReader"] = []  # noqa: RUF012

    def __init__(self, frames: int = 5000) -> None:
        super().__init__(frames)
        self.decoded: list[int] = []
        self.opened.append(self)

    def frame(self, index: int) -> np.ndarray:
        """As ever."""
        self.decoded.append(index)
        return super().frame(index)


def filled(studio: Studio, qtbot) -> dict[int, np.ndarray]:
    """The thumbnails, when all have come in."""
    strip = studio.session.thumbnails
    qtbot.waitUntil(lambda: strip.room > 0 and all(i is not None for i in strip.shown(studio.session.clip)))
    return strip.images


def test_one_decode_a_thumbnail_and_no_more_than_fit(make_studio, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CountingReader, "opened", [])
    studio = make_studio(core=replace(fake_core(), open_video=lambda path: CountingReader()))
    images = filled(studio, qtbot)
    own = CountingReader.opened[1]  # the first is that of the frame on show
    qtbot.waitUntil(lambda: own.closed)
    assert len(set(own.decoded)) == len(own.decoded) == len(images)
    assert len(images) <= studio.window.timeline.bar.width() / 32
    assert {image.shape[0] for image in images.values()} == {HEIGHT_PX}
    for name in ("Pose", "Recombine", "Clips", "Camera"):
        studio.window.layout_.docks[name].hide()
    qtbot.waitUntil(lambda: studio.session.thumbnails.room > len(own.decoded))
    assert len(filled(studio, qtbot)) > len(own.decoded)


def test_the_next_clip_has_its_own_thumbnails(make_studio, qtbot, tmp_path: Path) -> None:
    studio = make_studio()
    first = filled(studio, qtbot)
    studio.media.open(tmp_path / "dark.mp4")
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "dark.mp4")
    second = filled(studio, qtbot)
    assert first is not second
    assert not any(image.any() for image in second.values())


def test_a_frame_that_cannot_be_read_leaves_its_place_empty(make_studio, qtbot) -> None:
    from core_model.errors import MediaError

    class Torn(FakeReader):
        def frame(self, index: int) -> np.ndarray:
            if index > 25:
                raise MediaError("Torn.", "Copy it again.")
            return super().frame(index)

    studio = make_studio(core=replace(fake_core(), open_video=lambda path: Torn()))
    strip = studio.session.thumbnails
    qtbot.waitUntil(lambda: len(strip.images) > 1)
    assert max(strip.images) <= 25
    assert studio.session.problem is None


def test_the_ends_of_the_loop_are_dragged(studio: Studio, qtbot) -> None:
    bar, session = studio.window.timeline.bar, studio.session
    for end, start, target in ((1, 49, 30), (0, 0, 12)):
        grip = QPoint(round(bar.x_of(start)) + (4 if end else -4), ON_TRACK)
        qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=grip)
        qtbot.mouseMove(bar, QPoint(round(bar.x_of(target)), ON_TRACK))
        QApplication.processEvents()
        qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(target)), ON_TRACK))
        qtbot.wait(20)
    assert session.playback.loop == (12, 30)
    assert session.playback.index == 0, "dragging an end does not seek"
    qtbot.keyClick(studio.window, Qt.Key.Key_Backslash)
    assert session.playback.loop is None


def test_brackets_loop_from_and_to_the_playhead(studio: Studio, qtbot) -> None:
    studio.session.seek(10)
    qtbot.keyClick(studio.window, Qt.Key.Key_BracketLeft)
    studio.session.seek(20)
    qtbot.keyClick(studio.window, Qt.Key.Key_BracketRight)
    assert studio.session.playback.loop == (10, 20)


def test_a_click_on_a_thumbnail_goes_there(studio: Studio, qtbot) -> None:
    bar = studio.window.timeline.bar
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(33)), 40))
    assert studio.session.playback.index == 33


def test_a_frame_number_or_a_time_is_typed(studio: Studio, qtbot) -> None:
    timeline, session = studio.window.timeline, studio.session
    qtbot.keyClick(studio.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    for field, text, expected in ((timeline.frame, "31", 30), (timeline.time, "0:00.40", 10)):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert session.playback.index == expected
        qtbot.waitUntil(lambda expected=expected: timeline.frame.text() == str(expected + 1))
    assert timeline.time.text() == "0:00.40"


def test_what_is_no_place_is_marked_and_forgotten(studio: Studio, qtbot) -> None:
    field = studio.window.timeline.frame
    qtbot.wait(30)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "there")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("wrong") is True
    assert studio.session.playback.index == 0
    field.clearFocus()
    assert (field.text(), field.property("wrong")) == ("1", False)


def test_the_speed_is_chosen(studio: Studio, qtbot) -> None:
    box = studio.window.timeline.speed
    assert box.currentText() == "1×"
    box.setCurrentIndex(box.findText("0.25×"))
    box.activated.emit(box.currentIndex())
    assert studio.session.playback.speed == 0.25


def test_j_k_and_l_play_to_and_fro(studio: Studio, qtbot) -> None:
    session, keys = studio.session, Qt.Key
    qtbot.keyClick(studio.window, keys.Key_L)
    assert (session.playback.playing, session.playback.speed) == (True, 1)
    qtbot.keyClick(studio.window, keys.Key_L)
    assert session.playback.speed == 2
    qtbot.keyClick(studio.window, keys.Key_J)
    assert session.playback.speed == -2
    qtbot.keyClick(studio.window, keys.Key_K)
    assert not session.playback.playing
    qtbot.waitUntil(lambda: studio.window.timeline.speed.currentText() == "2×")


def test_what_lies_under_the_mouse_is_said(studio: Studio, qtbot) -> None:
    bar = studio.window.timeline.bar
    qtbot.wait(30)
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(0)) + 3, 40))
    qtbot.waitUntil(lambda: "Frame 1, 0.00 s: analysed, confidence 0." in bar.toolTip())
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(49)), 40))
    qtbot.waitUntil(lambda: "not analysed yet" in bar.toolTip())
