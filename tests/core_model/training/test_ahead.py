"""Batches made by a thread: in order, with what goes wrong, and nobody is left behind."""

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from core_model.data.batches import Batch, LabelledBatch
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError
from core_model.networks.encoder import INPUT_PX
from core_model.skeleton import BACKGROUND
from core_model.training.ahead import ahead
from core_model.training.loading import Batches, Data, made_there

HERE = torch.device("cpu")


def batch(number: int) -> Batch:
    return Batch(LabelledBatch(*[torch.full((1,), float(number))] * 6))


def threads() -> int:
    return sum(thread.name == "batches" for thread in threading.enumerate())


def test_they_come_in_order() -> None:
    def make(over: Callable[[], bool]) -> Generator[Batch]:
        yield from map(batch, range(7))

    assert [int(made.rendered.image) for made in ahead(make, HERE)] == list(range(7))
    assert threads() == 0


def test_what_goes_wrong_there_is_told_here() -> None:
    def make(over: Callable[[], bool]) -> Generator[Batch]:
        yield batch(0)
        raise ConfigError("No people.", "Render some.")

    batches = ahead(make, HERE)
    next(batches)
    with pytest.raises(ConfigError, match="No people"):
        next(batches)
    assert threads() == 0


def test_who_is_not_wanted_any_more_ends() -> None:
    left = threading.Event()

    def make(over: Callable[[], bool]) -> Generator[Batch]:
        try:
            for number in range(1000):
                yield batch(number)
        finally:
            left.set()

    batches = ahead(make, HERE)
    next(batches)
    batches.close()
    assert threads() == 0
    assert left.is_set()


def fill(pool: SamplePool, count: int) -> None:
    rng = np.random.default_rng(pool.written)
    for _ in range(count):
        drawn = rng.integers(0, 256, (INPUT_PX, INPUT_PX, 4), dtype=np.uint8)
        drawn[..., 3] = BACKGROUND
        pool.write(
            SimpleNamespace(
                drawn=drawn, joints2d_px=rng.uniform(5, INPUT_PX - 5, (21, 2)), focal_px=300.0,
                joints3d_m=rng.normal(size=(21, 3)) + [0, 0, 5], principal_px=np.full(2, 96.0),
            )
        )  # fmt: skip


def test_a_run_that_goes_on_sees_what_it_would_have_seen(setting: Any, tmp_path: Path) -> None:
    fill(SamplePool.create(tmp_path / "alone", 8, INPUT_PX, "people_alone"), 8)
    config = setting.config(pool=str(tmp_path / "alone"), batch=2, first_people=2, people_per_step=1)
    batches = Batches(config, Data.open(config), 0, 1)
    whole = [made.rendered.image for made in made_there(batches, range(0, 7), HERE, 0)]
    rest = [made.rendered.image for made in made_there(batches, range(3, 7), HERE, 0)]
    assert len(whole) == 7
    assert all(torch.equal(a, b) for a, b in zip(rest, whole[3:], strict=True))


def test_nobody_waits_for_people_that_are_not_wanted_any_more(setting: Any, tmp_path: Path) -> None:
    fill(SamplePool.create(tmp_path / "alone", 100, INPUT_PX, "people_alone"), 4)
    config = setting.config(pool=str(tmp_path / "alone"), batch=2, first_people=4, people_per_step=20)
    batches = made_there(Batches(config, Data.open(config), 0, 1), range(0, 100), HERE, 0)
    next(batches)  # the next four wait for people whom nobody draws
    batches.close()
    assert threads() == 0
