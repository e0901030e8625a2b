"""`puppetpose export`: from a video or from poses.npz, and what it refuses."""

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands import common
from core_model.commands import export as command
from core_model.data.mocap.bvh import read_bvh
from core_model.export.formats import FORMATS
from core_model.export.poses import About, write_poses
from core_model.motion import Motion, smooth_motion
from core_model.retarget.take import take_of
from tests.core_model.motions import dance

Write = Callable[..., Path]
Draw = Callable[..., np.ndarray]


@pytest.fixture(autouse=True)
def network(stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)
    return stand_in


def saved(path: Path, raw: Motion, names: tuple[str, ...] | None = None) -> Path:
    """The file that `puppetpose analyse` would have written."""
    write_poses(path, raw, smooth_motion(raw), About((320, 240), names, np.ones(len(raw.pts_s), bool), "x", "1"))
    return path


@pytest.fixture
def poses(tmp_path: Path) -> Path:
    return saved(tmp_path / "poses.npz", dance())


@pytest.fixture
def refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    def check(words: str, *arguments: object) -> None:
        before = sorted(tmp_path.rglob("*"))
        assert main(["export", *map(str, arguments)]) == 2
        told = capsys.readouterr().err
        assert words in told
        assert told.startswith("puppetpose: ")
        assert told.rstrip().endswith(".")
        assert "Traceback" not in told
        assert sorted(tmp_path.rglob("*")) == before, "something was left behind"

    return check


def test_all_formats_from_one_analysis(poses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(FORMATS) == command.FORMATS
    files = [tmp_path / f"a b é{form.suffix}" for form in FORMATS.values()]
    assert main(["export", str(poses), "--out", *map(str, files)]) == 0
    assert all(path.stat().st_size > 0 for path in files)
    told = capsys.readouterr().out
    assert "40 frames at 30 a second, from 0.000 s of the clip" in told
    assert "Jitter" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["poses.npz", *(path.name for path in files)])


def test_a_video_is_analysed_first(write_clip: Write, draw_person: Draw, tmp_path: Path) -> None:
    """Its frame rate varies; the file's does not."""
    pts = [0, 4, 8, 12, 20, 24, 28, 32, 36, 44, 48, 52, 56, 60]
    clip = write_clip("my walk.mp4", pts=pts, draw=lambda i: draw_person(30 + 3 * i), options={"crf": "5"})
    out = tmp_path / "my walk.bvh"
    assert main(["export", str(clip), "--out", str(out), "--units", "cm", "--rest", "A", "--names", "h36m"]) == 0
    motion = read_bvh(out.read_text())
    assert motion.fps == pytest.approx(25)
    assert len(motion.root) == 16
    assert motion.names[0] == "Pelvis"
    assert np.isfinite(motion.world()[0]).all()


