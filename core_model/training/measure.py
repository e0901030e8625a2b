"""How fast a run would go here: a few of its steps, taken in a folder that goes away."""

import dataclasses
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from core_model.data.pool import SamplePool
from core_model.training.config import TrainConfig
from core_model.training.events import Preparing, Step
from core_model.training.measuring import Measured
from core_model.training.trainer import train


def measure(config: TrainConfig, steps: int) -> Measured:
    """Take a few steps after a first one, which is slower. Raises what `train` raises."""
    pool = Path(config.pool)
    there = SamplePool(pool).filled if (pool / "pool.json").exists() else 0
    missing = max(0, config.people - there)
    changes: dict[str, Any] = {
        "steps": steps + 1,
        "judge_every": 0,
        "preview_every": 0,
        "save_every_s": 86_400.0,
        "people": 0,
    }
    with tempfile.TemporaryDirectory() as folder:
        if not there:
            changes |= {"pool": str(Path(folder) / "people"), "people": config.counts()[0]}
        small = dataclasses.replace(config, folder=folder, **changes)
        made_s, steps_s, memory_mb = [], [], 0.0
        for event, at_s in _timed(small):
            if isinstance(event, Preparing):
                made_s.append(at_s)
            elif isinstance(event, Step):
                steps_s.append(at_s)
                memory_mb = event.memory_mb
    return Measured(_median(steps_s), _median(made_s), missing, memory_mb)


def _timed(config: TrainConfig) -> Iterator[tuple[object, float]]:
    for event in train(config):
        yield event, time.monotonic()


def _median(at_s: list[float]) -> float:
    return float(np.median([after - before for before, after in pairwise(at_s)])) if len(at_s) > 1 else 0.0
