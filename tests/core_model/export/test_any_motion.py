"""Whatever the motion is like, every format is a valid file or a clear refusal, never half a file."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import bvhio
import ezc3d
import numpy as np
import pygltflib
import pytest

from core_model import api
from core_model.errors import PuppetPoseError
from core_model.export.formats import FORMATS
from core_model.export.poses import About, write_poses
from core_model.export.recording import Recording
from core_model.motion import Motion, smooth_motion
from tests.core_model.motions import dance

ROOT = Path(__file__).resolve().parents[3]


def without(motion: Motion, rows: slice | list[int]) -> Motion:
    """Nobody is there in some rows."""
    for field in fields(motion):
        if field.name not in ("pts_s", "confidence", "track"):
            getattr(motion, field.name)[rows] = np.nan
    motion.confidence[rows], motion.track[rows] = 0.0, -1
    return motion


MOTIONS: dict[str, Callable[[], Motion]] = {
    "one frame": lambda: dance(1),
    "two frames": lambda: dance(2),
    "one frame among many": lambda: without(dance(30), [i for i in range(30) if i != 17]),
    "who leaves": lambda: without(dance(40), slice(25, None)),
    "who comes late and goes between": lambda: without(without(dance(60), slice(0, 9)), slice(20, 45)),
    "every other frame": lambda: without(dance(40), slice(1, None, 2)),
    "23.976 a second": lambda: dance(30, fps=24000 / 1001),
    "7.3 a second": lambda: dance(12, fps=7.3),
    "1000 a second": lambda: dance(50, fps=1000.0),
    "ten thousand frames": lambda: dance(10_000),
}


def read_back(folder: Path, frames: int) -> dict[str, int]:
    """Frames in each file, counted by others than us where there are any."""
    with np.load(folder / "a b é.npz") as file:
        assert all(np.isfinite(file[name]).all() for name in ("joints_m", "bone_rotations_xyzw", "angles_rad"))
        npz = len(file["joints_m"])
    gltf = pygltflib.GLTF2().load(str(folder / "a b é.glb"))
    c3d = ezc3d.c3d(str(folder / "a b é.c3d"))
    counts = {
        "npz": npz,
        "glb": gltf.accessors[gltf.animations[0].samplers[0].input].count,
        "c3d": c3d["data"]["points"].shape[2],
        "csv": len((folder / "a b é.csv").read_text("utf-8").splitlines()) - 1,
        "trc": len((folder / "a b é.trc").read_text("utf-8").splitlines()) - 6,
        "openpose": len(list((folder / "a b é").iterdir())),
        "coco": len(json.loads((folder / "a b é.json").read_text("utf-8"))["images"]),
    }
    bvh = (folder / "a b é.bvh").read_text("ascii")
    if frames <= 100:  # it takes its time
        counts["bvh"] = bvhio.readAsBvh(str(folder / "a b é.bvh")).FrameCount
    assert "nan" not in bvh.lower()
    return counts


@pytest.mark.parametrize("name", MOTIONS)
def test_every_format_of_every_motion(name: str, tmp_path: Path) -> None:
    recording = api.smoothed(Recording(MOTIONS[name](), (320, 240), None, "a b é"))
    take = api.take(recording, foot_lock=True)
    for form in FORMATS.values():
        what = recording if form.of_frames else take
        api.export(what, tmp_path / f"a b é{form.suffix}", form=next(k for k, f in FORMATS.items() if f == form))
    counts = read_back(tmp_path, len(take.times_s))
    in_clip = len(recording.motion.pts_s)
    assert counts.pop("openpose") == counts.pop("coco") == in_clip
    assert set(counts.values()) == {len(take.times_s)}
    assert len(list(tmp_path.iterdir())) == len(FORMATS)


def test_joints_on_one_point_are_refused(tmp_path: Path) -> None:
    motion = dance(20)
    motion.joints3d_m[:] = motion.joints3d_m[:, :1]
    with pytest.raises(PuppetPoseError, match="no body"):
        api.export(Recording(motion, (320, 240), None, "a"), tmp_path / "a.glb")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path: Path) -> None:
    """For real: no file may grow beyond 3 kB, as libraries in C notice it."""
    motion = dance(60)
    about = About((320, 240), None, np.ones(60, bool), "x", "1")
    write_poses(tmp_path / "poses.npz", motion, smooth_motion(motion), about)
    (tmp_path / "out").mkdir()
    files = [tmp_path / "out" / f"a{form.suffix}" for form in FORMATS.values() if form.suffix]
    for path in files:
        path.write_text("before")
    pictures = [tmp_path / "out" / f"p.{suffix}" for suffix in ("svg", "png", "csv")]
    program = f"""
from core_model.__main__ import main
for path in {[str(path) for path in files]}:
    assert main(["export", {str(tmp_path / "poses.npz")!r}, "--out", path]) == 2, path
for path in {[str(path) for path in pictures]}:
    assert main(["plot", {str(tmp_path / "poses.npz")!r}, "--out", path]) == 2, path
"""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))  # noqa: E731
    command = [sys.executable, "-B", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("puppetpose: ") == len(files) + len(pictures)
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == {p.name: "before" for p in files}
