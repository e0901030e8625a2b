"""The bundled poses: within the limits, of people kept apart, upright as recorded, and made again the same way."""

import io
import tarfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from core_model import limits
from core_model.assets import asset
from core_model.data.mocap import HELD_OUT_SUBJECTS, Poses, load_poses
from core_model.data.mocap.archives import read_clips
from core_model.data.mocap.build import distinct
from core_model.data.mocap.skeletons import CGSPEED, DAZ
from core_model.errors import MediaError
from core_model.geometry.kinematics import inverse_kinematics
from core_model.skeleton import JOINT, LIMBS


@cache
def everybody() -> Poses:
    return load_poses()


def test_nearly_all_recorded_frames_lie_within_the_limits() -> None:
    with np.load(asset("poses.npz")) as stored:
        assert stored["representable"] >= 0.995  # of all frames read, measured when the file was made
    assert (everybody().overreach_mm < 10).mean() >= 0.995


def test_people_are_kept_apart() -> None:
    train, held_out = load_poses("train"), load_poses("held_out")
    assert set(held_out.subject) == set(HELD_OUT_SUBJECTS)
    assert not set(train.subject) & set(HELD_OUT_SUBJECTS)
    assert len(train) + len(held_out) == len(everybody())
    assert len(held_out) > 500
    with pytest.raises(ValueError, match="held_out"):
        load_poses("test")  # type: ignore[arg-type]


def test_joints_angles_and_lengths_say_the_same() -> None:
    poses = everybody()
    assert ((poses.angles_rad >= limits.LIMITS_RAD[..., 0] - 1e-6).all(axis=(1, 2))).all()
    assert ((poses.angles_rad <= limits.LIMITS_RAD[..., 1] + 1e-6).all(axis=(1, 2))).all()
    body = inverse_kinematics(torch.from_numpy(poses.joints_m))
    assert np.allclose(body.lengths_m, poses.lengths_m, atol=1e-4)
    assert np.allclose(body.rotation, np.eye(3), atol=1e-4)
    inside = poses.overreach_mm < 0.01
    assert inside.mean() > 0.9
    assert np.allclose(body.angles_rad[inside], poses.angles_rad[inside], atol=2e-3)


def test_most_people_are_upright_with_head_up_feet_down_and_knees_in_front() -> None:
    poses = everybody()
    assert np.allclose(np.linalg.norm(poses.up, axis=1), 1, atol=1e-3)
    height = np.einsum("njc,nc->nj", poses.joints_m, poses.up)
    assert np.median(height[:, JOINT["head"]]) > 0.6
    assert np.median(height[:, JOINT["l_toe"]]) < -0.6
    assert (poses.joints_m[:, JOINT["l_hip"], 0] > 0).all()
    for side in "lr":
        hip, knee, ankle = (poses.joints_m[:, JOINT[f"{side}_{n}"]] for n in ("hip", "knee", "ankle"))
        straight = hip + (ankle - hip) * 0.5
        assert np.median((knee - straight)[:, 2]) > 0.01  # knees bend forward
        shoulder, elbow, wrist = (poses.joints_m[:, JOINT[f"{side}_{n}"]] for n in ("shoulder", "elbow", "wrist"))
        assert np.median((elbow - (shoulder + wrist) / 2)[:, 2]) < -0.01  # elbows point back


def test_body_shapes_lie_within_the_bound_for_most_limbs() -> None:
    lengths = np.unique(everybody().lengths_m, axis=0)
    canonical = limits.limb_lengths_m(np.zeros(12))
    assert (np.abs(np.log(lengths / canonical)) <= limits.LENGTH_BOUND).mean() > 0.97


def test_distinct_keeps_the_first_of_near_twins() -> None:
    base = np.zeros((1, 21, 3))
    near, far = base + 0.01, base.copy()
    far[0, 9, 1] = 0.5  # the neck alone
    assert distinct(np.concatenate([base, near, far, far]), 0.05).tolist() == [0, 2]


