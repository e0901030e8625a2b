"""What the averaged network sees in a few held-out people, as one picture."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from core_model.colours import PART_RGB
from core_model.data.pool import SamplePool
from core_model.export.overlay import draw_overlay
from core_model.networks.encoder import INPUT_PX, PARTS_PX, EncoderMaps
from core_model.skeleton import BACKGROUND
from core_model.training.judge import points_px, see

COUNT = 6
"""People shown, or fewer where there are fewer."""


def preview(teacher: Callable[[Tensor], EncoderMaps], people: SamplePool) -> np.ndarray:
    """A sheet (3 x INPUT_PX, n x INPUT_PX, 3) uint8, a column a person: image, skeleton, parts."""
    images = people.read(np.arange(min(COUNT, people.filled)))["image"]
    maps = see(teacher, images)
    points, mass = points_px(maps.heat)
    columns = []
    for image, joints, sure, parts in zip(images, points, mass, maps.parts.argmax(1), strict=True):
        columns.append(np.concatenate([image, draw_overlay(image, joints, sure), _coloured(image, parts)]))
    return np.concatenate(columns, axis=1)


def _coloured(image: np.ndarray, parts: torch.Tensor) -> np.ndarray:
    """The image in grey with its parts (PARTS_PX, PARTS_PX) laid over it in their colours."""
    side = INPUT_PX // PARTS_PX
    index = parts.numpy().repeat(side, 0).repeat(side, 1)
    grey = np.repeat(image.mean(axis=2, keepdims=True) / 2, 3, axis=2)
    colours = np.append(PART_RGB, np.zeros((1, 3), np.uint8), axis=0)[index]
    return np.where((index == BACKGROUND)[..., None], grey, grey / 2 + colours / 2 + 32).clip(0, 255).astype(np.uint8)
