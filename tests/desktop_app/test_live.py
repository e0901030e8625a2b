"""A camera on show: newest frame first, recorded, unplugged, closed."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_camera import FakeCamera, FakeFound, FakeWriter
from fake_core import fake_core
from fake_predictor import FakePredictor, FakeReader, fake_open
from PySide6.QtCore import Qt

from core_model.errors import MediaError
from desktop_app.application import Studio
from desktop_app.controllers.mailbox import Mailbox, Shot
from desktop_app.session.staging import Behind, Ground
from desktop_app.views.camera_dialog import CameraDialog


class Set:
    """A studio's core with a camera, and what was made with it."""

    def __init__(self, predict_s: float = 0.0) -> None:
        self.cameras: list[FakeCamera] = []
        self.predictor = FakePredictor(predict_s=predict_s)
        core = fake_core(self.predictor)
        self.core = replace(core, open_camera=self._camera, open_video=self._open)

    def _camera(self, source: str) -> FakeCamera:
        self.cameras.append(FakeCamera())
        return self.cameras[-1]

    def _open(self, path: Path) -> FakeReader:
        """A recording has as many frames as were written."""
        fake_open(path)
        return FakeReader(int(path.read_text())) if path.suffix == ".mkv" else FakeReader()


def live(studio: Studio, qtbot) -> None:
    """The camera on show, with somebody in it."""
    studio.window.commands.open_camera("0")
    qtbot.waitUntil(lambda: studio.session.live is not None and studio.session.prediction is not None)


@pytest.fixture
def stage() -> Set:
    """For `studio`."""
    return Set()


@pytest.fixture
def studio(make_studio, qtbot, stage: Set, tmp_path: Path) -> Studio:
    """With a clip, edited, put away while the camera is on show."""
    (tmp_path / "clip.mp4").write_bytes(b"a video")
    studio = make_studio(core=stage.core)
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.session.edit_angle((11, 0), 0.3)
    live(studio, qtbot)
    return studio


def test_it_is_followed(studio: Studio, qtbot) -> None:
    session, window = studio.session, studio.window
    qtbot.waitUntil(window.live.isVisible)
    assert "Drawn camera" in window.live.text.text()
    before = session.frame
    qtbot.waitUntil(lambda: session.frame is not before)
    qtbot.waitUntil(lambda: session.live.frames > 20 and session.live.rate_per_s > 0)
    assert session.results.get(0).reconstruction is not None
    assert not window.top_bar.analyse.isEnabled()
    assert session.problem is None


def test_what_is_staged_is_seen_live(studio: Studio, qtbot) -> None:
    session = studio.session
    session.stage.set_behind(Behind(Ground.COLOUR, rgb=(1, 2, 3)))
    for _ in range(2):
        before = session.synthesised
        qtbot.waitUntil(lambda before=before: session.synthesised is not before)
    assert tuple(session.synthesised.synthesis.image[0, 0]) == (1, 2, 3)


def test_stopped_it_goes_back_to_the_clip(studio: Studio, qtbot, stage: Set) -> None:
    studio.window.live.stop.click()
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "clip.mp4" and studio.session.prediction is not None)
    assert studio.session.edits[0].angles_rad == {(11, 0): 0.3}
    assert studio.session.live is None
    assert stage.cameras[0].closed
    qtbot.waitUntil(lambda: not studio.window.live.isVisible())


def test_what_is_recorded_becomes_a_clip_with_what_was_seen(studio: Studio, qtbot, tmp_path: Path) -> None:
    session = studio.session
    studio.window.live.record.click()
    qtbot.waitUntil(lambda: (session.live.recorded or 0) > 20)
    qtbot.waitUntil(lambda: len(studio.live._recording._seen) > 3)
    qtbot.waitUntil(lambda: not studio.window.live.record.isEnabled())
    studio.window.live.stop.click()
    qtbot.waitUntil(lambda: session.clip.path.suffix == ".mkv")
    qtbot.waitUntil(lambda: session.prediction is not None or session.playback.index > 0)
    written = int(session.clip.path.read_text())
    assert session.clip.path.parent == tmp_path / "recordings"
    assert len(session.clip) == written > 20
    seen = np.count_nonzero(session.results.state)
    assert 3 < seen <= written
    assert session.modified, "what was seen is in no file"
    assert [item.kept.name for item in session.clips.items] == ["clip.mp4", session.clip.path.name]
    index = max(session.results.seen)
    looked = studio.network.predictor.predicted
    session.seek(index)
    qtbot.waitUntil(lambda: session.frame.index == index and session.prediction is not None)
    assert studio.network.predictor.predicted <= looked + 1, "it is made again without looking"


