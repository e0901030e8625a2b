"""The novel-image cycle: of a picture that was made, pose and appearance are known and must be read back."""

import torch
from torch import Tensor

from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.skeleton import LIMBS
from core_model.training.pose_losses import gaussian_maps, heat_loss, limb_loss, pooled_limbs


def pose_cycle_loss(maps: EncoderMaps, points: Tensor, limbs: Tensor) -> Tensor:
    """What the encoder says of a made picture against its joints (B, 21, 2), in sides of the crop (0 to 1), and its
    unit limb vectors (B, 20, 3). Joints outside the crop do not count."""
    inside = ((points > 0) & (points < 1)).all(-1).to(points.dtype)
    target = gaussian_maps(points * MAP_PX, MAP_PX)
    # limb vectors are pooled both where the joints are and where the network thinks they are
    where = (target + maps.heat.detach().flatten(2).softmax(-1).view_as(target)) / 2
    ends = torch.as_tensor(LIMBS, device=points.device)
    both = inside[:, ends[:, 0]] * inside[:, ends[:, 1]]
    return heat_loss(maps.heat, target, inside) + limb_loss(pooled_limbs(maps.limbs, where), limbs, both)


def atlas_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute difference of the colours of two atlases (B, 14, 4, h, w), where both were seen.

    Gradients reach the colours, not the visibilities: hiding is no way to agree.
    """
    weight = torch.minimum(found[:, :, 3:], wanted[:, :, 3:]).detach()
    return ((found[:, :, :3] - wanted[:, :, :3]).abs() * weight).sum() / (3 * weight.sum()).clamp_min(1.0)
