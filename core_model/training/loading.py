"""Batches prepared ahead by worker processes. Batch k follows from the seed, k and the data alone: interrupted or not,
prepared ahead or not, by however many processes, a run sees the same samples in the same order.
"""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from core_model.data.batches import Batch, LabelledBatch, crop_files, labelled_batch, read_crops, unlabelled_batch
from core_model.data.clips import Clips, pair_batch
from core_model.data.lessons import Lessons, taught_batch
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError
from core_model.training.ahead import ahead
from core_model.training.config import TrainConfig

_AHEAD = 2
"""Batches that each worker keeps ready."""
_AT_ONCE = 4
"""Batches made at once where they are learnt from: a GPU is told of four as fast as of one, which took the host 33 ms
(and the GPU, once told, 12 a batch of 256)."""


@dataclass(frozen=True)
class Data:
    """What a run learns from. Which people there are at a step is said beforehand: a run must be repeatable, however
    fast others are rendered meanwhile."""

    pool: SamplePool
    people: int  # of the pool, the first
    people_per_step: int  # so many more with every step
    crops: np.ndarray | None  # (N, S, S, 3) uint8
    clips: Clips | None  # the same with what belongs together, where pairs are asked for
    lessons: Lessons | None
    fingerprint: dict[str, Any] = field(repr=False)

    @classmethod
    def open(cls, config: TrainConfig, people: int | None = None) -> "Data":
        """The data of a config: the people that it names, or all that are there by now; `people` of them where a run
        goes on. Raises ConfigError."""
        pool = SamplePool(Path(config.pool))
        pool.wait_for(min(config.first_people, pool.capacity))
        count = min(pool.filled, people or config.first_people or pool.filled)
        if count == 0:
            raise ConfigError(
                f"The pool of rendered people in {config.pool} is empty.",
                f"Fill it: python -m core_model.data.pool --folder {config.pool} --count 20000",
            )
        fingerprint: dict[str, Any] = {"people": count, "pool": pool.fingerprint(count), "unlabelled": {}}
        crops, clips, lessons, files = None, None, None, list[Path]()
        if config.unlabelled:
            path, share = Path(config.unlabelled), config.held_out_share
            crops, clips = read_crops(path, share), Clips(path, share) if config.pairs else None
            files += crop_files(path)
        if config.lessons:
            lessons = Lessons.read(Path(config.lessons))
            files.append(Path(config.lessons))
        fingerprint["unlabelled"] = {f.name: hashlib.sha256(f.read_bytes()).hexdigest()[:16] for f in files}
        return cls(pool, count, config.people_per_step, crops, clips, lessons, fingerprint)

    def people_at(self, step: int, over: Callable[[], bool] = lambda: False) -> int:
        """How many of the pool's people a step learns from; those that are not yet there are waited for, until the
        waiting is `over`."""
        count = min(self.people + step * self.people_per_step, max(self.people, self.pool.capacity))
        self.pool.wait_for(count, over=over)
        return count


class Batches(Dataset[Batch]):
    """`batches[k]`: what one process learns from at step k: the `rank`-th of `processes` equal shares."""

    def __init__(self, config: TrainConfig, data: Data, rank: int, processes: int) -> None:
        self.data, self.seed = data, config.seed
        self.shares = [
            range(rank * count // processes, (rank + 1) * count // processes) for count in config.counts()
        ]  # numbers of the samples: rendered, unlabelled, pairs, taught

    def __getitem__(self, step: int) -> Batch:
        rendered = labelled_batch(self.data.pool, self.data.people_at(step), self._rngs(step, 0))
        return self.beside(rendered, step)

    def beside(self, rendered: LabelledBatch, step: int) -> Batch:
        """These people, and what is learnt from at a step beside them."""
        crops, clips, lessons, unlabelled = self.data.crops, self.data.clips, self.data.lessons, self._rngs(step, 1)
        return Batch(
            rendered,
            unlabelled_batch(crops, unlabelled) if crops is not None and unlabelled else None,
            pair_batch(clips, self._rngs(step, 2)) if clips is not None else None,
            taught_batch(lessons, self._rngs(step, 3)) if lessons is not None else None,
        )

    def _rngs(self, step: int, kind: int) -> list[np.random.Generator]:
        return [np.random.default_rng([self.seed, step, kind, number]) for number in self.shares[kind]]


def load(batches: Batches, steps: range, workers: int) -> Generator[Batch]:
    """The batches of some steps in order, prepared ahead by `workers` processes (0: when asked for)."""
    loader = DataLoader(
        batches,
        batch_size=None,
        sampler=steps,
        num_workers=workers,
        prefetch_factor=_AHEAD if workers else None,
        multiprocessing_context="spawn" if workers else None,  # a fork would copy the locks of OpenVINO's threads
        collate_fn=_as_it_is,
        worker_init_fn=_begin_worker,
        generator=torch.Generator(),  # workers get their seeds from it; the run's own random numbers stay untouched
    )
    yield from loader


def made_there(batches: Batches, steps: range, device: torch.device, rank: int) -> Generator[Batch]:
    """The same where the pool holds people alone: they are put into pictures on the device that learns from them."""

    def make(over: Callable[[], bool]) -> Generator[Batch]:
        from core_model.data.on_device.residents import Residents

        residents, size = Residents(batches.data.pool, device), len(batches.shares[0])
        for first in range(steps.start - steps.start % _AT_ONCE, steps.stop, _AT_ONCE):
            people = batches.data.people_at(first, over)
            if over():
                return
            residents.take(people)
            made = Batch(residents.batch(_AT_ONCE * size, (batches.seed, first, rank))).cut(_AT_ONCE)
            for step in range(max(first, steps.start), min(first + _AT_ONCE, steps.stop)):
                yield batches.beside(made[step - first].rendered, step)

    return ahead(make, device)


def _as_it_is(batch: Any) -> Any:
    return batch


def _begin_worker(_: int) -> None:
    cv2.setNumThreads(1)  # workers share the machine by being many
