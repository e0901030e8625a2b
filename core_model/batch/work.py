"""One clip of a batch: analysed, and written in all formats that are asked for."""

import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core_model.batch.jobs import Job, Outcome
from core_model.errors import PuppetPoseError

if TYPE_CHECKING:
    from core_model.predictor import Predictor


def work(job: Job) -> Outcome:
    """Never raises: what goes wrong with one clip must not stop the others."""
    start = time.perf_counter()
    try:
        frames = _analyse_and_write(job)
    except PuppetPoseError as error:
        return Outcome(job, 0, time.perf_counter() - start, str(error))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return Outcome(job, 0, time.perf_counter() - start, f"{type(error).__name__}: {error} ({where})")
    return Outcome(job, frames, time.perf_counter() - start)


@lru_cache(maxsize=1)
def _predictor(checkpoint: str | None, device: str) -> "Predictor":
    """Loaded once in each worker."""
    from core_model.commands.common import load_predictor

    return load_predictor(Path(checkpoint) if checkpoint else None, device)


def _analyse_and_write(job: Job) -> int:
    from core_model.commands.analyse import analyse_clip, draw
    from core_model.data.video import open_video
    from core_model.export.folder import output_folder

    options = job.options
    with open_video(job.clip) as reader:
        folder = output_folder(job.folder)
        analysis = analyse_clip(reader, _predictor(options.checkpoint, options.device), folder)
        if options.overlay:
            draw(reader, analysis.motion, folder)
        frames = len(reader)
    _export(job, folder)
    job.mark_done()
    return frames


def _export(job: Job, folder: Path) -> None:
    from dataclasses import replace

    from core_model.export.formats import FORMATS, write_frames, write_take
    from core_model.export.recording import read_poses
    from core_model.motion import smooth_motion
    from core_model.retarget.style import Style
    from core_model.retarget.take import take_of

    if not job.options.formats:
        return
    recording = read_poses(folder / "poses.npz")
    motion = smooth_motion(recording.motion)
    for name in job.options.formats:
        form = FORMATS[name]
        path = folder / f"{job.clip.stem}{form.suffix}"
        if form.of_frames:
            write_frames(form, path, replace(recording, motion=motion))
        else:
            write_take(form, path, take_of(motion), Style())
