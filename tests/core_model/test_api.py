"""The Python interface: what its page shows is so, its examples run, and it needs no window."""

import doctest
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from core_model import api
from core_model.assets import asset
from core_model.data.mocap.bvh import read_bvh
from core_model.data.video import open_video
from core_model.errors import PuppetPoseError
from core_model.export.recording import Recording
from tests.core_model.motions import dance

DOCS = Path(__file__).resolve().parents[2] / "docs"
CLIP = asset("clips/tfjs_pose_1.mp4")
pytestmark = pytest.mark.timeout(400)  # networks are made ready first, on whatever cores are free


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_happens(tmp_path: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    told = {"CLIP": CLIP, "OUT": tmp_path}
    failed, tried = doctest.testfile(str(DOCS / "api.md"), module_relative=False, globs=told, optionflags=flags)
    assert tried > 12
    assert not failed


def test_motion_to_blender(tmp_path: Path) -> None:
    figures = example("motion_to_blender").main(CLIP, tmp_path / "out é", range(20))
    raw, clean = figures["jitter_mm"]
    assert clean < raw / 3
    assert len(read_bvh((tmp_path / "out é" / f"{CLIP.stem}.bvh").read_text()).root) == 20
    assert {path.suffix for path in (tmp_path / "out é").iterdir()} == {".bvh", ".glb", ".svg"}


def test_pose_by_hand(tmp_path: Path) -> None:
    picture, side = example("pose_by_hand").main(CLIP, tmp_path, frames=range(4))
    assert cv2.imread(str(picture)).shape == (256, 256, 3)
    with open_video(side) as made, open_video(CLIP) as clip:
        assert len(made) == 4
        assert made.frame_size_px == clip.frame_size_px
        assert np.abs(made.frame(2).astype(int) - clip.frame(2)).max() > 60  # it is not the clip itself


def test_nothing_that_is_handed_in_is_changed(tmp_path: Path) -> None:
    seen = Recording(dance(), (320, 240), None, "dance")
    before = seen.motion.joints3d_m.copy(), seen.motion.angles_rad.copy()
    calm = api.smoothed(seen)
    api.export(api.take(calm, foot_lock=True), tmp_path / "a.bvh")
    api.draw_curves(seen, tmp_path / "a.svg")
    np.testing.assert_array_equal(before[0], seen.motion.joints3d_m)
    np.testing.assert_array_equal(before[1], seen.motion.angles_rad)


def test_pixels_need_a_recording_and_a_recording_gives_all(tmp_path: Path) -> None:
    seen = Recording(dance(), (320, 240), None, "dance")
    with pytest.raises(PuppetPoseError, match="pixels"):
        api.export(api.take(seen), tmp_path / "a.json")
    assert api.export(seen, tmp_path / "a.bvh").stat().st_size > 0


def test_it_needs_no_window() -> None:
    program = "import sys, core_model.api; print(sorted({'PySide6', 'vispy', 'pyqtgraph'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
