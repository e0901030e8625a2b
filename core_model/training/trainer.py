"""The pose encoder's trainer: `train(config)` is a generator of frozen events; whoever iterates decides what to do.

Without `train_trunk` the trunk is frozen (its ImageNet features serve; training it costs five times as much on a CPU)
and runs through OpenVINO on the CPU. Under `torchrun`, processes share each batch; the first alone writes files and
tells of them, the others tell of their steps and of the end.
"""

import time
from collections.abc import Iterator

import cv2
import torch

from core_model.training.config import TrainConfig
from core_model.training.devices import connect
from core_model.training.events import Event, Finished, Judged, Preview, Saved, Shrunk, Step
from core_model.training.judge import held_out_people, judge
from core_model.training.loading import Batches, load
from core_model.training.logs import Logs
from core_model.training.pace import Pace
from core_model.training.preview import preview, write_preview
from core_model.training.run import Run, commit
from core_model.training.stepping import advance, more_pieces

__all__ = ["Event", "Finished", "Judged", "Preview", "Saved", "Shrunk", "Step", "commit", "train"]


def train(config: TrainConfig) -> Iterator[Event]:
    """Train, resuming what is in `config.folder`.

    Raises ConfigError where something needed is missing, or other than what the run was begun with; CheckpointError;
    OutputError where a file cannot be written.
    """
    torch.set_num_threads(config.threads)
    cv2.setNumThreads(1)  # pictures are prepared in parallel by workers; a forked worker must not inherit threads
    run = Run(config, connect(config))
    if not run.fabric.is_global_zero:
        yield from _events(run)
        return
    logs = Logs(run.folder / "logs", run.step)
    try:
        for event in _events(run):
            logs.record(event)
            yield event
    finally:
        logs.close()


def _events(run: Run) -> Iterator[Event]:
    """Steps, and what comes between them."""
    config, fabric = run.config, run.fabric
    batches = Batches(config, run.data, fabric.global_rank, fabric.world_size)
    ahead = load(batches, range(run.step, config.steps), config.workers)
    pace, saved_s = Pace(config.batch), time.monotonic()
    while not run.over:
        pace.begin()
        batch = next(ahead)
        pace.arrived()
        while (terms := advance(run, batch)) is None:
            yield Shrunk(run.step, more_pieces(run))
        pace.end()
        yield Step(run.step, terms, run.optimiser.param_groups[0]["lr"], pace.images_per_s, pace.data_wait)
        yield from _looked_at(run)
        if fabric.is_global_zero and time.monotonic() - saved_s > config.save_every_s:
            yield Saved(run.step, run.save())
            saved_s = time.monotonic()
    path = run.save() if fabric.is_global_zero else run.folder / "encoder.safetensors"
    yield Finished(run.step, path, early=run.step < config.steps)


def _looked_at(run: Run) -> Iterator[Event]:
    """A judgement and a preview where they are due."""
    due = [every > 0 and run.step % every == 0 for every in (run.config.judge_every, run.config.preview_every)]
    if due[0]:
        yield from _judged(run)
    if due[1] and run.fabric.is_global_zero:
        people = held_out_people(run.folder / "held_out", run.config.judge_people)
        sheet = preview(run.teacher, people, run.data.clips, run.config.decoder)
        path = write_preview(run.folder / "previews", run.step, sheet.image)
        yield Preview(run.step, path, sheet.image, sheet.rows)


def _judged(run: Run) -> Iterator[Event]:
    """Measure; all processes must know, since it may end the run."""
    figures: dict[str, float] = {}
    if run.fabric.is_global_zero:
        figures = judge(run.teacher, held_out_people(run.folder / "held_out", run.config.judge_people))
    figures = run.fabric.broadcast(figures)
    best = figures["score"] > run.best
    run.best, run.stale = (figures["score"], 0) if best else (run.best, run.stale + 1)
    if run.fabric.is_global_zero:
        if best:
            run.export("encoder_best.safetensors", held_out=figures)
        yield Judged(run.step, figures, best)
