"""Makes `assets/poses.npz` from the motion archives."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core_model.data.mocap.archives import read_clips
from core_model.geometry.kinematics import clamp_angles, inverse_kinematics, joints_from_lengths

FPS = 10.0
NEAR_M = 0.04
"""A pose is left out when one kept before differs by less than this at the joint that differs most: no held-out pose
has a near twin to train on."""


@dataclass(frozen=True)
class Report:
    """What was read and what was kept. `representable`: share of all frames whose joints the limits move < 10 mm."""

    clips: int
    frames: int
    kept: int
    representable: float

    def __str__(self) -> str:
        return (
            f"{self.clips} clips, {self.frames} frames, {self.kept} poses kept; "
            f"{100 * self.representable:.2f} % of all frames lie within the joint limits (10 mm)"
        )


def build(folder: Path, output: Path) -> Report:
    """Read all clips in `folder`, keep poses that differ, and write them to `output`."""
    clips = list(read_clips(folder, FPS))
    joints = torch.from_numpy(np.concatenate([clip.joints_m for clip in clips]))
    clip_index = np.repeat(np.arange(len(clips)), [len(clip.joints_m) for clip in clips])
    body = inverse_kinematics(joints)
    own = joints_from_lengths(body.angles_rad, body.lengths_m)
    limited = joints_from_lengths(clamp_angles(body.angles_rad), body.lengths_m)
    good = ((limited - own).norm(dim=-1).amax(-1) < 0.010).double().mean().item()
    keep = distinct(own.numpy(), NEAR_M)
    bodies = sorted({clip.body for clip in clips})
    clip_body = np.array([bodies.index(clip.body) for clip in clips])
    lengths = _mean_lengths(body.lengths_m.numpy(), clip_body[clip_index], len(bodies))
    np.savez_compressed(
        output,
        angles_rad=body.angles_rad.numpy()[keep].astype(np.float16),
        up=body.rotation.numpy()[keep, 1].astype(np.float16),
        clip_index=clip_index[keep].astype(np.int16),
        clip_name=np.array([clip.name for clip in clips]),
        clip_subject=np.array([clip.subject for clip in clips]),
        clip_body=clip_body.astype(np.int16),
        body_lengths_m=lengths.astype(np.float32),
        representable=np.float64(good),
    )
    return Report(len(clips), len(joints), len(keep), good)


def distinct(joints_m: np.ndarray, near_m: float) -> np.ndarray:
    """Indices of poses (N, 21, 3), in order, each at least `near_m` from all kept before it at some joint."""
    kept = np.empty_like(joints_m, dtype=np.float32)
    index: list[int] = []
    for i, pose in enumerate(joints_m.astype(np.float32)):
        if not index or _far(kept[: len(index)], pose, near_m):
            kept[len(index)] = pose
            index.append(i)
    return np.array(index)


def _far(kept: np.ndarray, pose: np.ndarray, near_m: float) -> bool:
    """Whether no kept pose (K, 21, 3) is near at all joints; the wrists and ankles alone settle most."""
    close = np.arange(len(kept))
    for joint in (13, 16, 3, 6):
        close = close[np.abs(kept[close, joint] - pose[joint]).max(-1) < near_m]
        if not len(close):
            return True
    return bool((np.linalg.norm(kept[close] - pose, axis=-1).max(-1) >= near_m).all())


def _mean_lengths(lengths_m: np.ndarray, body: np.ndarray, count: int) -> np.ndarray:
    """(count, 20) mean limb lengths of each body."""
    return np.stack([lengths_m[body == b].mean(0) for b in range(count)])
