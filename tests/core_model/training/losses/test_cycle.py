"""Pose and appearance of a made picture, read back rightly, cost nothing."""

import torch

from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.training.losses.cycle import atlas_loss, pose_cycle_loss
from core_model.training.pose_losses import gaussian_maps


def _maps(points: torch.Tensor, limbs: torch.Tensor) -> EncoderMaps:
    heat = gaussian_maps(points * MAP_PX, MAP_PX).clamp_min(1e-9).log()
    fields = limbs.reshape(2, 60, 1, 1).expand(2, 60, MAP_PX, MAP_PX).clone()
    return EncoderMaps(heat, fields, torch.zeros(2, 15, 48, 48), torch.zeros(2, 12))


def test_zero_when_read_back_positive_when_not_and_blind_outside_the_crop() -> None:
    torch.manual_seed(0)
    points, limbs = 0.2 + 0.6 * torch.rand(2, 21, 2), torch.nn.functional.normalize(torch.randn(2, 20, 3), dim=-1)
    assert pose_cycle_loss(_maps(points, limbs), points, limbs) < 0.02
    wrong = EncoderMaps(*(m.requires_grad_() for m in _maps(points + 0.1, -limbs)))
    loss = pose_cycle_loss(wrong, points, limbs)
    loss.backward()
    assert loss > 2
    for leaf in (wrong.heat, wrong.limbs):
        assert leaf.grad is not None
        assert torch.isfinite(leaf.grad).all()
        assert leaf.grad.abs().max() > 0
    assert pose_cycle_loss(_maps(points, limbs), points + 2, -limbs) == 0


def test_atlases_are_compared_where_both_were_seen() -> None:
    torch.manual_seed(0)
    atlas = torch.rand(2, 14, 4, 6, 4)
    assert atlas_loss(atlas, atlas) == 0
    other = atlas.clone()
    other[:, :, :3] = 1 - other[:, :, :3]
    other.requires_grad_()
    loss = atlas_loss(other, atlas)
    loss.backward()
    assert loss > 0.3
    assert other.grad is not None
    assert other.grad[:, :, :3].abs().max() > 0
    assert other.grad[:, :, 3].abs().max() == 0  # hiding is no way to agree
    hidden = other.detach().clone()
    hidden[:, :, 3] = 0
    assert atlas_loss(hidden, atlas) == 0
