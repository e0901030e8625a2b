"""What a renderer of plain cloth does not draw: folds, fabrics, shadows, and light that person and place share.

All of it changes colours alone: where the person is stays known.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.on_device.spoiling import grey, on, some
from core_model.skeleton import BACKGROUND, NUM_PARTS

CREASED, RECLOTHED, SHADED, LIT_ALIKE = 0.6, 0.25, 0.25, 0.25
"""Shares of the people with folds, with clothes of a photograph's texture, under shadows, in the place's light."""


def dressed(colours: Tensor, parts: Tensor, texture: Tensor, place: Tensor, rng: np.random.Generator) -> Tensor:
    """People (B, 3, S, S) in [0, 255], black where nobody is, with parts (B, S, S): some of them changed by textures
    and places (B, 3, S, S)."""
    changes = (
        (RECLOTHED, lambda c, where: reclothed(c, parts[where], texture[where], rng)),
        (CREASED, lambda c, where: creased(c, texture[where].flip(2), rng)),
        (SHADED, lambda c, where: shaded(c, rng)),
        (LIT_ALIKE, lambda c, where: lit_alike(c, parts[where], place[where], rng)),
    )
    colours = colours.clone()
    for share, change in changes:
        if len(chosen := some(rng, len(colours), share)):
            where = on(colours.device, chosen, torch.int64)
            colours[where] = change(colours[where], where)
    return colours * (parts != BACKGROUND)[:, None]


def creased(colours: Tensor, texture: Tensor, rng: np.random.Generator) -> Tensor:
    """(B, 3, S, S) lighter and darker as the fine structure of the textures is."""
    count, size = len(colours), colours.shape[-1]
    light = torch.log(grey(texture) + 20)
    coarse = functional.interpolate(light, size=size // int(rng.choice((4, 8, 16, 32))), mode="area")
    light = light - functional.interpolate(coarse, size=size, mode="bilinear", align_corners=False)
    light = light / light.std(dim=(1, 2, 3), keepdim=True).clamp_min(1e-3)
    depth = on(colours.device, rng.uniform(0.1, 0.6, (count, 1, 1, 1)))
    return (colours * torch.exp(depth * light.clamp(-2.5, 2.5))).clamp(0, 255)


def reclothed(colours: Tensor, parts: Tensor, texture: Tensor, rng: np.random.Generator) -> Tensor:
    """(B, 3, S, S) with a texture on some parts, as light and dark as they were drawn."""
    count, device = len(colours), colours.device
    wanted = np.concatenate([rng.random((count, NUM_PARTS)) < rng.uniform(0.3, 1, (count, 1)), np.zeros((count, 1))], 1)
    wears = torch.gather(on(device, wanted, torch.bool), 1, parts.flatten(1).long()).view(count, 1, *parts.shape[1:])
    return torch.where(wears, (texture * (0.4 + grey(colours) / 150)).clamp(0, 255), colours)


def shaded(colours: Tensor, rng: np.random.Generator) -> Tensor:
    """(B, 3, S, S) with soft-edged shadows of things that are not in the picture."""
    count, size, cells = len(colours), colours.shape[-1], int(rng.integers(4, 16))
    field = on(colours.device, rng.normal(size=(count, 1, cells, cells)))
    field = functional.interpolate(field, size=size, mode="bicubic", align_corners=False)
    sharp, dark = (on(colours.device, rng.uniform(a, b, (count, 1, 1, 1))) for a, b in ((2, 12), (0.3, 0.8)))
    return colours * (dark + (1 - dark) * torch.sigmoid(field * sharp))


def lit_alike(colours: Tensor, parts: Tensor, place: Tensor, rng: np.random.Generator) -> Tensor:
    """People (B, 3, S, S) with mean colours drawn towards those of the place (B, 3, S, S)."""
    there = (parts != BACKGROUND)[:, None].to(colours.dtype)
    mine = (colours * there).sum(dim=(2, 3)) / there.sum(dim=(2, 3)).clamp_min(1)
    share = on(colours.device, rng.uniform(0.2, 0.9, (len(colours), 1)))
    gain = ((place.mean(dim=(2, 3)) + 10) / (mine + 10)) ** share
    return (colours * gain[:, :, None, None]).clamp(0, 255)
