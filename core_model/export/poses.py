"""`poses.npz`: what was found in every frame, for numpy.

Rows of frames without anybody are NaN, with a confidence of 0. Frames of reference: `core_model.geometry`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside
from core_model.motion import Motion
from core_model.skeleton import JOINTS, PARENTS


@dataclass(frozen=True, slots=True)
class About:
    """Where the numbers come from."""

    frame_size_px: tuple[int, int]
    image_names: tuple[str, ...] | None
    analysed: np.ndarray  # (T,) bool: frames that were looked at
    checkpoint: str
    version: str


def pose_arrays(raw: Motion, smoothed: Motion, about: About) -> dict[str, np.ndarray]:
    """The arrays of `poses.npz` by name.

    Smoothed, left and right the same in all frames, one set of limb lengths: joints3d_m (T, 21, 3) camera frame,
    joints2d_px (T, 21, 2) full frame, angles_rad (T, 20, 2), confidence (T, 21). As the network said: the same with
    `_raw`. Both: pts_s (T,), box_px (T, 4) the square crop that was looked at, focal_px (T,), track (T,),
    analysed (T,), names (21,), parents (21,), and for images image_names (T,).
    """
    arrays = {
        "pts_s": raw.pts_s,
        "joints3d_m": smoothed.joints3d_m,
        "joints2d_px": smoothed.joints2d_px,
        "angles_rad": smoothed.angles_rad,
        "joints3d_raw_m": raw.joints3d_m,
        "joints2d_raw_px": raw.joints2d_px,
        "angles_raw_rad": raw.angles_rad,
        "confidence": smoothed.confidence,
        "confidence_raw": raw.confidence,
        "box_px": raw.box_px,
        "focal_px": raw.focal_px,
        "track": raw.track,
        "analysed": about.analysed,
        "names": np.array(JOINTS),
        "parents": PARENTS,
        "frame_size_px": np.array(about.frame_size_px),
        "checkpoint": np.array(about.checkpoint),
        "version": np.array(about.version),
    }
    if about.image_names is not None:
        arrays["image_names"] = np.array(about.image_names)
    return arrays


def write_poses(path: Path, raw: Motion, smoothed: Motion, about: About) -> None:
    """Write `poses.npz`. Raises OutputError."""
    with written_aside(path) as aside:
        np.savez_compressed(aside, **pose_arrays(raw, smoothed, about))  # type: ignore[arg-type]
