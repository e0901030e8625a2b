"""What was found in all frames of a clip as arrays: raw, and smoothed with one body of constant limb lengths."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core_model.sides import consistent_sides, exchanged
from core_model.skeleton import JOINT, NUM_JOINTS, NUM_LIMBS
from core_model.smoothing import SIGMA_S, smooth
from core_model.tracking import FrameResult


@dataclass(frozen=True, slots=True)
class Motion:
    """Rows of frames without anybody are NaN, with a confidence of 0 and a track of -1."""

    pts_s: np.ndarray  # (T,) NaN for images
    joints3d_m: np.ndarray  # (T, 21, 3) camera frame
    joints2d_px: np.ndarray  # (T, 21, 2) full frame
    angles_rad: np.ndarray  # (T, 20, 2)
    confidence: np.ndarray  # (T, 21) in [0, 1]
    box_px: np.ndarray  # (T, 4) the crop that was looked at
    focal_px: np.ndarray  # (T,)
    track: np.ndarray  # (T,) int: counts up each time a person is found anew


def empty_motion(pts_s: np.ndarray) -> Motion:
    """A motion with nothing in it yet, for all frames of a clip with these times (T,)."""
    count = len(pts_s)
    return Motion(
        pts_s=np.asarray(pts_s, dtype=np.float64),
        joints3d_m=np.full((count, NUM_JOINTS, 3), np.nan),
        joints2d_px=np.full((count, NUM_JOINTS, 2), np.nan),
        angles_rad=np.full((count, NUM_LIMBS, 2), np.nan),
        confidence=np.zeros((count, NUM_JOINTS)),
        box_px=np.full((count, 4), np.nan),
        focal_px=np.full(count, np.nan),
        track=np.full(count, -1, dtype=np.int64),
    )


def record(motion: Motion, result: FrameResult) -> None:
    """Write what was found in one frame into its row of a raw motion: the rest of a prediction need not be kept."""
    if (prediction := result.prediction) is None:
        return
    i = result.index
    motion.joints3d_m[i], motion.joints2d_px[i] = prediction.joints3d_m, prediction.joints2d_px
    motion.angles_rad[i], motion.confidence[i] = prediction.angles_rad, prediction.confidence
    motion.box_px[i], motion.focal_px[i] = prediction.box_px, prediction.factors.camera.focal_px
    motion.track[i] = result.track


def raw_motion(results: Iterable[FrameResult], pts_s: np.ndarray) -> Motion:
    """All results, each in the row of its frame; `pts_s` (T,) of all frames of the clip."""
    motion = empty_motion(pts_s)
    for result in results:
        record(motion, result)
    return motion


def sides_of(raw: Motion) -> np.ndarray:
    """(T, 8) which pairs of joints `smooth_motion` exchanges: half of its time, and the same whatever the sigma."""
    return consistent_sides(raw.joints3d_m, raw.joints2d_px, raw.confidence, raw.focal_px, raw.pts_s, raw.track)


def smooth_motion(raw: Motion, sigma_s: float = SIGMA_S, exchange: np.ndarray | None = None) -> Motion:
    """Joints without jitter and with the same left and right in all frames, and angles that give exactly those joints:
    one person keeps one set of limb lengths. `exchange`: `sides_of(raw)`, where that is known already.

    Images are returned as they are: they have no time.
    """
    if not np.isfinite(raw.pts_s).all():
        return raw

    exchange = sides_of(raw) if exchange is None else exchange
    confidence = exchanged(raw.confidence, exchange)

    def smoothed(values: np.ndarray) -> np.ndarray:
        sided = exchanged(values, exchange)
        return smooth(sided, raw.pts_s, confidence=confidence, track=raw.track, sigma_s=sigma_s)

    joints3d_m, angles_rad = one_body(smoothed(raw.joints3d_m), raw.track)
    return Motion(
        pts_s=raw.pts_s,
        joints3d_m=joints3d_m,
        joints2d_px=smoothed(raw.joints2d_px),
        angles_rad=angles_rad,
        confidence=confidence,
        box_px=raw.box_px,
        focal_px=raw.focal_px,
        track=raw.track,
    )


def one_body(joints_m: np.ndarray, track: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 21, 3) whose limbs keep the median length of their track, and their angles (T, 20, 2) in the limits.

    Pelvis and directions stay, up to the joint limits. Rows of NaN stay.
    """
    import torch

    from core_model.geometry.kinematics import clamp_angles, inverse_kinematics, joints_from_lengths

    joints_out = np.full_like(joints_m, np.nan)
    angles_out = np.full((len(joints_m), NUM_LIMBS, 2), np.nan)
    known = np.isfinite(joints_m).all(axis=(1, 2))
    for number in np.unique(track[known]):
        rows = np.flatnonzero(known & (track == number))
        pelvis = joints_m[rows][:, JOINT["pelvis"], None]
        body = inverse_kinematics(torch.from_numpy(joints_m[rows] - pelvis))
        angles = clamp_angles(body.angles_rad)
        lengths = body.lengths_m.median(dim=0).values.expand_as(body.lengths_m)
        joints = joints_from_lengths(angles, lengths) @ body.rotation.transpose(-1, -2)
        joints_out[rows], angles_out[rows] = joints.numpy() + pelvis, angles.numpy()
    return joints_out, angles_out
