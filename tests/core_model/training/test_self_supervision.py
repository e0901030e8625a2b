"""Each term, alone, teaches the encoder; what has no weight costs nothing."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.data.batches import PairBatch
from core_model.networks.decoder import Decoder
from core_model.networks.encoder import PoseTail
from core_model.networks.prior import PoseCritic
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX
from core_model.puppet import Puppet
from core_model.training.picture import figure_of, make_picture
from core_model.training.self_supervision import TERMS, Networks, PairTerms
from tests.core_model.training.test_picture import someone

SIDE_PX = 128  # half of what is used: a quarter of the time


@pytest.fixture(scope="module")
def networks() -> Networks:
    torch.manual_seed(0)
    trunk = Trunk().requires_grad_(False)
    for weight in trunk.parameters():
        if weight.ndim > 1:
            torch.nn.init.kaiming_normal_(weight)  # else two pictures look the same to the last layers
    poses = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (5, 20, 2)).astype(np.float32))
    critic = PoseCritic().requires_grad_(False)
    decoder = Decoder(widths=(8, 8, 8, 8)).eval().requires_grad_(False)
    return Networks(lambda x: trunk(x), PoseTail(width=32).eval(), trunk, decoder, Puppet.load(), critic, poses)


@pytest.fixture(scope="module")
def batch(networks: Networks) -> PairBatch:
    """Two painted puppets, each twice in other poses, on grey."""
    atlas = torch.rand(2, 14, 4, 1, 1, generator=torch.Generator().manual_seed(0)).expand(-1, -1, -1, *ATLAS_PX)
    grey = torch.full((2, 3, SIDE_PX, SIDE_PX), 0.5)

    def shown(seed: int) -> tuple[Tensor, Tensor]:
        picture = make_picture(atlas, figure_of(someone(2, seed, SIDE_PX), networks.puppet, SIDE_PX), networks.decoder)
        return picture.over(grey), picture.mask.round()

    (source, _), (target, person), (neighbour, _) = (shown(seed) for seed in (1, 2, 3))
    return PairBatch(
        source,
        target,
        neighbour,
        background=grey,
        known=torch.ones_like(person),
        foreground=person,
        confidence=torch.ones_like(person),
        seconds=torch.full((2,), 1e-6),  # so short that any movement is too quick
        neighbour_box=torch.tensor([0.0, 0.0, 1.0, 1.0]).expand(2, 4),
    )


def term(name: str, batch: PairBatch, networks: Networks) -> Tensor:
    value: Tensor = getattr(PairTerms(batch, networks, np.random.default_rng(0)), name)()
    return value


@pytest.mark.parametrize("name", TERMS)
def test_each_term_alone_is_finite_and_reaches_the_encoder(name: str, batch: PairBatch, networks: Networks) -> None:
    networks.tail.zero_grad()
    value = term(name, batch, networks)
    assert torch.isfinite(value)
    assert value > 0
    value.backward()
    gradients = [p.grad for p in networks.tail.parameters() if p.grad is not None]
    assert all(torch.isfinite(g).all() for g in gradients)
    assert max(float(g.abs().max()) for g in gradients) > 0


def test_prior_and_critic_teach_one_network_each(batch: PairBatch, networks: Networks) -> None:
    critic = copy.deepcopy(networks.critic).requires_grad_()
    opposed = replace(networks, critic=critic)
    for name, learns, rests in (("prior", networks.tail, critic), ("critic", critic, networks.tail)):
        networks.tail.zero_grad()
        critic.zero_grad()
        term(name, batch, opposed).backward()
        assert any(p.grad is not None and p.grad.abs().max() > 0 for p in learns.parameters())
        assert all(p.grad is None for p in rests.parameters())


def test_a_critic_that_is_trained_on_learns_to_tell_what_is_read(batch: PairBatch, networks: Networks) -> None:
    critic = copy.deepcopy(networks.critic).requires_grad_()
    optimiser = torch.optim.Adam(critic.parameters(), 1e-3)
    terms = PairTerms(batch, replace(networks, critic=critic), np.random.default_rng(0))
    said = []
    for _ in range(30):
        optimiser.zero_grad()
        (loss := terms.critic()).backward()
        optimiser.step()
        said.append(loss.item())
    assert said[-1] < 0.5 * said[0]


def test_what_is_not_known_of_background_and_foreground_teaches_nothing(batch: PairBatch, networks: Networks) -> None:
    nothing = torch.zeros_like(batch.known)
    one, other = (
        replace(batch, known=nothing, confidence=nothing, background=x.expand_as(batch.target), foreground=x)
        for x in (nothing, 1 - nothing)
    )
    for name in ("reconstruction", "cycle_pose", "foreground"):
        with torch.no_grad():
            assert float(term(name, one, networks)) == pytest.approx(float(term(name, other, networks)), abs=1e-6)
            assert name != "foreground" or float(term(name, one, networks)) == 0


def test_a_neighbour_in_a_crop_of_its_own_is_compared_where_it_is(batch: PairBatch, networks: Networks) -> None:
    """The target itself, said to lie a crop's side further right: nobody moves that fast."""

    def moved(left: float) -> float:
        box = torch.tensor([left, 0.0, left + 1, 1.0]).expand(2, 4)
        with torch.no_grad():
            return float(term("time", replace(batch, neighbour=batch.target, neighbour_box=box), networks))

    assert moved(0.0) < 1e-6
    assert moved(1.0) > 0.9
