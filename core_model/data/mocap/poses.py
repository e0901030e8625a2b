"""Unpaired poses: real bodies in motion, known as skeletons only, with no image of them anywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from core_model.assets import asset
from core_model.geometry.kinematics import clamp_angles, joints_from_lengths

POSES_FILE = "poses.npz"
HELD_OUT_SUBJECTS = ("cmu_02", "cmu_49")
"""People on whom nothing is trained: they walk, run, jump, punch, bend, dance and balance."""


@dataclass(frozen=True)
class Poses:
    """`N` poses, each on the body of the person who held it."""

    joints_m: np.ndarray  # (N, 21, 3) float32, body frame
    angles_rad: np.ndarray  # (N, 20, 2) float32 within the limits
    lengths_m: np.ndarray  # (N, 20) float32
    up: np.ndarray  # (N, 3) float32 unit, the world's up in the body frame
    subject: np.ndarray  # (N,) str
    clip: np.ndarray  # (N,) str
    overreach_mm: (
        np.ndarray
    )  # (N,) float32 how far the limits moved the joint they moved most; `joints_m` is as recorded

    def __len__(self) -> int:
        return len(self.joints_m)


def load_poses(split: Literal["train", "held_out"] | None = None, path: Path | None = None) -> Poses:
    """The bundled poses: those to train on, those of the held-out people, or all (None).

    >>> poses = load_poses("held_out")
    >>> sorted(set(poses.subject.tolist()))
    ['cmu_02', 'cmu_49']
    """
    if split not in ("train", "held_out", None):
        raise ValueError(f"split is 'train', 'held_out' or None, not {split!r}")
    with np.load(path or asset(POSES_FILE)) as stored:
        clip = stored["clip_index"]
        subject = stored["clip_subject"][clip]
        keep = np.ones(len(clip), bool)
        if split is not None:
            keep = np.isin(subject, HELD_OUT_SUBJECTS) == (split == "held_out")
        clip, raw, up = clip[keep], stored["angles_rad"][keep].astype(np.float32), stored["up"][keep]
        lengths = stored["body_lengths_m"][stored["clip_body"][clip]]
        names = stored["clip_name"][clip]
        subject = subject[keep]
    angles = clamp_angles(torch.from_numpy(raw))
    joints = joints_from_lengths(torch.from_numpy(raw), torch.from_numpy(lengths))
    limited = joints_from_lengths(angles, torch.from_numpy(lengths))
    overreach = (limited - joints).norm(dim=-1).amax(-1) * 1e3
    up = up.astype(np.float32)
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    return Poses(joints.numpy(), angles.numpy(), lengths, up, subject, names, overreach.numpy())
