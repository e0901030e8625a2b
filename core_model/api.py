"""The whole job in a few lines of Python, for notebooks and scripts: neither window nor command line.

    from core_model import api as puppetpose

    seen = puppetpose.analyse("dance.mp4")                     # as the network says it, frame by frame
    calm = puppetpose.smoothed(seen)                           # zero phase; left and right the same in all frames
    take = puppetpose.take(calm, foot_lock=True)               # one body in a level world at an even pace
    puppetpose.export(take, "dance.bvh")                       # the suffix says what is written
    puppetpose.synthesise("out.mp4", "dance.mp4", azimuth_deg=30)

Nothing that is handed in is ever changed. What goes wrong is a `PuppetPoseError`: what happened, and what to do.
docs/api.md shows more.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from core_model.backdrop.camera import camera_during
from core_model.data.mocap.loading import load_motion
from core_model.data.video import open_video
from core_model.errors import PuppetPoseError
from core_model.evaluation.steadiness import foot_skate_mm, jitter_mm, toes_down
from core_model.export.curves import curve_names, draw_curves
from core_model.export.formats import format_of, write_frames, write_take
from core_model.export.images import write_png
from core_model.export.parts import write_parts
from core_model.export.recording import Recording, read_poses
from core_model.export.texture_sheet import read_sheet
from core_model.export.video import write_pictures
from core_model.film import Wish, film
from core_model.looking import Each, follow, silent
from core_model.motion import smooth_motion
from core_model.predictor import Predictor
from core_model.retarget.contact import feet_locked
from core_model.retarget.style import Names, Rest, Style, Units
from core_model.retarget.take import Take, take_of
from core_model.smoothing import SIGMA_S

__all__ = [
    "Predictor", "PuppetPoseError", "Recording", "Take", "analyse", "curve_names", "draw_curves", "export",
    "load_motion", "open_video", "parts", "read_poses", "smoothed", "steadiness", "synthesise", "take", "write_png",
]  # fmt: skip

PathLike = str | os.PathLike[str]
_DOWN = (0.0, -1.0, 0.0)
LONGEST_SMOOTHING_S = 10.0


def analyse(
    clip: PathLike, *,
    frames: Iterable[int] | None = None, careful: bool = False, predictor: Predictor | None = None, each: Each = silent,
) -> Recording:  # fmt: skip
    """Who is in a video, folder of images or image, and how they move: raw, a row for each frame.

    frames: those that are looked at, counted from 0; all by default. careful: sixteen looks at each, not one or two:
    steadier, nearer, and some six times as long; images always are looked at so. predictor:
    `Predictor.load(checkpoint, device)`, the bundled one by default. Raises MediaError, NobodyFoundError,
    CheckpointError.
    """
    with open_video(clip) as reader:
        looks = predictor or _bundled()
        motion = follow(reader, looks.careful() if careful else looks, each, frames)
        camera = camera_during(reader, motion) if reader.image_names is None else None
        return Recording(motion, reader.frame_size_px, reader.image_names, Path(clip).stem, camera)


def smoothed(recording: Recording, seconds: float = SIGMA_S) -> Recording:
    """A copy without jitter, left and right the same in all frames, limbs of one length: a zero-phase window whose
    standard deviation is `seconds`. Images, which have no time, stay as they are."""
    if not 0 < seconds <= LONGEST_SMOOTHING_S:
        raise PuppetPoseError(
            f"A smoothing of {seconds:g} s cannot be.", f"Give up to {LONGEST_SMOOTHING_S:g}, or none (--raw)."
        )
    return replace(recording, motion=smooth_motion(recording.motion, seconds))


def take(recording: Recording, *, fps: float | None = None, foot_lock: bool = False) -> Take:
    """The motion for other programs: +y up, on the ground, metres, `fps` frames a second (by default the clip's own).

    foot_lock: standing feet do not slide. Raises NobodyFoundError, PuppetPoseError where images are given no rate.
    """
    taken = take_of(recording.motion, fps)
    return feet_locked(taken) if foot_lock else taken


def steadiness(taken: Take, beside: Take | None = None) -> dict[str, float | None]:
    """`jitter_mm` and `foot_skate_mm` a frame; None where they cannot be told. To compare two takes of one clip, give
    both the same `beside`: then feet are looked at when they are down there."""
    down = toes_down((beside or taken).joints_m, _DOWN)
    figures = {"jitter_mm": jitter_mm(taken.joints_m), "foot_skate_mm": foot_skate_mm(taken.joints_m, _DOWN, down)}
    return {name: None if np.isnan(value) else value for name, value in figures.items()}


def export(
    what: Take | Recording, path: PathLike, *,
    form: str | None = None, rest: Rest = "T", names: Names = "mixamo", units: Units = "m",
) -> Path:  # fmt: skip
    """Write one file: BVH, GLB, TRC, C3D, CSV, NPZ of a take; COCO (.json) and OpenPose (a folder) of a recording.

    The path's suffix says which, or `form`. docs/exports.md has all options, columns, axes and units. Raises
    OutputError, and PuppetPoseError where the format needs the other of both.
    """
    path, style = Path(path), Style(rest, names, units)
    kind = format_of(path, form)
    if kind.of_frames and isinstance(what, Recording):
        write_frames(kind, path, what)
    elif not kind.of_frames:
        write_take(kind, path, what if isinstance(what, Take) else take(what), style)
    else:
        raise PuppetPoseError(f"{path.name} tells pixels, which a take has not.", "Give the recording it was made of.")
    return path


def parts(
    clip: PathLike, folder: PathLike, *,
    frames: Iterable[int] | None = None, predictor: Predictor | None = None, each: Each = silent,
) -> Path:  # fmt: skip
    """Write the part maps of a clip into a new folder: indexed PNG files, and `parts.json` with their names."""
    with open_video(clip) as reader:
        write_parts(Path(folder), reader, predictor or _bundled(), each, frames)
    return Path(folder)


def synthesise(
    path: PathLike, pose: PathLike, *,
    appearance: PathLike | None = None, parts: Mapping[str, PathLike] | None = None, sheet: PathLike | None = None,
    azimuth_deg: float = 0.0, elevation_deg: float = 0.0,
    frames: range | None = None, predictor: Predictor | None = None, each: Each = silent,
) -> Path:  # fmt: skip
    """Put a person together anew: the pose of one clip (or motion file), the looks of another, seen from another side.

    Writes a video (.mp4) or, where `path` has no suffix, a folder of PNG files. parts: names of single parts and the
    clips they are taken from. Raises MediaError, NobodyFoundError, OutputError.
    """
    wish = Wish(
        Path(pose),
        None if appearance is None else Path(appearance),
        tuple((name, Path(clip)) for name, clip in (parts or {}).items()),
        None if sheet is None else read_sheet(Path(sheet)),
        azimuth_deg,
        elevation_deg,
        frames,
    )
    with film(wish, predictor or _bundled(), each) as made:
        write_pictures(Path(path), made.pictures(each), made.fps)
    return Path(path)


@lru_cache(maxsize=1)
def _bundled() -> Predictor:
    """Loaded once."""
    return Predictor.load()
