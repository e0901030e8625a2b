"""One clip of a batch: analysed, and written in all formats that are asked for."""

import shutil
import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.batch.jobs import Job, Options, Outcome
from core_model.errors import PuppetPoseError

if TYPE_CHECKING:
    from core_model.batch.pools import Tell
    from core_model.export.recording import Recording
    from core_model.predictor import Predictor


def work(job: Job, tell: "Tell") -> Outcome:
    """Never raises: what goes wrong with one clip must not stop the others. `tell` hears frames done and in all."""
    start = time.perf_counter()
    try:
        frames = _analyse_and_write(job, tell)
    except PuppetPoseError as error:
        return Outcome(job, 0, time.perf_counter() - start, str(error))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return Outcome(job, 0, time.perf_counter() - start, f"{type(error).__name__}: {error} ({where})")
    return Outcome(job, frames, time.perf_counter() - start)


def _predictor(options: Options) -> "Predictor":
    predictor = _loaded(options.checkpoint, options.device)
    return predictor.careful() if options.careful else predictor


@lru_cache(maxsize=1)
def _loaded(checkpoint: str | None, device: str) -> "Predictor":
    """Once in each worker."""
    from core_model.commands.common import load_predictor

    return load_predictor(Path(checkpoint) if checkpoint else None, device)


def _analyse_and_write(job: Job, tell: "Tell") -> int:
    from core_model import __version__
    from core_model.data.video import open_video
    from core_model.export.folder import output_folder
    from core_model.export.overlay import write_overlay
    from core_model.export.poses import About, write_poses
    from core_model.export.recording import Recording
    from core_model.looking import follow
    from core_model.motion import smooth_motion

    options = job.options
    with open_video(job.clip) as reader:
        folder, predictor = output_folder(job.folder), _predictor(options)
        raw = follow(reader, predictor, lambda _, done, total: tell(done, total))
        calm, analysed = smooth_motion(raw), np.ones(len(reader), dtype=bool)
        about = About(reader.frame_size_px, reader.image_names, analysed, predictor.checkpoint_name, __version__)
        write_poses(folder / "poses.npz", raw, calm, about)
        if options.overlay:
            write_overlay(folder, reader, calm)
        recording = Recording(calm, reader.frame_size_px, reader.image_names, job.clip.stem)
    _export(job, recording)
    job.mark_done()
    return len(calm.pts_s)


def _export(job: Job, recording: "Recording") -> None:
    from core_model.api import export, take
    from core_model.export.formats import FORMATS

    forms = {name: FORMATS[name] for name in job.options.formats}
    taken = None if all(form.of_frames for form in forms.values()) else take(recording)
    for name, form in forms.items():
        path = job.folder / f"{job.clip.stem}{form.suffix}"
        if path.is_dir():
            shutil.rmtree(path)  # of the time before
        export(recording if form.of_frames or taken is None else taken, path, form=name)
