"""Motion files as a source of poses: what went out comes in again."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core_model.data.mocap.loading import load_motion
from core_model.data.mocap.skeletons import CMU_UNIT_M
from core_model.errors import MediaError
from core_model.export.arrays import write_npz
from core_model.export.bvh import write_bvh
from core_model.export.poses import About, write_poses
from core_model.motion import smooth_motion
from core_model.retarget.style import Style
from core_model.retarget.take import take_of
from core_model.skeleton import JOINT
from tests.core_model.motions import dance, dance_take

STYLES = [Style(), Style(rest="A", units="cm"), Style(names="h36m")]
CHAINS = """root {s}femur {s}tibia {s}foot {s}toes ; root upperback thorax upperneck head ;
thorax {s}humerus {s}radius {s}hand {s}fingers"""


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("suffix", ["bvh", "npz"])
def test_what_was_exported_comes_back(style: Style, suffix: str, tmp_path: Path) -> None:
    take, path = dance_take(), tmp_path / f"мой танец.{suffix}"
    (write_bvh if suffix == "bvh" else write_npz)(path, take, style)
    loaded = load_motion(path)
    angles, rotation = take.body()
    assert loaded.fps == pytest.approx(30)
    np.testing.assert_allclose(loaded.angles_rad, angles, atol=1e-3)
    np.testing.assert_allclose(loaded.rotation, rotation, atol=1e-4)
    np.testing.assert_allclose(loaded.lengths_m, take.lengths_m, atol=1e-5)
    np.testing.assert_allclose(loaded.pelvis_m, take.joints_m[:, 0], atol=1e-5)


def test_an_analysis_is_a_motion_too(tmp_path: Path) -> None:
    raw = dance()
    write_poses(tmp_path / "poses.npz", raw, smooth_motion(raw), About((9, 9), None, np.ones(40, bool), "x", "1"))
    loaded = load_motion(tmp_path / "poses.npz")
    np.testing.assert_allclose(loaded.angles_rad, take_of(smooth_motion(raw)).body()[0], atol=1e-9)


def acclaim() -> tuple[str, str]:
    """A skeleton of bones that all point up, 2 units long each, and two frames of it."""
    bones = [bone.format(s=side) for bone in CHAINS.split() for side in ("lr" if "{s}" in bone else "-")]
    bones = [bone for bone in bones if bone not in ("root", ";")]
    data = "".join(f"begin\nid 1\nname {b}\ndirection 0 1 0\nlength 2\naxis 0 0 0 XYZ\ndof rx\nend\n" for b in bones)
    pairs = []
    for chain in CHAINS.split(";"):
        for side in "lr" if "{s}" in chain else "-":
            names = chain.format(s=side).split()
            pairs += [f"{parent} {child}\n" for parent, child in pairwise(names)]
    asf = f":root\norder TX TY TZ RX RY RZ\naxis XYZ\n:bonedata\n{data}:hierarchy\nbegin\n{''.join(pairs)}end\n"
    frame = "root 0 0 0 0 0 0\n" + "".join(f"{bone} 20\n" for bone in dict.fromkeys(bones))
    return asf, f":DEGREES\n1\n{frame}2\n{frame}"


def test_amc_takes_its_skeleton_from_beside_it(tmp_path: Path) -> None:
    asf, amc = acclaim()
    (tmp_path / "07_01.amc").write_text(amc)
    with pytest.raises(MediaError, match=r"07\.asf"):
        load_motion(tmp_path / "07_01.amc")
    (tmp_path / "07.asf").write_text(asf)
    (tmp_path / "08.asf").write_text("of somebody else")
    loaded = load_motion(tmp_path / "07_01.amc")
    assert (loaded.fps, loaded.angles_rad.shape) == (120, (2, 20, 2))
    assert np.isfinite(loaded.angles_rad).all()
    assert loaded.lengths_m[JOINT["l_knee"] - 1] == pytest.approx(2 * CMU_UNIT_M)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.bvh", b"no"), ("a.fbx", b"x"), ("a.npz", b"PK"), ("a.amc", b""), ("gone.bvh", None), ("gone.npz", None)],
)
def test_what_is_no_motion_is_told(name: str, content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(MediaError):
        load_motion(tmp_path / name)


@pytest.mark.parametrize(("old", "new"), [("Frame Time: 0.0", "Frame Time: -0.0"), ("Frames: 40", "Frames: 41")])
def test_a_harmed_bvh_is_told(old: str, new: str, tmp_path: Path) -> None:
    write_bvh(tmp_path / "a.bvh", dance_take(), Style())
    text = (tmp_path / "a.bvh").read_text()
    assert old in text
    (tmp_path / "a.bvh").write_text(text.replace(old, new))
    with pytest.raises(MediaError, match="BVH"):
        load_motion(tmp_path / "a.bvh")


def test_numbers_that_are_none_are_told(tmp_path: Path) -> None:
    write_bvh(tmp_path / "a.bvh", dance_take(2), Style())
    lines = (tmp_path / "a.bvh").read_text().splitlines()
    lines[-1] = "nan " + lines[-1].split(maxsplit=1)[1]
    (tmp_path / "a.bvh").write_text("\n".join(lines))
    with pytest.raises(MediaError, match="numbers"):
        load_motion(tmp_path / "a.bvh")
