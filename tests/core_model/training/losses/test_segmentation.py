"""Segmentations agree with the puppet outside its bands, and with what moves before the background."""

import torch
from torch.nn import functional

from core_model.training.losses.segmentation import foreground_loss, puppet_agreement_loss, silhouette


def _labels() -> torch.Tensor:
    labels = torch.randint(0, 15, (2, 8, 8), generator=torch.Generator().manual_seed(0))
    return functional.one_hot(labels, 15).permute(0, 3, 1, 2).float()


def test_the_puppets_own_segmentation_costs_nothing_another_something() -> None:
    maps, certain = _labels(), torch.zeros(2, 1, 8, 8)
    assert puppet_agreement_loss(maps.clamp_min(1e-4).log(), maps, certain) < 1e-5
    logits, puppet = (40 * maps.roll(1, 1)).requires_grad_(), maps.clamp(0.01, 0.9).requires_grad_()
    loss = puppet_agreement_loss(logits, puppet, certain)
    loss.backward()
    assert loss > 1
    for leaf in (logits, puppet):
        assert leaf.grad is not None
        assert leaf.grad.abs().max() > 0


def test_inside_the_bands_the_network_is_free_and_bands_have_no_gradient() -> None:
    maps, band = _labels(), torch.zeros(2, 1, 8, 8)
    band[..., :4] = 1
    wrong = torch.where(band > 0, maps.roll(1, 1), maps)
    assert puppet_agreement_loss(wrong.clamp_min(1e-4).log(), maps, band) < 1e-5
    band = torch.full((2, 1, 8, 8), 0.5, requires_grad=True)
    assert not torch.autograd.grad(puppet_agreement_loss(maps.requires_grad_(), maps, band), band, allow_unused=True)[0]


def test_foreground_counts_by_its_confidence() -> None:
    estimate = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)).round()
    sure = torch.zeros(2, 1, 8, 8)
    sure[..., :4] = 1
    assert foreground_loss(estimate, estimate, sure).abs() < 1e-5
    assert foreground_loss(0.3 * torch.ones_like(estimate), 0.3 * torch.ones_like(estimate), sure).abs() < 1e-5
    half_right = torch.where(sure > 0, estimate, 1 - estimate)
    assert foreground_loss(half_right, estimate, sure).abs() < 1e-5
    wrong = (0.8 - 0.6 * estimate).requires_grad_()
    loss = foreground_loss(wrong, estimate, sure)
    loss.backward()
    assert loss > 1
    assert wrong.grad is not None
    assert (wrong.grad[sure > 0] != 0).all()
    assert (wrong.grad[sure == 0] == 0).all()


def test_the_silhouette_is_all_that_is_not_background() -> None:
    torch.testing.assert_close(silhouette(40 * _labels()), 1 - _labels()[:, -1:], atol=1e-4, rtol=0)