def test_newer_frames_overtake_older_ones(make_studio, qtbot) -> None:
    stage = Set(predict_s=0.05)
    studio = make_studio(core=stage.core)
    live(studio, qtbot)
    qtbot.waitUntil(lambda: studio.session.live.frames > 60)
    counts = studio.session.live
    assert counts.dropped > counts.frames / 3
    behind = stage.cameras[0].given - (int(studio.session.frame.image[0, 0, 0]) - 40) % 200
    assert behind < 40, "what is shown is what is"


def test_another_clip_lets_go_of_it(studio: Studio, qtbot, stage: Set, tmp_path: Path) -> None:
    studio.window.commands.record()
    qtbot.waitUntil(lambda: (studio.session.live.recorded or 0) > 5)
    studio.window.commands.show_clip(1)
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "clip.mp4")
    qtbot.waitUntil(lambda: stage.cameras[0].closed)
    assert studio.session.live is None
    qtbot.waitUntil(lambda: len(studio.session.clips.items) == 2)
    assert studio.session.clip.path.name == "clip.mp4", "the recording waits in the list"


def test_unplugged_it_is_said_and_nothing_is_lost(studio: Studio, qtbot, stage: Set) -> None:
    studio.window.commands.record()
    qtbot.waitUntil(lambda: (studio.session.live.recorded or 0) > 5)
    stage.cameras[0].pulled = True
    qtbot.waitUntil(lambda: studio.session.clip.path.suffix == ".mkv")
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "gives no more pictures" in studio.window.banner.text.text()


def test_one_camera_after_another(studio: Studio, qtbot, stage: Set) -> None:
    studio.window.commands.open_camera("1")
    qtbot.waitUntil(lambda: len(stage.cameras) == 2 and studio.session.live is not None)
    assert stage.cameras[0].closed
    qtbot.waitUntil(lambda: stage.cameras[1].given > 5)
    studio.window.live.stop.click()
    qtbot.waitUntil(lambda: studio.session.clip.path.name == "clip.mp4")


def test_a_camera_alone_leaves_an_empty_window(make_studio, qtbot) -> None:
    studio = make_studio(clip=None, core=Set().core)
    live(studio, qtbot)
    studio.window.live.stop.click()
    qtbot.waitUntil(lambda: studio.session.clip is None)
    assert studio.session.live is None
    assert not studio.session.modified


def test_closing_ends_it_within_a_second(make_studio, qtbot) -> None:
    stage = Set()
    studio = make_studio(core=stage.core)
    live(studio, qtbot)
    began_s = time.monotonic()
    studio.window.close()
    assert time.monotonic() - began_s < 1.0
    assert stage.cameras[0].closed
    assert not [thread for thread in threading.enumerate() if thread.name == "camera"]


@pytest.mark.parametrize("what", ["There is no camera /dev/video0.", "The camera may not be used by you."])
def test_why_it_cannot_be_opened_is_said(make_studio, qtbot, what: str) -> None:
    def open_camera(source: str) -> FakeCamera:
        raise MediaError(what, "Do something about it.")

    studio = make_studio(core=replace(fake_core(), open_camera=open_camera))
    clip = studio.session.clip
    studio.window.commands.open_camera("0")
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert what in studio.window.banner.text.text()
    assert studio.session.clip is clip
    assert studio.session.opening is None


def test_the_menu_lists_what_there_is(make_studio, qtbot) -> None:
    stage = Set()
    studio = make_studio(
        core=replace(stage.core, find_cameras=lambda: [FakeFound(), FakeFound("Other", "/dev/video2")])
    )
    studio.window.actions_["open_camera"].trigger()
    qtbot.waitUntil(lambda: studio.window.findChild(CameraDialog) is not None)
    dialog = studio.window.findChild(CameraDialog)
    assert [dialog.list.item(row).text() for row in range(2)] == ["Drawn camera  (0)", "Other  (/dev/video2)"]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.session.live is not None)


def test_without_a_camera_that_is_said(make_studio, qtbot) -> None:
    studio = make_studio(core=replace(fake_core(), find_cameras=list))
    studio.window.actions_["open_camera"].trigger()
    qtbot.waitUntil(studio.window.banner.isVisible)
    assert "No camera was found" in studio.window.banner.text.text()


def test_a_mailbox_holds_the_newest(tmp_path: Path) -> None:
    box, image = Mailbox(), np.zeros((4, 4, 3), np.uint8)
    for number in range(3):
        box.put(Shot(image, number / 10))
    assert box.take().time_s == 0.2
    assert box.take() is None
    box.writer = FakeWriter(tmp_path / "a.mkv")
    box.put(Shot(image, 0.3))
    box.put(Shot(image, 0.4))
    assert box.take().recorded == 1
    counts = box.counts()
    assert (counts["frames"], counts["dropped"], counts["recorded"]) == (5, 3, 2)
    assert counts["rate_per_s"] == pytest.approx(10)
    assert counts["recorded_s"] == pytest.approx(0.1)
