"""A lesson moves with its picture."""

import numpy as np
import torch

from core_model.data.augment import Warp
from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps
from core_model.networks.readout import unflip_torch
from core_model.training.agreement import make_lesson
from core_model.training.pose_losses import gaussian_maps


def test_the_lesson_moves_with_the_picture() -> None:
    torch.manual_seed(0)
    points = 6 + torch.rand(1, 21, 2) * (MAP_PX - 12)
    heat = torch.log(gaussian_maps(points, MAP_PX).clamp_min(1e-9))
    vectors = torch.nn.functional.normalize(torch.randn(1, 20, 3), dim=-1)
    limbs = vectors.reshape(1, 60, 1, 1).expand(1, 60, MAP_PX, MAP_PX)
    plain = EncoderMaps(heat, limbs, torch.zeros(1, 15, 48, 48), torch.zeros(1, 12))
    twin = unflip_torch(plain)  # flipping is its own inverse: these are the maps of the mirror image
    warp = Warp.of(INPUT_PX, INPUT_PX, True, 0.3, 1.1, np.array([3.0, -2.0]))
    lesson = make_lesson(plain, twin, [warp])
    cell = INPUT_PX / MAP_PX
    expected = warp.points(points[0].numpy() * cell) / cell
    assert np.abs(lesson.points[0].numpy() - expected).max() < 0.1
    assert lesson.trusted.sum() > 0
    assert torch.allclose(lesson.limbs.norm(dim=-1), torch.ones(1, 20), atol=1e-4)
