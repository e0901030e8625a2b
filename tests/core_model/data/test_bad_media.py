"""Everything that cannot be read says what is wrong and what to do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core_model.data.video import open_video
from core_model.errors import MediaError


def _says(path: Path, words: str) -> None:
    with pytest.raises(MediaError, match=words) as caught:
        open_video(path)
    assert caught.value.what.endswith(".")
    assert caught.value.todo.endswith(".")
    assert "Errno" not in str(caught.value)


def test_missing(tmp_path: Path) -> None:
    _says(tmp_path / "nowhere.mp4", "no file or folder")


def test_empty_folder(tmp_path: Path) -> None:
    _says(tmp_path, "holds no images")


@pytest.mark.parametrize("name", ["empty.mp4", "empty.png"])
def test_zero_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    _says(tmp_path / name, "0 bytes")


@pytest.mark.parametrize("name", ["letter.mp4", "letter.txt", "letter"])
def test_no_video(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("Dear reader, this is a letter.\n" * 500)
    _says(tmp_path / name, "letter.*(not a video|no picture)")


def test_no_image(tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_text("Dear reader")
    _says(tmp_path / "letter.png", "not an image")


def test_sound_alone(write_sound: Callable[[], Path]) -> None:
    _says(write_sound(), "no pictures, only sound")


def test_cut_before_its_table_of_contents(write_clip: Callable[..., Path]) -> None:
    path = write_clip()
    path.write_bytes(path.read_bytes()[:-600])  # MP4 keeps the table of contents at the end
    _says(path, "not a video that can be read")


def test_cut_before_the_first_picture(write_clip: Callable[..., Path]) -> None:
    path = write_clip("clip.mkv")
    path.write_bytes(path.read_bytes()[:700])
    _says(path, "clip.mkv")


def test_a_name_in_another_script(write_clip: Callable[..., Path]) -> None:
    with open_video(write_clip("танец 踊り é.mp4")) as reader:
        assert len(reader) == 40


@pytest.mark.parametrize("name", ["mine.mp4", "mine.png"])
def test_unreadable(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the administrator may read everything
        monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "denied")))
    _says(path, "may not be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    _says(tmp_path / "pipe.mp4", "neither a file nor a folder")
