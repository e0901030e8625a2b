"""A batch follows from the seed and its number alone."""

import pickle
from typing import Any

import pytest
import torch

from core_model.data.batches import Batch
from core_model.errors import ConfigError
from core_model.training.loading import Batches, Data, load
from core_model.training.pace import Pace, paced


def images(batch: Batch) -> torch.Tensor:
    assert batch.unlabelled is not None
    return torch.cat([batch.rendered.image, batch.unlabelled.plain, batch.unlabelled.changed])


def batches(setting: Any, rank: int = 0, processes: int = 1, **settings: Any) -> Batches:
    config = setting.config(unlabelled=str(setting.crops), **settings)
    return Batches(config, Data.open(config), rank, processes)


def test_whoever_prepares_it_whenever_it_is_the_same(setting: Any) -> None:
    plain, again = batches(setting), pickle.loads(pickle.dumps(batches(setting)))
    wanted = [images(plain[k]) for k in range(4)]
    assert not torch.equal(wanted[0], wanted[1])
    assert torch.equal(images(again[2]), wanted[2])
    for workers, start in ((0, 0), (2, 1)):
        found = [images(b) for b in load(batches(setting), range(start, 4), workers)]
        assert all(torch.equal(a, b) for a, b in zip(found, wanted[start:], strict=True))
    assert not torch.equal(images(batches(setting, seed=1)[0]), wanted[0])


def test_processes_share_a_batch(setting: Any) -> None:
    whole = batches(setting)[3]
    shares = [batches(setting, rank, 2)[3] for rank in (0, 1)]
    for share, piece in zip(shares, whole.cut(2), strict=True):
        assert torch.equal(images(share), images(piece))
        assert torch.equal(share.rendered.points, piece.rendered.points)


def test_a_batch_that_cannot_be_shared_is_refused(setting: Any) -> None:
    assert setting.config(batch=8, piece=2).pieces(2) == 2
    assert setting.config(batch=8).pieces(2) == 1
    for settings, processes in (({"batch": 8}, 3), ({"batch": 8, "piece": 4}, 4), ({"batch": 6, "piece": 4}, 1)):
        with pytest.raises(ConfigError, match="cannot be shared evenly"):
            setting.config(**settings).pieces(processes)


def test_the_pace_tells_how_long_was_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    from core_model.training import pace

    clock = iter([0.0, 1.0, 4.0, 100.0, 101.0, 104.0])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(clock))
    seen = Pace(images=8)
    for _ in range(2):
        seen.begin()
        seen.arrived()
        seen.end()
    assert seen.data_wait == pytest.approx(0.25)
    assert seen.images_per_s == pytest.approx(2.0)


def test_batches_that_are_paced_are_the_same_and_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 100))  # a second each time that anybody looks: a step takes two, one of them waiting
    monkeypatch.setattr("core_model.training.pace.time.monotonic", lambda: next(clock))
    pace = Pace(8)
    assert list(paced(iter("abc"), pace)) == ["a", "b", "c"]
    assert pace.data_wait == pytest.approx(0.5)
    assert pace.images_per_s == pytest.approx(4)
