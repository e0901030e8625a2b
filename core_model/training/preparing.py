"""What a run makes before its first step: rendered people to learn from, and others to be measured on."""

from collections.abc import Iterator
from pathlib import Path

from core_model.data.pool import SEED, SamplePool, render
from core_model.networks.encoder import INPUT_PX
from core_model.training.config import TrainConfig
from core_model.training.events import Preparing
from core_model.training.judge import render_held_out


def prepare(config: TrainConfig) -> Iterator[Preparing]:
    """Make what is not there yet. What was made stays when it is interrupted."""
    yield from _people(config)
    if any(0 < every <= config.steps for every in (config.judge_every, config.preview_every)):
        for done in render_held_out(Path(config.folder) / "held_out", config.judge_people):
            yield Preparing("Renders people to be measured on.", done, config.judge_people)


def _people(config: TrainConfig) -> Iterator[Preparing]:
    if not config.people:
        return
    folder = Path(config.pool)
    pool = SamplePool(folder, "r+") if (folder / "pool.json").exists() else None
    pool = pool or SamplePool.create(folder, config.people, INPUT_PX)
    there, wanted = pool.filled, min(config.people, pool.capacity)
    for done in render(pool, wanted - there, SEED):
        yield Preparing("Renders people to learn from.", there + done, wanted)
