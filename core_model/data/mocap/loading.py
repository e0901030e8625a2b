"""A motion file of any kind that is known, as our joint angles: a source of poses."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core_model.data.mocap.asf import read_asf_amc
from core_model.data.mocap.bvh import read_bvh
from core_model.data.mocap.skeletons import joints_of
from core_model.errors import MediaError
from core_model.export.recording import read_poses
from core_model.geometry.kinematics import inverse_kinematics
from core_model.motion import smooth_motion
from core_model.retarget.take import take_of
from core_model.skeleton import JOINT, JOINTS

SUFFIXES = (".bvh", ".amc", ".npz")
_LONGEST_SHIN_M = 4.0
"""A shin longer than this is in centimetres: some programs write one, some the other, and no file says which."""


@dataclass(frozen=True, slots=True)
class LoadedMotion:
    """`joints = pelvis + R @ FK(angles, lengths)` (`core_model.geometry.kinematics`), as recorded: angles may lie
    beyond our limits, see `clamp_angles`."""

    fps: float
    angles_rad: np.ndarray  # (T, 20, 2)
    lengths_m: np.ndarray  # (20,) median of the motion
    rotation: np.ndarray  # (T, 3, 3) body frame -> world, +y up
    pelvis_m: np.ndarray  # (T, 3) world


def load_motion(path: Path) -> LoadedMotion:
    """Read BVH, AMC (with the ASF of its skeleton beside it), an NPZ of `puppetpose export`, or `poses.npz`.

    BVH and AMC: of skeletons in `core_model.data.mocap.skeletons`, those that `puppetpose export` writes and those of
    the CMU database among them. Raises MediaError where it is none of these or damaged.
    """
    readers = {".bvh": _of_bvh, ".amc": _of_amc, ".npz": _of_npz}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise MediaError(f"{path.name} is no motion file that is known.", f"Give one of {', '.join(SUFFIXES)}.")
    joints_m, fps = reader(path)
    if not np.isfinite(joints_m).all():
        raise MediaError(f"Some of the numbers in {path.name} are none.", "Export or download it again.")
    body = inverse_kinematics(torch.from_numpy(joints_m))
    lengths_m = np.median(body.lengths_m.numpy(), axis=0)
    return LoadedMotion(fps, body.angles_rad.numpy(), lengths_m, body.rotation.numpy(), joints_m[:, JOINT["pelvis"]])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise MediaError(f"{path} cannot be read ({error.strerror}).", "Check the name and its permissions.") from error


def _of_bvh(path: Path) -> tuple[np.ndarray, float]:
    motion = read_bvh(_text(path))
    joints = joints_of(motion)
    shin = np.linalg.norm(joints[0, JOINT["l_knee"]] - joints[0, JOINT["l_ankle"]])
    return joints * (0.01 if shin > _LONGEST_SHIN_M else 1.0), motion.fps


def _of_amc(path: Path) -> tuple[np.ndarray, float]:
    own = path.with_name(re.sub(r"_\d+$", "", path.stem) + ".asf")
    skeletons = [own] if own.is_file() else sorted(path.parent.glob("*.asf"))
    if len(skeletons) != 1:
        raise MediaError(f"The skeleton of {path.name} is not beside it.", f"Put {own.name} into the same folder.")
    motion = read_asf_amc(_text(skeletons[0]), _text(path))
    return joints_of(motion), motion.fps


def _of_npz(path: Path) -> tuple[np.ndarray, float]:
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in ("joints_m", "fps") if name in file}
    except Exception:  # read_poses says what is wrong with it
        stored = {}
    if len(stored) == 2 and stored["joints_m"].shape[1:] == (len(JOINTS), 3) and len(stored["joints_m"]):
        return stored["joints_m"].astype(np.float64), float(stored["fps"])
    take = take_of(smooth_motion(read_poses(path).motion))
    return take.joints_m, take.fps
