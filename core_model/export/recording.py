"""What an export starts from: the raw motion of a clip, and `poses.npz` read back into it."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np

from core_model.errors import MediaError
from core_model.motion import Motion, empty_motion

_KEYS = {"joints3d_m": "joints3d_raw_m", "joints2d_px": "joints2d_raw_px"} | {
    "angles_rad": "angles_raw_rad", "confidence": "confidence_raw",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip that was analysed."""

    motion: Motion
    frame_size_px: tuple[int, int]  # width, height
    image_names: tuple[str, ...] | None
    name: str  # of the clip, for names of files
    camera: Literal["static", "moving"] | None = None  # None where it was not looked at


def read_poses(path: Path) -> Recording:
    """What `puppetpose analyse` wrote, as the network said it. Rows that are not whole become NaN: nobody there.

    Raises MediaError where the file is not such a file.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = dict(file)
        motion = _motion(stored)
        width, height = (int(v) for v in stored["frame_size_px"])
    except FileNotFoundError as error:
        raise MediaError(f"There is no file {path}.", "Check the name.") from error
    except Exception as error:  # a damaged zip fails in many ways
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise MediaError(
            f"{path.name} is not what `puppetpose analyse` writes ({reason}).", "Give its poses.npz, or the video."
        ) from error
    names = tuple(str(name) for name in stored["image_names"]) if "image_names" in stored else None
    return Recording(motion, (width, height), names, path.resolve().parent.name or path.stem)


def _motion(stored: dict[str, np.ndarray]) -> Motion:
    """Raises KeyError, ValueError where arrays are missing or do not fit."""
    pts_s = np.asarray(stored["pts_s"], dtype=np.float64)
    motion = empty_motion(pts_s.reshape(-1))
    if not len(pts_s):
        raise ValueError("it has no frames")
    for field in fields(motion):
        values, row = stored[_KEYS.get(field.name, field.name)], getattr(motion, field.name)
        if values.shape != row.shape or values.dtype.kind not in "fiu":
            raise ValueError(f"{field.name} has the shape {values.shape}, not {row.shape}")
        row[:] = values
    _without_broken_rows(motion)
    return motion


def _without_broken_rows(motion: Motion) -> None:
    """A row with anything that is no number is a row of nobody."""
    spatial = (motion.joints3d_m, motion.joints2d_px, motion.focal_px[:, None], motion.confidence)
    whole = np.all([np.isfinite(values.reshape(len(values), -1)).all(axis=1) for values in spatial], axis=0)
    for values in (motion.joints3d_m, motion.joints2d_px, motion.angles_rad, motion.box_px, motion.focal_px):
        values[~whole] = np.nan
    motion.confidence[~whole] = 0.0
    motion.track[~whole] = -1
