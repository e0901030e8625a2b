"""A picture that is as it should be costs nothing; what is unknown does not count."""

import pytest
import torch
from torch import Tensor

from core_model.networks.decoder import Decoded
from core_model.networks.trunk import Trunk
from core_model.training.losses.reconstruction import reconstruction_loss

SIDE = 64


@pytest.fixture(scope="module")
def trunk() -> Trunk:
    torch.manual_seed(0)
    trunk = Trunk().requires_grad_(False)
    for weight in trunk.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    return trunk


@pytest.fixture
def image() -> Tensor:
    return torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def person() -> Tensor:
    person = torch.zeros(2, 1, SIDE, SIDE)
    person[..., 16:48, 16:48] = 1
    return person


def decoded(colour: Tensor, person: Tensor) -> Decoded:
    return Decoded(colour, 40 * (person - 0.5), torch.zeros(2, 15, SIDE // 2, SIDE // 2))


def test_zero_on_the_image_itself_and_a_gradient_elsewhere(trunk: Trunk, image: Tensor, person: Tensor) -> None:
    nothing, everywhere = torch.zeros_like(person), torch.ones_like(person)
    for known in (nothing, everywhere, person):
        assert reconstruction_loss(decoded(image, person), image, person, trunk, image, known) < 1e-4
    wrong = (1 - image).requires_grad_()
    loss = reconstruction_loss(decoded(wrong, person), image, person, trunk, image, nothing)
    loss.backward()
    assert loss > 0.3
    assert wrong.grad is not None
    assert (wrong.grad.abs().amax(1, keepdim=True)[person > 0] > 0).all()


def test_without_the_background_only_the_foreground_counts(trunk: Trunk, image: Tensor, person: Tensor) -> None:
    elsewhere = torch.where(person > 0, image, 1 - image).requires_grad_()
    unknown = torch.zeros_like(person)
    loss = reconstruction_loss(decoded(elsewhere, 1 - person), image, person, trunk, 0.5 * image, unknown)
    assert loss < 1e-4  # neither what is painted elsewhere nor the decoder's own mask


def test_with_the_background_the_mask_counts(trunk: Trunk, image: Tensor, person: Tensor) -> None:
    background = torch.zeros_like(image)
    target = torch.where(person > 0, image, background)
    known = torch.ones_like(person)
    assert reconstruction_loss(decoded(image, person), target, person, trunk, background, known) < 1e-4
    nobody = torch.zeros_like(person).requires_grad_()
    loss = reconstruction_loss(decoded(image, nobody), target, person, trunk, background, known)
    loss.backward()
    assert loss > 0.1
    assert nobody.grad is not None
    assert nobody.grad.abs().max() > 0
