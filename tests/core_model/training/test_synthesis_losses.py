"""Every term is zero on the right answer, positive on a wrong one, blind where it should be, and has a gradient."""

import torch
from torch import Tensor

from core_model.training.synthesis_losses import colour_loss, mask_loss, parts_loss, similarity_loss


def picture(seed: int) -> Tensor:
    return torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(seed))


def half() -> Tensor:
    mask = torch.zeros(2, 1, 16, 16)
    mask[..., :8] = 1
    return mask


def test_colours() -> None:
    image, wrong = picture(0), picture(1).requires_grad_()
    assert colour_loss(image, image, half()) == 0
    loss = colour_loss(wrong, image, half())
    loss.backward()
    assert loss > 0.1
    assert (wrong.grad[..., :8] != 0).all()
    assert (wrong.grad[..., 8:] == 0).all()


def test_similarity() -> None:
    image, wrong = picture(0), picture(1).requires_grad_()
    assert similarity_loss(image, image, half()).abs() < 1e-5
    loss = similarity_loss(wrong, image, half())
    loss.backward()
    assert loss > 0.1
    assert wrong.grad[..., :8].abs().sum() > 0
    assert (wrong.grad[..., 12:] == 0).all()  # beyond the window's reach
    shifted = (image + 0.02).clamp(max=1)
    assert similarity_loss(shifted, image, half()) < 0.1 * loss


def test_mask_also_where_the_truth_is_soft() -> None:
    truth = torch.rand(2, 1, 16, 16, generator=torch.Generator().manual_seed(2)).clamp(0.01, 0.99)
    assert mask_loss(torch.logit(truth), truth, half()).abs() < 1e-5
    assert mask_loss(40 * (half() - 0.5), half(), torch.ones_like(half())) < 1e-5
    wrong = torch.zeros(2, 1, 16, 16, requires_grad=True)
    loss = mask_loss(wrong, half(), half())
    loss.backward()
    assert loss > 0.1
    assert (wrong.grad[..., :8] < 0).all()  # more foreground
    assert (wrong.grad[..., 8:] == 0).all()  # not certain there


def test_parts() -> None:
    labels = torch.randint(0, 15, (2, 16, 16), generator=torch.Generator().manual_seed(3))
    right = 50.0 * torch.nn.functional.one_hot(labels, 15).permute(0, 3, 1, 2).float()
    certain = half()[:, 0]
    assert parts_loss(right, labels, certain) < 1e-5
    wrong = torch.zeros(2, 15, 16, 16, requires_grad=True)
    loss = parts_loss(wrong, labels, certain)
    loss.backward()
    assert loss > 1
    assert (wrong.grad[..., 8:] == 0).all()


def test_nothing_to_learn_from_costs_nothing() -> None:
    image, none = picture(0), torch.zeros(2, 1, 16, 16)
    assert colour_loss(picture(1), image, none) == 0
    assert similarity_loss(picture(1), image, none) == 0
    assert mask_loss(picture(1)[:, :1], half(), none) == 0
