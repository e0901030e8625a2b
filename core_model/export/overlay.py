"""The skeleton and the box drawn over the frames: a video for a video, PNGs for images."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from core_model.colours import JOINT_RGB, LIMB_RGB
from core_model.errors import MediaError
from core_model.export.folder import output_folder, written_aside
from core_model.export.images import write_png
from core_model.export.video import write_video
from core_model.motion import Motion
from core_model.skeleton import LIMBS

_SUB = 4  # bits of sub-pixel drawing
BOX_RGB = (235, 235, 235)


class Frames(Protocol):
    """What is needed of `core_model.data.video.VideoReader`."""

    image_names: tuple[str, ...] | None

    @property
    def pts_s(self) -> np.ndarray:
        """(T,)"""

    @property
    def fps(self) -> float:
        """Mean."""

    def __len__(self) -> int: ...

    def frame(self, i: int, /) -> np.ndarray:
        """(H, W, 3) uint8."""


def draw_overlay(
    frame: np.ndarray, joints_px: np.ndarray, confidence: np.ndarray, box_px: np.ndarray | None = None
) -> np.ndarray:
    """A copy of the frame (H, W, 3) with the skeleton (21, 2) on it, left warm, right cool; doubtful limbs thin."""
    image = np.ascontiguousarray(frame).copy()
    if not np.isfinite(joints_px).all():
        return image
    thickness = max(1, round(max(image.shape[:2]) / 240))
    if box_px is not None:
        cv2.rectangle(image, _pixel(box_px[:2]), _pixel(box_px[2:]), BOX_RGB, 1, cv2.LINE_AA, _SUB)
    for (parent, child), rgb in zip(LIMBS, LIMB_RGB, strict=True):
        width = thickness if min(confidence[parent], confidence[child]) >= 0.3 else max(1, thickness // 3)
        colour = tuple(int(v) for v in rgb)
        cv2.line(image, _pixel(joints_px[parent]), _pixel(joints_px[child]), colour, width, cv2.LINE_AA, _SUB)
    for joint, rgb in zip(joints_px, JOINT_RGB, strict=True):
        colour = tuple(int(v) for v in rgb)
        cv2.circle(image, _pixel(joint), int(0.8 * thickness * 2**_SUB), colour, -1, cv2.LINE_AA, _SUB)
    return image


def _pixel(point_px: np.ndarray) -> tuple[int, int]:
    """To cv2's fixed-point pixels; its pixel centres are at integers, ours at +0.5."""
    x, y = np.clip((np.asarray(point_px, dtype=np.float64) - 0.5) * 2**_SUB, -(2**19), 2**19).round()
    return int(x), int(y)


def write_overlay(
    folder: Path, reader: Frames, motion: Motion, each: Callable[[int], None] = lambda done: None
) -> Path:
    """Write `overlay.mp4`, or for images the folder `overlay/` of PNGs; returns its path. Raises OutputError.

    Times are those of the clip, also where its frame rate varies. `each` hears the number of frames done.
    """
    if reader.image_names is not None:
        return _write_images(output_folder(folder / "overlay"), reader, motion, each)
    path = folder / "overlay.mp4"
    with written_aside(path) as aside:
        write_video(aside, ((pts_s, image) for _, pts_s, image in _drawn(reader, motion, each)), float(reader.fps))
    return path


def _drawn(reader: Frames, motion: Motion, each: Callable[[int], None]) -> Iterator[tuple[int, float, np.ndarray]]:
    """Number, time and drawn image of each frame that can be read."""
    for i in range(len(reader)):
        try:
            frame = reader.frame(i)
        except MediaError:
            continue
        yield (
            i,
            float(reader.pts_s[i]),
            draw_overlay(frame, motion.joints2d_px[i], motion.confidence[i], motion.box_px[i]),
        )
        each(i + 1)


def _write_images(folder: Path, reader: Frames, motion: Motion, each: Callable[[int], None]) -> Path:
    names = reader.image_names or ()
    same_stem = len({Path(name).stem for name in names}) < len(names)
    for i, _, image in _drawn(reader, motion, each):
        name = f"{names[i]}.png" if same_stem else f"{Path(names[i]).stem}.png"
        write_png(folder / name, image)
    return folder
