"""How far we agree with another program on videos of which nobody knows the truth, and which of the two is steadier.

    python -m core_model.evaluation.peer --landmarks FOLDER VIDEO...

FOLDER holds a file a video, as `core_model/evaluation/mediapipe_landmarks.py` writes them. Twelve joints that both have
count, where both are sure. Nothing is learnt from what the other says.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.assets import BUNDLED, asset
from core_model.data.video import open_video
from core_model.errors import PuppetPoseError
from core_model.evaluation.metrics import Array, pck_2d
from core_model.evaluation.steadiness import jitter_mm
from core_model.motion import Motion, raw_motion, smooth_motion
from core_model.predictor import Predictor
from core_model.skeleton import JOINT
from core_model.tracking import analyse

_NAMES = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
OURS = np.array([JOINT[f"{side}_{name}"] for name in _NAMES for side in "lr"])
THEIRS = np.array([11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""The same joints among MediaPipe's 33: left before right."""
_MIRROR = np.arange(len(OURS)).reshape(-1, 2)[:, ::-1].ravel()
_TORSO, _HIPS = ((0, 7), (1, 6)), slice(6, 8)
SURE = 0.5
THRESHOLD = 0.2


@dataclass(frozen=True)
class Comparison:
    """Of one video: joints that both are sure of, shares in percent, mean second differences in mm a frame."""

    joints: int
    agree: float  # within 0.2 of the torso in the picture
    agree_flip_forgiven: float
    ours_mm: float  # smoothed, from the middle of the hips, like theirs
    theirs_mm: float


def compare(motion: Motion, landmarks: Array) -> Comparison:
    """Our motion and their landmarks (T, 33, 6): place (px), visibility, place in space (m)."""
    count = min(len(motion.pts_s), len(landmarks))
    ours_px, theirs_px = motion.joints2d_px[:count, OURS], landmarks[:count, THEIRS, :2]
    sure = (motion.confidence[:count, OURS] > SURE) & (np.nan_to_num(landmarks[:count, THEIRS, 2]) > SURE)
    torso_px = np.max([np.linalg.norm(theirs_px[:, a] - theirs_px[:, b], axis=-1) for a, b in _TORSO], axis=0)
    same, mirrored = (
        pck_2d(points, theirs_px, torso_px, THRESHOLD) & sure for points in (ours_px, ours_px[:, _MIRROR])
    )
    total = max(1, int(sure.sum()))
    forgiven = np.maximum(same.sum(axis=1), mirrored.sum(axis=1))
    both = np.asarray(sure.any(axis=1))[:, None, None]
    return Comparison(
        joints=int(sure.sum()),
        agree=float(100 * same.sum() / total),
        agree_flip_forgiven=float(100 * forgiven.sum() / total),
        ours_mm=_jitter_mm(np.where(both, motion.joints3d_m[:count, OURS], np.nan)),
        theirs_mm=_jitter_mm(np.where(both, landmarks[:count, THEIRS, 3:], np.nan)),
    )


def _jitter_mm(joints_m: Array) -> float:
    """Mean second difference of joints (T, 12, 3), from the middle of the hips."""
    return jitter_mm(joints_m - joints_m[:, _HIPS].mean(axis=1, keepdims=True))


def longest(motion: Motion) -> Motion:
    """Only the person who is there in most frames."""
    numbers, counts = np.unique(motion.track[motion.track >= 0], return_counts=True)
    there = motion.track == numbers[counts.argmax()] if len(numbers) else np.zeros(len(motion.track), bool)
    joints2d_px = np.where(there[:, None, None], motion.joints2d_px, np.nan)
    confidence = np.where(there[:, None], motion.confidence, 0.0)
    return dataclasses.replace(motion, joints2d_px=joints2d_px, confidence=confidence)


def main() -> None:
    """A line a video."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--landmarks", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=asset(BUNDLED))
    parser.add_argument("--careful", action="store_true", help="sixteen looks at every frame")
    a = parser.parse_args()
    predictor = Predictor.load(a.checkpoint, "cpu")
    predictor = predictor.careful() if a.careful else predictor
    print(f"{'':<34}{'joints':>7}{'agree, %':>10}{'flip forgiven':>15}{'ours, mm':>10}{'theirs':>8}")
    for video in a.videos:
        file = a.landmarks / f"{video.stem}.npz"
        if not file.exists():
            raise PuppetPoseError(f"There is no {file}.", "Make it: core_model/evaluation/mediapipe_landmarks.py.")
        with open_video(video) as reader:
            motion = smooth_motion(raw_motion(analyse(reader, predictor), reader.pts_s))
        c = compare(longest(motion), np.load(file)["landmarks"])
        print(
            f"{video.stem:<34}{c.joints:>7}{c.agree:>10.1f}{c.agree_flip_forgiven:>15.1f}"
            f"{c.ours_mm:>10.1f}{c.theirs_mm:>8.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
