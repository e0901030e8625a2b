"""The pose encoder's trainer: `train(config)` is a generator of frozen events; whoever iterates decides what to do.

Without `train_trunk` the trunk is frozen (its ImageNet features serve; training it costs five times as much on a CPU)
and runs through OpenVINO on the CPU. Under `torchrun`, processes share each batch; the first alone writes files and
tells of them, the others tell of their steps and of the end.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Generator, Iterator

import cv2
import torch

from core_model.data.batches import Batch
from core_model.training.config import TrainConfig
from core_model.training.control import Ask
from core_model.training.desk import Desk, EndedError, Orders
from core_model.training.devices import connect
from core_model.training.events import (
    Event,
    Finished,
    Judged,
    Paused,
    Preparing,
    Preview,
    Resumed,
    Saved,
    Shrunk,
    Step,
    Stopped,
    Waiting,
)
from core_model.training.judge import Verdict, held_out_people, judge
from core_model.training.loading import Batches, load, made_there
from core_model.training.logs import Logs
from core_model.training.machine import Company, Machine
from core_model.training.pace import Pace
from core_model.training.preparing import prepare
from core_model.training.preview import preview, write_preview
from core_model.training.run import Run, commit
from core_model.training.stepping import advance, memory_taken_mb, more_pieces

__all__ = ["Event", "Finished", "Judged", "Preview", "Saved", "Shrunk", "Step", "commit", "train"]
_PAUSED_S = 0.2
"""How often a paused run looks whether it is to go on."""


def train(config: TrainConfig, company: Company = Company.BESIDE, desk: Desk | None = None) -> Iterator[Event]:
    """Train, resuming what is in `config.folder`; obey what is asked there (`core_model.training.control`).

    `desk` is that of the folder, where it is held already.
    Raises ConfigError where something needed is missing, or other than what the run was begun with, or another process
    trains in the folder; CheckpointError; OutputError where a file cannot be written.
    """
    if os.environ.get("RANK", "0") != "0":  # of the processes that torchrun started, the first keeps the folder
        yield from _trained(config, None)
        return
    machine = Machine()
    with desk or Desk(config) as desk, contextlib.suppress(EndedError), contextlib.closing(machine):
        for event in itertools.chain(machine.taken(desk.folder, company), _trained(config, desk)):
            desk.record(event)
            yield event
            if isinstance(event, Waiting | Preparing):
                desk.attend()


def _trained(config: TrainConfig, desk: Desk | None) -> Iterator[Event]:
    """Prepare, take the steps, log them."""
    torch.set_num_threads(config.threads)
    cv2.setNumThreads(1)  # pictures are prepared in parallel by workers; a forked worker must not inherit threads
    fabric = connect(config)
    if desk:
        yield from prepare(config)
        desk.prepare("Loads networks and data.")
    fabric.barrier()
    run = Run(config, fabric)
    if desk is None:
        yield from _events(run, None)
        return
    logs = Logs(run.folder / "logs", run.step)
    try:
        for event in _events(run, desk):
            logs.record(event)
            yield event
    finally:
        logs.close()


def _events(run: Run, desk: Desk | None) -> Iterator[Event]:
    """Steps, and what comes between them."""
    with contextlib.closing(_ahead(run)) as batches:
        if (yield from _steps(run, desk, batches)):
            path = run.save() if desk else run.folder / "encoder.safetensors"
            yield Finished(run.step, path, early=run.step < run.config.steps)


def _steps(run: Run, desk: Desk | None, batches: Iterator[Batch]) -> Generator[Event, None, bool]:
    """Whether the run is over; otherwise it was ended."""
    config, pace, saved_s = run.config, Pace(run.config.batch), time.monotonic()
    while not run.over:
        orders = yield from _heard(run, desk)
        if orders.end:
            return False
        pace.begin()
        batch = next(batches)
        pace.arrived()
        while (terms := advance(run, batch)) is None:
            yield Shrunk(run.step, more_pieces(run))
        pace.end()
        rate, memory_mb = run.optimiser.param_groups[0]["lr"], memory_taken_mb(run)
        yield Step(run.step, terms, rate, pace.images_per_s, pace.data_wait, memory_mb)
        yield from _looked_at(run)
        if desk and time.monotonic() - saved_s > config.save_every_s:
            yield Saved(run.step, run.save())
            saved_s = time.monotonic()
    return True


def _ahead(run: Run) -> Generator[Batch]:
    """The batches of the steps that are left."""
    config, fabric, steps = run.config, run.fabric, range(run.step, run.config.steps)
    batches = Batches(config, run.data, fabric.global_rank, fabric.world_size)
    if run.data.pool.holds == "people_alone":
        return made_there(batches, steps, fabric.device, fabric.global_rank)
    return load(batches, steps, config.workers)


def _heard(run: Run, desk: Desk | None) -> Generator[Event, None, Orders]:
    """Obey what was asked of the run; all processes hear the same."""
    orders = run.fabric.broadcast(desk.orders() if desk else Orders())
    keeps = orders.save or orders.paused or orders.end is Ask.STOP
    if desk and keeps:
        yield Saved(run.step, run.save())
    if orders.paused and not orders.end:
        yield Paused(run.step)
        while orders.paused and not orders.end:
            time.sleep(_PAUSED_S)
            orders = run.fabric.broadcast(desk.orders() if desk else Orders())
        yield Stopped(run.step) if orders.end else Resumed(run.step)
    elif orders.end:
        yield Stopped(run.step)
    return orders


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
    verdict = Verdict({}, {})
    if run.fabric.is_global_zero:
        verdict = judge(run.teacher, held_out_people(run.folder / "held_out", run.config.judge_people))
    verdict = run.fabric.broadcast(verdict)
    figures, run.calibration = verdict.figures, verdict.calibration
    best = figures["score"] > run.best
    run.best, run.stale = (figures["score"], 0) if best else (run.best, run.stale + 1)
    if run.fabric.is_global_zero:
        if best:
            run.export("encoder_best.safetensors", held_out=figures)
        yield Judged(run.step, figures, best)
