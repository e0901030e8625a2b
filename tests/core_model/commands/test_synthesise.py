"""`puppetpose synthesise`: one clip's pose, another's person, a video of the same length."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core_model.__main__ import main
from core_model.commands import common
from core_model.data.video import open_video
from core_model.geometry.kinematics import forward_kinematics
from tests.core_model.conftest import person


@pytest.fixture
def clips(write_clip: Any, stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Somebody walks to the right; somebody else stands; nobody at all."""
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)
    pts = range(0, 32, 4)
    return {
        "walk": write_clip("walk.mp4", pts=pts, draw=lambda n: person(60 + 5 * n)),
        "stand": write_clip("stand.mp4", pts=pts, draw=lambda _: person(80)),
        "nobody": write_clip("nobody.mp4", pts=pts, draw=lambda _: np.full((160, 240, 3), 40, np.uint8)),
    }


def test_a_video_of_the_same_frames(clips: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made.mp4"
    options = ["--appearance", str(clips["stand"]), "--part", f"head={clips['walk']}", "--azimuth", "20"]
    assert main(["synthesise", str(clips["walk"]), "--out", str(out), *options]) == 0
    assert str(out) in capsys.readouterr().out
    with open_video(out) as made, open_video(clips["walk"]) as walk:
        assert np.allclose(made.pts_s, walk.pts_s)
        assert made.frame_size_px == walk.frame_size_px
        # the stand-in makes nobody: what is left is the place
        assert (made.frame(3)[..., 0] > 150).sum() < 0.5 * (walk.frame(3)[..., 0] > 150).sum()


@pytest.mark.parametrize("options", [["--appearance", "nobody"], ["--part", "head=nobody"]])
def test_nobody_to_take_the_appearance_from(
    options: list[str], clips: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [option.replace("nobody", str(clips["nobody"])) for option in options]
    assert main(["synthesise", str(clips["walk"]), "--out", str(tmp_path / "made.mp4"), *named]) == 2
    assert "nobody.mp4" in capsys.readouterr().err
    assert not (tmp_path / "made.mp4").exists()


def test_a_part_that_nobody_has(clips: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["synthesise", "x.mp4", "--out", "y.mp4", "--part", "tail=x.mp4"])
    assert "torso" in capsys.readouterr().err


def test_a_motion_file_moves_the_person_in_the_place_of_their_clip(clips: dict[str, Path], tmp_path: Path) -> None:
    out, moves = tmp_path / "made.mp4", tmp_path / "moves.npz"
    joints_m = np.tile(forward_kinematics(torch.zeros(20, 2).double(), torch.zeros(12).double()).numpy(), (12, 1, 1))
    np.savez(moves, joints_m=joints_m, fps=120.0)
    assert main(["synthesise", str(moves), "--appearance", str(clips["stand"]), "--out", str(out)]) == 0
    with open_video(out) as made, open_video(clips["stand"]) as stand:
        assert made.frame_size_px == stand.frame_size_px
        assert len(made) == 6  # every other: 60 a second
        assert made.fps == pytest.approx(60, abs=1)


def test_a_motion_file_alone_does_not_say_who_moves(
    tmp_path: Path, clips: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesise", str(tmp_path / "moves.bvh"), "--out", str(tmp_path / "made.mp4")]) == 2
    assert "--appearance" in capsys.readouterr().err


def test_frames_as_png_and_one_alone(
    clips: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk, folder, one = str(clips["walk"]), tmp_path / "frames é", tmp_path / "one.png"
    assert main(["synthesise", walk, "--out", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 8
    assert main(["synthesise", walk, "--out", str(one), "--frame", "3"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{i:06d}.png" for i in range(8)]
    assert (folder / "000003.png").read_bytes() == one.read_bytes()


@pytest.mark.parametrize(("name", "options", "words"), [
    ("a.avi", [], "End it in .mp4"), ("a.png", ["--frame", "8"], "no frame 8"), ("gone/a.mp4", [], "no folder"),
])  # fmt: skip
def test_targets_that_cannot_be(
    name: str, options: list[str], words: str, clips: dict[str, Path], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    assert main(["synthesise", str(clips["walk"]), "--out", str(tmp_path / name), *options]) == 2
    assert words in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
