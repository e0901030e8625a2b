"""Each term, alone, teaches the encoder; what has no weight costs nothing."""

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.networks.decoder import Decoder
from core_model.networks.encoder import PoseTail
from core_model.networks.prior import PoseCritic
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX
from core_model.puppet import Puppet
from core_model.training.picture import figure_of, make_picture
from core_model.training.self_supervision import ClipBatch, Networks, SelfSupervision, self_supervised_terms
from tests.core_model.training.test_picture import someone

NAMES = tuple(vars(SelfSupervision()))
SIDE_PX = 128  # half of what is used: a quarter of the time
NOTHING = dict.fromkeys(NAMES, 0.0)


@pytest.fixture(scope="module")
def networks() -> Networks:
    torch.manual_seed(0)
    trunk = Trunk().requires_grad_(False)
    for weight in trunk.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    poses = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (5, 20, 2)).astype(np.float32))
    critic = PoseCritic().requires_grad_(False)
    decoder = Decoder(widths=(8, 8, 8, 8)).eval().requires_grad_(False)
    return Networks(lambda x: trunk(x), PoseTail(width=32).eval(), trunk, decoder, Puppet.load(), critic, poses)


@pytest.fixture(scope="module")
def batch(networks: Networks) -> ClipBatch:
    """Two painted puppets, each twice in other poses, on grey."""
    atlas = torch.rand(2, 14, 4, 1, 1, generator=torch.Generator().manual_seed(0)).expand(-1, -1, -1, *ATLAS_PX)
    grey = torch.full((2, 3, SIDE_PX, SIDE_PX), 0.5)

    def shown(seed: int) -> tuple[Tensor, Tensor]:
        picture = make_picture(atlas, figure_of(someone(2, seed, SIDE_PX), networks.puppet, SIDE_PX), networks.decoder)
        return picture.over(grey), picture.mask.round()

    (source, _), (target, person), (neighbour, _) = (shown(seed) for seed in (1, 2, 3))
    return ClipBatch(
        source,
        target,
        neighbour,
        seconds=torch.full((2,), 1e-3),
        background=grey,
        foreground=person,
        confidence=torch.ones_like(person),
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_term_alone_is_finite_and_reaches_the_encoder(name: str, batch: ClipBatch, networks: Networks) -> None:
    networks.tail.zero_grad()
    terms = self_supervised_terms(batch, networks, SelfSupervision(**{**NOTHING, name: 1.0}), np.random.default_rng(0))
    assert list(terms) == [name]
    assert torch.isfinite(terms[name])
    assert terms[name] > 0
    terms[name].backward()
    gradients = [p.grad for p in networks.tail.parameters() if p.grad is not None]
    assert all(torch.isfinite(g).all() for g in gradients)
    assert max(float(g.abs().max()) for g in gradients) > 0


def test_no_weights_no_work(batch: ClipBatch, networks: Networks) -> None:
    def never(_: Tensor) -> list[Tensor]:
        raise AssertionError("nothing needs to be encoded")

    idle = Networks(**{**vars(networks), "features": never})
    assert self_supervised_terms(batch, idle, SelfSupervision(**NOTHING), np.random.default_rng(0)) == {}


def test_terms_without_their_material_are_left_out(batch: ClipBatch, networks: Networks) -> None:
    weights = SelfSupervision(**{**NOTHING, "time": 1.0, "foreground": 1.0, "shape": 1.0})
    bare = ClipBatch(batch.source, batch.target)
    assert set(self_supervised_terms(bare, networks, weights, np.random.default_rng(0))) == {"shape"}


def test_a_neighbour_in_a_crop_of_its_own_is_compared_where_it_is(batch: ClipBatch, networks: Networks) -> None:
    """The target itself, said to lie a crop's side further right: nobody moves that fast."""
    weights = SelfSupervision(**{**NOTHING, "time": 1.0})

    def moved(left: float) -> float:
        box = torch.tensor([left, 0.0, left + 1, 1.0]).expand(2, 4)
        beside = ClipBatch(batch.source, batch.target, batch.target, batch.seconds, neighbour_box=box)
        with torch.no_grad():
            return float(self_supervised_terms(beside, networks, weights, np.random.default_rng(0))["time"])

    assert moved(0.0) < 1e-6
    assert moved(1.0) > 0.9