@pytest.mark.parametrize(("step_px", "camera"), [(0, "static"), (5, "moving")])
def test_a_camera_that_moves_is_told(
    step_px: int, camera: str, write_clip: Write, draw_person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blobs = np.random.default_rng(0).integers(60, 140, (20, 60, 1)).repeat(8, 0).repeat(8, 1).astype(np.uint8)

    def draw(i: int) -> np.ndarray:
        image, place = draw_person(60 + i), blobs[:, i * step_px :][:160, :240].repeat(3, 2)
        return np.where((image == 40).all(axis=2, keepdims=True), place, image)

    clip = write_clip(pts=range(0, 48, 4), draw=draw, options={"crf": "5"})
    assert main(["export", str(clip), "--out", str(tmp_path / "a.bvh"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["camera"] == camera


def test_programs_hear_the_result_in_json(poses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.bvh"
    assert main(["export", str(poses), "--out", str(out), "--json", "--fps", "12.5", "--foot-lock"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [str(out)]
    assert told["fps"] == 12.5
    assert told["frames"] == len(read_bvh(out.read_text()).root)
    assert told["written"]["jitter_mm"] > 0


def test_raw_is_raw_and_smoothed_is_smoother(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shaky = dance()
    shaky.joints3d_m[:] += np.random.default_rng(0).normal(0, 0.02, (len(shaky.pts_s), 1, 3))
    poses, jitter = saved(tmp_path / "poses.npz", shaky), {}
    for options in (("--raw",), (), ("--smooth", "0.2")):
        assert main(["export", str(poses), "--out", str(tmp_path / "a.npz"), "--json", *options]) == 0
        told = json.loads(capsys.readouterr().out)
        jitter[options] = told["written"]["jitter_mm"]
        if options == ("--raw",):
            assert told["raw"] == told["written"]
            with np.load(tmp_path / "a.npz") as file:
                np.testing.assert_allclose(file["joints_m"], take_of(shaky).joints_m, atol=1e-9)
    assert jitter[("--raw",)] > 2 * jitter[()] > 2 * jitter[("--smooth", "0.2")]


def test_gaps_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = dance()
    for values in (raw.joints3d_m, raw.joints2d_px):
        values[[0, 1, 10, 11]] = np.nan
    raw.track[[0, 1, 10, 11]] = -1
    assert main(["export", str(saved(tmp_path / "p.npz", raw)), "--out", str(tmp_path / "a.bvh")]) == 0
    told = capsys.readouterr()
    assert "2 frames without anybody were filled in" in told.err
    assert "38 frames at 30 a second, from 0.067 s" in told.out


def test_one_frame_gives_every_format(tmp_path: Path) -> None:
    poses = saved(tmp_path / "p.npz", dance(1))
    files = [str(tmp_path / f"one{form.suffix}") for form in FORMATS.values()]
    assert main(["export", str(poses), "--out", *files, "--foot-lock"]) == 0


def test_images_have_pixels_at_once_and_motion_with_a_rate(refuses: Callable[..., None], tmp_path: Path) -> None:
    raw = dance(5)
    raw.pts_s[:] = np.nan
    poses = saved(tmp_path / "p.npz", raw, tuple(f"{i}.png" for i in range(5)))
    assert main(["export", str(poses), "--out", str(tmp_path / "a.json")]) == 0
    refuses("Images have no times", poses, "--out", tmp_path / "a.bvh")
    assert main(["export", str(poses), "--out", str(tmp_path / "a.bvh"), "--fps", "10"]) == 0


def test_inputs_that_cannot_be(refuses: Callable[..., None], tmp_path: Path) -> None:
    empty = dance(4)
    for values in (empty.joints3d_m, empty.joints2d_px):
        values[:] = np.nan
    empty.track[:] = -1
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    out = tmp_path / "a.bvh"
    refuses("nobody", saved(tmp_path / "p.npz", empty), "--out", out)
    refuses("not what `puppetpose analyse` writes", tmp_path / "broken.npz", "--out", out)
    refuses("There is no file", tmp_path / "gone.npz", "--out", out)
    refuses("no file or folder", tmp_path / "gone.mp4", "--out", out)


def test_options_that_cannot_be(refuses: Callable[..., None], poses: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.bvh"
    for fps in ("0", "-3", "nan", "inf"):
        refuses("frames a second cannot be", poses, "--out", out, "--fps", fps)
    for sigma_s in ("0", "-1", "nan", "99"):
        refuses("smoothing", poses, "--out", out, "--smooth", sigma_s)
    refuses("--foot-lock", poses, "--out", out, "--raw", "--foot-lock")
    refuses("suffix", poses, "--out", tmp_path / "a.fbx")
    refuses("same name", poses, "--out", out, out)
    refuses("read from", poses, "--out", poses)


def test_a_package_that_is_not_there_is_named(
    refuses: Callable[..., None], poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, package in (("glb", "pygltflib"), ("c3d", "ezc3d")):
        monkeypatch.setitem(sys.modules, package, None)
        monkeypatch.delitem(sys.modules, f"core_model.export.{name}", raising=False)
        refuses(package, poses, "--out", tmp_path / f"a.{name}")


def test_targets_that_cannot_be(refuses: Callable[..., None], poses: Path, tmp_path: Path) -> None:
    refuses("There is no folder", poses, "--out", tmp_path / "gone" / "a.bvh")
    (tmp_path / "taken.bvh").mkdir()
    refuses("taken.bvh", poses, "--out", tmp_path / "taken.bvh", "--format", "bvh")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    refuses("there already", poses, "--out", tmp_path / "full")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be written by root")
def test_a_folder_that_may_not_be_written(refuses: Callable[..., None], poses: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    refuses("may not be written", poses, "--out", locked / "a.bvh")


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.suffix])
def test_a_full_disk_leaves_the_file_that_was_there(
    name: str, poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"a{FORMATS[name].suffix}"
    out.write_text("before")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert main(["export", str(poses), "--out", str(out)]) == 2
    assert "No space left" in capsys.readouterr().err
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "poses.npz"])
