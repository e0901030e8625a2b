"""The trunk learns when, where and as it is told to."""

from pathlib import Path
from typing import Any

import pytest
import torch

from core_model.training import recording, stepping
from core_model.training.checkpoint import load_checkpoint
from core_model.training.trainer import Shrunk, Step, train


def changed_blocks(one: Path, other: Path) -> set[str]:
    """Of the trunks of two checkpoints."""
    before, after = (load_checkpoint(path).states["trunk"] for path in (one, other))
    return {".".join(name.split(".")[:2]) for name in before if not torch.equal(before[name], after[name])}


@pytest.mark.parametrize("trains", [False, True])
def test_the_trunk_learns_when_it_is_told_to(trains: bool, setting: Any) -> None:
    *_, last = train(setting.config(steps=2, train_trunk=trains, warmup_steps=0))
    assert bool(changed_blocks(setting.start, last.path)) is trains


def test_the_first_blocks_of_the_trunk_can_stay(setting: Any) -> None:
    *_, last = train(setting.config(steps=2, train_trunk=True, trunk_still=3, warmup_steps=0))
    assert changed_blocks(setting.start, last.path) == {f"blocks.{number}" for number in range(3, 16)}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA records, a processor does not")
def test_a_recorded_step_is_the_step_it_records(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    losses = {}
    for name, usual in (("recorded", 2), ("usual", 1000)):
        monkeypatch.setattr(recording, "USUAL_STEPS", usual)
        config = setting.config(name, steps=6, train_trunk=True, device="cuda", precision="32-true")
        losses[name] = [event.losses["total"] for event in train(config) if isinstance(event, Step)]
    assert losses["recorded"] == pytest.approx(losses["usual"], rel=1e-2)


def test_where_memory_does_not_suffice_to_record_a_step_the_batch_is_cut(
    setting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.cuda.OutOfMemoryError

    monkeypatch.setattr(stepping, "recordable", lambda run, batch: run.pieces == 1 and run.step == 1)
    monkeypatch.setattr(stepping, "Recording", full)
    events = list(train(setting.config(steps=3, train_trunk=True)))
    assert sum(isinstance(event, Shrunk) for event in events) == 1
    assert [event.step for event in events if isinstance(event, Step)] == [1, 2, 3]
