"""Adapting to a clip: what is shown to a person is never worse than before, and what is kept is small and fits."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
import torch

from core_model.data.shots import Shot
from core_model.errors import CheckpointError
from core_model.networks.decoder import Decoder
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.training.adapting import LEAST_SHOTS, Adapted, AdaptError, AdaptSettings, Scene, adapt
from core_model.training.checkpoint import Checkpoint
from core_model.training.clip_delta import apply_delta, make_delta
from tests.core_model.training.test_synthesis import shot


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet.load()


@pytest.fixture(scope="module")
def shots(puppet: Puppet) -> Sequence[Shot]:
    """A puppet in a few poses, brighter than it is painted: something to learn."""
    drawn = [shot(puppet, seed, known=False) for seed in range(LEAST_SHOTS)]
    return [dataclasses.replace(one, sure=np.ones_like(one.sure)) for one in drawn]


@pytest.fixture(scope="module")
def trunk() -> Trunk:
    torch.manual_seed(0)
    trunk = Trunk()
    for weight in trunk.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    return trunk


def small_decoder() -> Decoder:
    torch.manual_seed(0)
    return Decoder(widths=(8, 8, 8, 8)).eval()


def run(shots: Sequence[Shot], trunk: Trunk, rate: float, steps: int, judge_every_s: float = 600.0) -> list[Adapted]:
    settings = AdaptSettings(budget_s=600, steps=steps, batch=2, window_px=64, rate=rate, judge_every_s=judge_every_s)
    return list(adapt(shots, small_decoder(), trunk, settings))


def test_learning_makes_held_out_frames_better(shots: Sequence[Shot], trunk: Trunk) -> None:
    news = run(shots, trunk, 3e-3, 40)
    assert [one.step for one in news if one.judged] == [0, 40]
    assert [one.step for one in news] == list(range(41))  # so that it can be stopped after every step
    assert news[-1].share_done == 1
    assert news[-1].now < 0.97 * news[-1].before
    assert news[-1].state is not None
    assert news[-1].ranges
    assert news[-1].picture.shape == (256, 4 * 256, 3)


def test_what_is_kept_only_gets_better(shots: Sequence[Shot], trunk: Trunk) -> None:
    kept = [one.now for one in run(shots, trunk, 3e-3, 4, judge_every_s=0.0)]
    assert len(kept) == 5
    assert kept == sorted(kept, reverse=True)


def test_learning_that_makes_frames_worse_changes_nothing(shots: Sequence[Shot], trunk: Trunk) -> None:
    last = run(shots, trunk, 30.0, 4)[-1]
    assert last.state is None
    assert last.now == last.before


def test_frames_that_judge_are_not_learnt_from(shots: Sequence[Shot], puppet: Puppet) -> None:
    scene, rng, settings = Scene(shots, puppet), np.random.default_rng(0), AdaptSettings(batch=3, window_px=64)
    assert len(scene.held) >= 2
    assert not set(scene.held) & set(scene.taught)
    assert len(scene.held) + len(scene.taught) == len(shots)
    asked: list[int] = []
    given: list[int] = []

    def planes(target: int, sources: np.ndarray) -> np.ndarray:
        asked.append(target)
        given.extend(sources)
        assert target not in sources
        return np.zeros((11, 256, 256), np.float32)

    scene.planes = planes  # type: ignore[method-assign]
    for _ in range(10):
        scene.batch(settings, rng)
    assert not set(asked + given) & set(scene.held)


def test_few_frames_are_refused(shots: Sequence[Shot], trunk: Trunk) -> None:
    with pytest.raises(AdaptError, match="needed to learn from"):
        next(adapt(shots[: LEAST_SHOTS - 1], small_decoder(), trunk))


def test_a_delta_gives_the_adapted_decoder_on_its_own_checkpoint_only() -> None:
    base = Checkpoint({"decoder": small_decoder().state_dict(), "tail": {"x": torch.ones(2)}}, {"eight_bit": {"a": {}}})
    adapted = {k: v + 0.01 if v.is_floating_point() else v for k, v in base.states["decoder"].items()}
    delta = make_delta(base, adapted, {"clip": "a.mp4", "eight_bit": {"stem.0": (0.0, 1.0)}})
    again = apply_delta(base, delta)
    for name, value in adapted.items():
        torch.testing.assert_close(again.states["decoder"][name], value)
    assert again.states["tail"] is base.states["tail"]
    assert again.about["eight_bit"] == {"a": {}, "decoder": {"stem.0": (0.0, 1.0)}}
    with pytest.raises(CheckpointError, match="another checkpoint"):
        apply_delta(again, delta)
    with pytest.raises(CheckpointError, match="no adaptation"):
        apply_delta(base, base)