def bvh_text(tree: dict[str, tuple[str, tuple[float, float, float]]]) -> str:
    """A BVH file of one frame with all angles zero; `tree`: node -> parent, offset."""

    def block(name: str) -> str:
        children = "".join(block(child) for child, (parent, _) in tree.items() if parent == name)
        word = "JOINT" if tree[name][0] else "ROOT"
        if name.endswith("_end"):
            return "End Site\n{\n OFFSET " + " ".join(map(str, tree[name][1])) + "\n}\n"
        offset = " ".join(map(str, tree[name][1]))
        channels = "3 Zrotation Yrotation Xrotation"
        return f"{word} {name}\n{{\nOFFSET {offset}\nCHANNELS {channels}\n{children}}}\n"

    root = next(name for name, (parent, _) in tree.items() if not parent)
    count = 3 * sum(not name.endswith("_end") for name in tree)
    return f"HIERARCHY\n{block(root)}MOTION\nFrames: 1\nFrame Time: 0.1\n{'0 ' * count}\n"


def daz_text() -> str:
    tree: dict[str, tuple[str, tuple[float, float, float]]] = {
        "hip": ("", (0, 0, 0)), "chest": ("hip", (0, 30, 0)), "neck": ("chest", (0, 25, 0)),
        "head": ("neck", (0, 8, 0)),
    }  # fmt: skip
    for s, x in (("l", 1.0), ("r", -1.0)):
        tree |= {
            f"{s}Thigh": ("hip", (9 * x, 2, 0)), f"{s}Shin": (f"{s}Thigh", (0, -40, 0)),
            f"{s}Foot": (f"{s}Shin", (0, -41, 0)), f"{s}Foot_end": (f"{s}Foot", (0, -5, 12)),
            f"{s}Shldr": ("chest", (15 * x, 20, 0)), f"{s}ForeArm": (f"{s}Shldr", (28 * x, 0, 0)),
            f"{s}Hand": (f"{s}ForeArm", (25 * x, 0, 0)), f"{s}Mid1": (f"{s}Hand", (8 * x, 0, 0)),
        }  # fmt: skip
    return bvh_text(tree)


def write_archive(folder: Path, name: str, files: dict[str, str]) -> None:
    with tarfile.open(folder / f"{name}.tar.xz", "w:xz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))


def test_a_t_pose_in_centimetres_becomes_our_joints_in_metres(tmp_path: Path) -> None:
    for name in ("cmu_asfamc", "cmu_bvh_iclone", "cmu_expmap", "animated_drawings", "deepmimic"):
        write_archive(tmp_path, name, {"readme.md": "nothing to read"})
    write_archive(
        tmp_path, "cmu_misc", {"someone__07_03.bvh": daz_text(), "other.bvh": bvh_text({"a": ("", (0, 0, 0))})}
    )
    (clip,) = read_clips(tmp_path, 10)
    assert (clip.name, clip.subject) == ("cmu_misc/someone__07_03", "cmu_07")
    joints = clip.joints_m[0]
    assert joints[JOINT["pelvis"]] == pytest.approx([0, 0.02, 0])
    assert joints[JOINT["l_knee"]] == pytest.approx([0.09, -0.38, 0])
    assert joints[JOINT["r_wrist"]] == pytest.approx([-0.68, 0.50, 0])
    assert joints[JOINT["head"], 1] == pytest.approx(0.82)
    assert joints[JOINT["l_toe"]] == pytest.approx([0.09, -0.86, 0.168])


def test_a_missing_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="PUPPETPOSE_DATA"):
        list(read_clips(tmp_path, 10))
    assert not DAZ.fits({"hip", "chest"})
    assert not CGSPEED.fits({"Hips"})


def test_limbs_of_every_clip_body_are_of_human_length() -> None:
    lengths = everybody().lengths_m
    measured = np.linalg.norm(np.diff(everybody().joints_m[:, LIMBS], axis=2)[:, :, 0], axis=-1)
    assert np.allclose(measured, lengths, atol=1e-4)
    assert lengths[:, [1, 2]].min() > 0.3
    assert lengths.max() < 0.55
