"""`core_model.data.augment` for many pictures at once: the same changes, drawn with the same chances."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.augment import ANYHOW, turns
from core_model.data.on_device.spoiling import blurred, greyed, noisy, on, refiltered, some
from core_model.skeleton import BACKGROUND, MIRROR, NUM_PARTS, PART_MIRROR

REFILTERED = 0.35
"""Share of the pictures whose textures are others: in photographs joints are found by shape as well."""


@dataclass(frozen=True)
class Warps:
    """`augment.Warp` of many square pictures, in units that are the same for every size: half the picture's side.

    flip (B,) bool; turn (B, 2, 2) the rotation alone; linear (B, 2, 2), shift (B, 2): `new = linear @ old + shift`,
    where (0, 0) is the middle and (1, 1) the lower right corner; back (B, 2, 3): the inverse.
    """

    flip: Tensor
    turn: Tensor
    linear: Tensor
    shift: Tensor
    back: Tensor

    @classmethod
    def draw(cls, rng: np.random.Generator, count: int, device: torch.device) -> "Warps":
        """Random ones."""
        scale, shift = np.exp(rng.normal(0, 0.12, count)), rng.normal(0, 0.03, (count, 2)) * 2
        return cls.of(rng.random(count) < 0.5, turns(rng, count, ANYHOW), scale, shift, device)

    @classmethod
    def of(
        cls, flip: np.ndarray, angle_rad: np.ndarray, scale: np.ndarray, shift: np.ndarray, device: torch.device
    ) -> "Warps":
        """Flip (B,), then turn (B,) and scale (B,) about the middle, then shift (B, 2)."""
        c, s = np.cos(angle_rad), np.sin(angle_rad)
        turn = np.array([[c, -s], [s, c]]).transpose(2, 0, 1)
        linear = turn * scale[:, None, None]
        linear[:, :, 0] *= np.where(flip, -1.0, 1.0)[:, None]
        back = np.linalg.inv(linear)
        back = np.concatenate([back, -(back @ shift[:, :, None])], axis=2)
        return cls(on(device, flip, torch.bool), *(on(device, x) for x in (turn, linear, shift, back)))

    def images(self, images: Tensor) -> Tensor:
        """(B, C, S, S), edges repeated."""
        return functional.grid_sample(images, self._grid(images.shape[-1]), padding_mode="border", align_corners=False)

    def labels(self, parts: Tensor, size: int) -> Tensor:
        """Part indices (B, S, S) -> (B, size, size) int64, left and right exchanged by a flip."""
        there = (parts.float() - BACKGROUND)[:, None]
        seen = functional.grid_sample(there, self._grid(size), "nearest", "zeros", align_corners=False)[:, 0]
        plain = seen.round().long() + BACKGROUND
        mirror = on(parts.device, np.append(PART_MIRROR, NUM_PARTS), torch.int64)
        return torch.where(self.flip[:, None, None], mirror[plain], plain)

    def points(self, points: Tensor) -> Tensor:
        """(B, 21, 2) joints, in half sides from the middle -> joints of the new pictures."""
        return self.order(torch.einsum("bij,bnj->bni", self.linear, points) + self.shift[:, None])

    def order(self, per_joint: Tensor) -> Tensor:
        """(B, 21, ...) what belongs to joints -> the same in the order after a flip."""
        flip = self.flip.view(-1, *[1] * (per_joint.ndim - 1))
        return torch.where(flip, per_joint[:, on(per_joint.device, MIRROR, torch.int64)], per_joint)

    def directions(self, vectors: Tensor) -> Tensor:
        """(B, 21, 3) points in the crop camera's frame -> as they would look from the new pictures'."""
        side = torch.where(self.flip, -1.0, 1.0)[:, None]
        x, y, z = self.order(vectors).unbind(-1)
        turned = torch.einsum("bij,bnj->bni", self.turn, torch.stack([x * side, y], dim=-1))
        return torch.cat([turned, z[..., None]], dim=-1)

    def _grid(self, size: int) -> Tensor:
        return functional.affine_grid(self.back, [len(self.back), 1, size, size], align_corners=False)


def recoloured(images: Tensor, rng: np.random.Generator, generator: torch.Generator) -> Tensor:
    """(B, 3, S, S) in [0, 255]: gains, contrast, brightness, sometimes grey, blurred, noisy or in other textures."""
    count, device = len(images), images.device
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    gains = on(device, np.exp(rng.normal(0, 0.08, (count, 3, 1, 1))))
    contrast = on(device, np.exp(rng.normal(0, 0.2, (count, 1, 1, 1))))
    out = (images * gains - mean) * contrast + mean + on(device, rng.normal(0, 18, (count, 1, 1, 1)))
    out = greyed(out, some(rng, count, 0.08))
    if len(chosen := some(rng, count, 0.15)):
        where = on(device, chosen, torch.int64)
        out[where] = blurred(out[where], rng.uniform(0.4, 1.5, len(chosen)), 5)
    if len(chosen := some(rng, count, 0.15)):
        out = noisy(out, chosen, rng.uniform(2, 12, len(chosen)), generator)
    out = out.clamp(0, 255)
    if len(chosen := some(rng, count, REFILTERED)):
        where = on(device, chosen, torch.int64)
        out[where] = refiltered(out[where], rng)
    return out


def cut_out(images: Tensor, rng: np.random.Generator, generator: torch.Generator) -> Tensor:
    """(B, 3, S, S) in [0, 255] with up to two rectangles of noise or one colour laid over each."""
    count, size, device = len(images), images.shape[-1], images.device
    cells = torch.arange(size, device=device)
    for chance in (2 / 3, 1 / 3):
        side = (rng.uniform(0.08, 0.3, (2, count, 1)) * size).astype(int)
        low = (rng.uniform(0, 1, (2, count, 1)) * (size - side)).astype(int)
        x, y = (
            (cells >= on(device, low[i], torch.int64)) & (cells < on(device, low[i] + side[i], torch.int64))
            for i in range(2)
        )
        wanted = on(device, rng.random(count) < chance, torch.bool)[:, None, None]
        plain = on(device, rng.random(count) < 0.5, torch.bool)[:, None, None, None]
        colour = on(device, rng.integers(0, 256, (count, 3, 1, 1)))
        noise = torch.randint(0, 256, images.shape, generator=generator, device=device, dtype=torch.uint8)
        laid = torch.where(plain, colour, noise)
        images = torch.where((x[:, None, :] & y[:, :, None] & wanted)[:, None], laid, images)
    return images
