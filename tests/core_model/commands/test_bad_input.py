"""Bad input on the command line: exit status 2, one sentence on what is wrong, one on what to do, no traceback."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands import common

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def network(stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)


@pytest.fixture
def refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    def check(path: Path, words: str, *options: str, out: Path = tmp_path / "out") -> None:
        assert main(["analyse", str(path), "--out", str(out), *options]) == 2
        told = capsys.readouterr().err
        assert words in told
        assert told.startswith("puppetpose: ")
        assert told.rstrip().endswith(".")
        assert "Traceback" not in told
        assert not (tmp_path / "out" / "poses.npz").exists()

    return check


def test_missing(refuses: Callable[..., None], tmp_path: Path) -> None:
    refuses(tmp_path / "nowhere.mp4", "no file or folder")


def test_zero_bytes(refuses: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "пусто.mp4").touch()
    refuses(tmp_path / "пусто.mp4", "0 bytes")


def test_empty_folder(refuses: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    refuses(tmp_path / "folder", "holds no images")


def test_no_video(refuses: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video\n" * 100)
    refuses(tmp_path / "notes.mp4", "notes.mp4")


def test_sound_alone(refuses: Callable[..., None], write_sound: Callable[..., Path]) -> None:
    refuses(write_sound(), "only sound")


def test_truncated_beyond_use(refuses: Callable[..., None], write_clip: Write) -> None:
    path = write_clip()
    path.write_bytes(path.read_bytes()[:-600])
    refuses(path, "not a video that can be read")


def test_unreadable(refuses: Callable[..., None], write_clip: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip()
    monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "denied")))
    refuses(path, "may not be read")


def test_results_cannot_go_into_a_file(refuses: Callable[..., None], write_clip: Write, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    refuses(write_clip(), "is a file, not a folder", out=tmp_path / "taken")


BOXES: dict[str, tuple[dict[str, Any], str]] = {
    "no boxes": ({"pts_s": np.zeros(1)}, "holds no box_px"),
    "no times": ({"box_px": np.ones((1, 4))}, "do not fit"),
    "other count": ({"box_px": np.ones((2, 4)), "pts_s": np.zeros(1)}, "do not fit"),
    "names for a video": ({"box_px": np.ones((1, 4)), "image_names": np.array(["a"])}, "do not fit"),
    "other times": ({"box_px": np.array([[0, 0, 9, 9]]), "pts_s": np.array([77.0])}, "None of the times"),
    "times in words": ({"box_px": np.array([[0, 0, 9, 9]]), "pts_s": np.array(["soon"])}, "not numbers"),
    "inside out": ({"box_px": np.array([[9, 9, 0, 0]]), "pts_s": np.zeros(1)}, "without width or height"),
    "objects": ({"box_px": np.array([{}], dtype=object), "pts_s": np.zeros(1)}, "plain arrays"),
}


@pytest.mark.parametrize("name", BOXES)
def test_boxes_that_do_not_fit(name: str, refuses: Callable[..., None], write_clip: Write, tmp_path: Path) -> None:
    arrays, words = BOXES[name]
    np.savez(tmp_path / "boxes.npz", **arrays)
    refuses(write_clip(), words, "--boxes", str(tmp_path / "boxes.npz"))


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_boxes_file_that_is_none(
    content: bytes | None, refuses: Callable[..., None], write_clip: Write, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "boxes.npz").write_bytes(content)
    refuses(write_clip(), "boxes", "--boxes", str(tmp_path / "boxes.npz"))


def test_a_checkpoint_of_another_version(
    write_clip: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from safetensors.numpy import save_file

    monkeypatch.undo()
    save_file({"trunk.x": np.zeros(1, np.float32)}, tmp_path / "old.safetensors", {"puppetpose": '{"format": 0}'})
    (tmp_path / "broken.safetensors").write_bytes(b"no checkpoint")
    clip = write_clip()
    for name, words in (("old", "another version"), ("broken", "not a readable checkpoint"), ("gone", "no checkpoint")):
        path = tmp_path / f"{name}.safetensors"
        assert main(["analyse", str(clip), "--out", str(tmp_path / "out"), "--checkpoint", str(path)]) == 2
        assert words in capsys.readouterr().err


def test_the_installed_command_has_no_traceback(tmp_path: Path) -> None:
    """Through a process of its own, and quick: no torch for a file that is not there."""
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "core_model",
        "analyse",
        str(tmp_path / "no.mp4"),
        "--out",
        "x",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "puppetpose: There is no file or folder" in done.stderr
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not loaded & {"torch", "PySide6", "openvino"}
