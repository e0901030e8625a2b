"""The motion of the clip as a file for other programs, with what was edited in it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.prediction import CROP_PX, Factors
from core_model.seen import Seen
from desktop_app.controllers.core import Each
from desktop_app.controllers.tasks import Tasks
from desktop_app.session.activity import Problem
from desktop_app.session.edits import Edit
from desktop_app.session.playback import IMAGES_PER_S, Clip
from desktop_app.session.staging import Staging
from desktop_app.session.state import Session

if TYPE_CHECKING:
    from core_model.motion import Motion

_EVERY = 50


class MotionWriter:
    """Writes in the background; everything is taken from the session at the start."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        self._session, self._tasks = session, tasks

    def write(self, path: Path) -> None:
        """Smoothed if the frame's joints are shown so; the format follows from the suffix."""
        session, clip = self._session, self._session.clip
        if clip is None or not session.results.seen:
            session.report(Problem("There is no motion yet.", "Analyse the clip first (Ctrl+R)."))
            return
        seen, edits, staging = dict(session.results.seen), dict(session.edits), session.stage.staging
        smooth = session.display.smooth

        def steps(each: Each) -> Iterator[Path]:
            motion = _motion(clip, seen, edits, staging, each)
            _write(path, clip, motion, smooth)
            yield path

        self._tasks.start("Writing the motion", steps, lambda _: None)


def _motion(clip: Clip, seen: dict[int, Seen], edits: dict[int, Edit], staging: Staging, each: Each) -> "Motion":
    """All frames that are known; the joints of edited ones as they were edited."""
    from core_model.motion import empty_motion
    from core_model.synthesis import joints_of

    motion = empty_motion(clip.pts_s)
    nothing = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    for done, (index, one) in enumerate(sorted(seen.items())):
        if done % _EVERY == 0:
            each(done, len(seen))
        motion.joints3d_m[index], motion.joints2d_px[index] = one.joints3d_m, one.joints2d_px
        motion.angles_rad[index], motion.confidence[index] = one.angles_rad, one.confidence
        motion.box_px[index], motion.focal_px[index], motion.track[index] = one.box_px, one.camera.focal_px, 0
        edit = edits.get(index, Edit())
        if edit.angles_rad or staging.shape:
            factors = Factors(one.angles_rad, one.shape, one.camera, one.box_px, np.zeros(0), nothing)
            posed = staging.apply(replace(edit, orbit={}).apply(factors))
            motion.angles_rad[index] = posed.angles_rad
            motion.joints3d_m[index], motion.joints2d_px[index] = joints_of(posed)
    return motion


def _write(path: Path, clip: Clip, motion: "Motion", smooth: bool) -> None:
    from core_model.export.formats import format_of, write_frames, write_take
    from core_model.export.recording import Recording
    from core_model.motion import smooth_motion
    from core_model.retarget.style import Style
    from core_model.retarget.take import take_of

    form = format_of(path)
    timed = bool(np.isfinite(clip.pts_s).all())
    motion = smooth_motion(motion) if smooth and timed else motion
    if form.of_frames:
        write_frames(form, path, Recording(motion, clip.frame_size_px, clip.image_names, clip.path.stem))
    else:
        write_take(form, path, take_of(motion, None if timed else IMAGES_PER_S), Style("T", "mixamo", "m"))
