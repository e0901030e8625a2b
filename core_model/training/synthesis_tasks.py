"""What the decoder learns from: people rendered as they are asked for, and people of unlabelled clips."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from core_model.data.shots import Shot, ShotRenderer
from core_model.puppet import Puppet
from core_model.training.synthesis_batches import SynthesisBatch, Task, synthesis_batch

RENDERED_POSES = 3
MOST_SOURCES = 6
"""Shots of a clip that a task has at most."""
APART = 3
"""Shots of a clip that are nearer than this in time are too much alike to learn from."""
_AHEAD = 4
"""Batches that are kept ready."""


@dataclass(frozen=True)
class Settings:
    """One run."""

    steps: int = 3000
    batch: int = 4
    window_px: int = 128
    rate: float = 2e-3
    seed: int = 0
    fresh_per_step: int = 1  # rendered people made anew each step; the others are met again, spoilt otherwise
    kept: int = 600
    clip_share: float = 0.5  # of each batch, where there are clips


class TaskSource(Protocol):
    """Anything that gives tasks to learn from."""

    rng: np.random.Generator

    def draw(self, count: int) -> list[Task]:
        """`count` tasks."""


class Tasks:
    """Tasks to learn from: a rolling store of rendered people, and any number from clips."""

    def __init__(self, settings: Settings, clips: list[list[list[Shot]]], start: int = 0, size_px: int = 256) -> None:
        """`clips`: the people of each clip; all clips are drawn from alike, however many people they show."""
        self.settings, self.clips = settings, clips
        self.rng = np.random.default_rng([settings.seed, start])  # a run that goes on sees other people
        self.renderer = ShotRenderer(seed=int(self.rng.integers(2**31)), size_px=size_px)
        self.store: list[list[Shot]] = []

    def draw(self, count: int) -> list[Task]:
        """`count` tasks."""
        real = int(self.rng.binomial(count, self.settings.clip_share)) if self.clips else 0
        chosen = [clip_task(self._somebody(), self.rng) for _ in range(real)]
        fresh = self.settings.fresh_per_step if self.store else count
        self.store += [self.renderer.draw_shots(RENDERED_POSES) for _ in range(fresh)]
        self.store = self.store[-self.settings.kept :]
        return chosen + [self._rendered() for _ in range(count - real)]

    def _somebody(self) -> list[Shot]:
        people = self.clips[self.rng.integers(len(self.clips))]
        shots = np.array([len(person) for person in people])
        return people[self.rng.choice(len(people), p=shots / shots.sum())]

    def _rendered(self) -> Task:
        person = self.store[self.rng.integers(len(self.store))]
        target, *others = self.rng.permutation(len(person))
        return Task([person[i] for i in others[: self.rng.integers(1, len(others) + 1)]], person[target])


def clip_task(clip: list[Shot], rng: np.random.Generator) -> Task:
    """One shot from some others of the same clip, none of them right beside it in time where that can be had."""
    target = int(rng.integers(len(clip)))
    others = np.arange(len(clip))
    for gap in (APART, 1):
        far = others[np.abs(others - target) >= gap]
        if len(far):
            break
    sources = rng.choice(far, min(len(far), int(rng.integers(1, MOST_SOURCES + 1))), replace=False)
    return Task([clip[i] for i in sources], clip[target])


def load_clips(folder: Path | None) -> list[list[list[Shot]]]:
    """The crops that `puppetpose data` kept, clip by clip and person by person."""
    if folder is None:
        return []
    from core_model.data.unlabelled.store import read_people

    return [people for path in sorted(folder.glob("*.npz")) if (people := read_people(path))]


def batches_of(tasks: TaskSource, settings: Settings) -> Iterator[SynthesisBatch]:
    """Batches of a source's tasks, without end."""
    puppet = Puppet.load()
    while True:
        yield synthesis_batch(tasks.draw(settings.batch), puppet, settings.window_px, tasks.rng)


class TaskBatches(IterableDataset[SynthesisBatch]):
    """The same of `Tasks`, in another process: where pictures are rendered while the last ones are learnt from."""

    def __init__(self, settings: Settings, clips: Path | None, start: int) -> None:
        """`clips` is a folder of files that `puppetpose data` made."""
        self.settings, self.clips, self.start = settings, clips, start

    def __iter__(self) -> Iterator[SynthesisBatch]:
        cv2.setNumThreads(1)
        return batches_of(Tasks(self.settings, load_clips(self.clips), self.start), self.settings)


def prepared_ahead(batches: TaskBatches) -> Iterator[SynthesisBatch]:
    """The same batches in the same order, prepared by a process of their own."""
    loader = DataLoader(
        batches,
        batch_size=None,
        num_workers=1,
        prefetch_factor=_AHEAD,
        multiprocessing_context="spawn",  # OpenGL contexts and OpenVINO's threads do not survive a fork
        collate_fn=_as_it_is,
        generator=torch.Generator(),  # the run's own random numbers stay untouched
    )
    return iter(loader)


def _as_it_is(batch: Any) -> Any:
    return batch
