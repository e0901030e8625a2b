"""A video that stands in for a camera, and why a camera cannot be opened."""

import os
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core_model.assets import assets_dir
from core_model.data import camera as cameras
from core_model.data.camera import FileCamera, open_camera
from core_model.data.video import open_video
from core_model.errors import MediaError
from core_model.export.video import VideoWriter


def moving(path: Path, frames: int, fps: float) -> Path:
    """A video that gets lighter from frame to frame."""
    with closing(VideoWriter(path, fps)) as writer:
        for index in range(frames):
            writer.add(index / fps, np.full((48, 64, 3), 20 + 10 * index, np.uint8))
    return path


def test_a_video_comes_at_its_own_pace_and_starts_again(tmp_path: Path) -> None:
    with closing(FileCamera(moving(tmp_path / "a.mp4", 10, 50))) as camera:
        began_s = time.monotonic()
        shots = [camera.read() for _ in range(25)]
        took_s = time.monotonic() - began_s
    times_s = [time_s for _, time_s in shots]
    assert (np.diff(times_s) > 0).all()
    assert took_s >= times_s[-1] - 0.03
    light = np.array([image.mean() for image, _ in shots])
    np.testing.assert_allclose(light, 20 + 10 * (np.round(np.array(times_s) * 50) % 10), atol=4)


def test_who_comes_late_gets_what_is_on_now(tmp_path: Path) -> None:
    with closing(FileCamera(moving(tmp_path / "a.mp4", 20, 50))) as camera:
        camera.read()
        time.sleep(0.2)
        _, time_s = camera.read()
    assert time_s >= 0.18


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_what_is_written_has_every_frame_at_its_time(tmp_path: Path, name: str) -> None:
    times_s = np.cumsum([0.0, 0.03, 0.05, 0.031, 0.2, 0.033])
    with closing(VideoWriter(tmp_path / name, 30.0, preset="ultrafast")) as writer:
        for index, time_s in enumerate(times_s):
            writer.add(7.0 + time_s, np.full((49, 65, 3), 40 * index, np.uint8))
        assert (writer.count, writer.size_px) == (6, (66, 50))
        writer.close()
    with closing(open_video(tmp_path / name)) as reader:
        np.testing.assert_allclose(reader.pts_s - reader.pts_s[0], times_s, atol=2e-3)
        np.testing.assert_allclose([reader.frame(i).mean() for i in range(6)], 40.0 * np.arange(6), atol=4)


def test_a_bundled_clip_can_stand_in(tmp_path: Path) -> None:
    with closing(open_camera(str(assets_dir() / "clips" / "tfjs_pose_1.mp4"))) as camera:
        image, _ = camera.read()
    assert image.ndim == 3
    with pytest.raises(MediaError, match="no file or folder"):
        open_camera(str(tmp_path / "gone.mp4"))


@pytest.mark.skipif(not os.path.isdir("/dev"), reason="devices are files on Linux only")
def test_a_camera_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="There is no camera /dev/video987"):
        open_camera("/dev/video987")


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError(13, "no"), "may not be used by you"), (OSError(16, "busy"), "used by another program"),
     (OSError(19, "No such device"), "cannot be opened")],
)  # fmt: skip
def test_why_not(monkeypatch, error: OSError, said: str) -> None:
    def refuse(path: str, flags: int) -> int:
        raise error

    monkeypatch.setattr(cameras.os, "open", refuse)
    with pytest.raises(MediaError, match=said):
        cameras._check("/dev/video0", "C920")


def test_linux_lists_one_device_a_camera(tmp_path: Path) -> None:
    for number, name, index in ((10, "Back", 0), (2, "Front", 0), (3, "Front", 1)):
        folder = tmp_path / f"video{number}"
        folder.mkdir()
        (folder / "name").write_text(f"{name}\n")
        (folder / "index").write_text(f"{index}\n")
    found = cameras._listed(tmp_path, Path("/dev"))
    assert [(one.name, one.source) for one in found] == [("Front", "/dev/video2"), ("Back", "/dev/video10")]
    assert cameras._listed(tmp_path / "none", Path("/dev")) == []


class Capture:
    """Stands for cv2's: two frames, then nothing."""

    left = 2

    def __init__(self, device: object) -> None:
        self.released = False

    def set(self, what: int, value: float) -> None:
        """Ignored."""

    def isOpened(self) -> bool:  # noqa: N802
        """Always."""
        return True

    def read(self) -> tuple[bool, np.ndarray | None]:
        """Blue, as OpenCV orders it."""
        self.left -= 1
        return self.left >= 0, np.full((4, 6, 3), (255, 0, 0), np.uint8) if self.left >= 0 else None

    def release(self) -> None:
        """Let go."""
        self.released = True


def test_an_unplugged_camera_says_so(monkeypatch) -> None:
    monkeypatch.setattr(cameras.cv2, "VideoCapture", Capture)
    monkeypatch.setattr(cameras, "_check", lambda device, name: None)
    camera = open_camera("0")
    first, second = camera.read(), camera.read()
    assert tuple(first[0][0, 0]) == (0, 0, 255)
    assert second[1] >= first[1]
    with pytest.raises(MediaError, match="unplugged"):
        camera.read()
    camera.close()
    assert camera._capture.released


def test_a_busy_camera_says_so(monkeypatch) -> None:
    monkeypatch.setattr(Capture, "left", 0)
    monkeypatch.setattr(cameras.cv2, "VideoCapture", Capture)
    monkeypatch.setattr(cameras, "_check", lambda device, name: None)
    with pytest.raises(MediaError, match="Close other programs"):
        open_camera("0")
