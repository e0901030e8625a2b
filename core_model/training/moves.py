"""A batch of `core_model.data.augment.Warp`s as tensors: pictures, maps, points and limb vectors move alike, with
gradients (torch, on any device)."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.augment import Warp
from core_model.puppet.placement import invert_affine
from core_model.skeleton import LIMB_MIRROR, MIRROR


class Moves(NamedTuple):
    """A flip and a similarity a picture: `new = matrix @ (old, 1)`, in sides of the picture (0 to 1)."""

    matrix: Tensor  # (B, 2, 3)
    flip: Tensor  # (B,) bool
    angle_rad: Tensor  # (B,)

    @classmethod
    def of(cls, warps: list[Warp], device: torch.device | str = "cpu") -> "Moves":
        """Warps of square pictures, which keep their size."""
        matrices = np.stack([np.concatenate([w.matrix[:, :2], w.matrix[:, 2:] / w.size_px], axis=1) for w in warps])
        flips, angles = (np.array([getattr(w, name) for w in warps]) for name in ("flip", "angle_rad"))
        return cls(
            torch.from_numpy(matrices).float().to(device),
            torch.from_numpy(flips).to(device),
            torch.from_numpy(angles).float().to(device),
        )

    def pictures(self, pictures: Tensor, mirror: Tensor | None = None) -> Tensor:
        """Pictures or maps (B, C, H, H) of any size; their edge goes on outside. `mirror` (C,) names the channel that
        each becomes under a flip."""
        if mirror is not None:
            pictures = self._exchange(pictures, mirror)
        matrix, side = invert_affine(self.matrix), pictures.shape[-1]
        axis = (torch.arange(side, device=pictures.device, dtype=pictures.dtype) + 0.5) / side
        x, y = (matrix[:, None, None, :, i] * axis.view(shape) for i, shape in enumerate([(-1, 1), (-1, 1, 1)]))
        grid = (x + y + matrix[:, None, None, :, 2]) * 2 - 1
        return functional.grid_sample(pictures, grid, align_corners=False, padding_mode="border")

    def points(self, points: Tensor) -> Tensor:
        """Joints (B, 21, 2) in sides of the picture."""
        moved = points @ self.matrix[..., :2].transpose(-1, -2) + self.matrix[:, None, :, 2]
        return self._exchange(moved, torch.as_tensor(MIRROR))

    def limbs(self, limbs: Tensor) -> Tensor:
        """Limb vectors (B, 20, 3) in the crop camera's frame."""
        cos, sin, zero = self.angle_rad.cos(), self.angle_rad.sin(), torch.zeros_like(self.angle_rad)
        one, side = torch.ones_like(zero), 1 - 2 * self.flip.to(limbs.dtype)
        turn = torch.stack([cos * side, -sin, zero, sin * side, cos, zero, zero, zero, one], dim=-1).view(-1, 3, 3)
        return self._exchange(limbs, torch.as_tensor(LIMB_MIRROR)) @ turn.transpose(-1, -2)

    def _exchange(self, values: Tensor, mirror: Tensor) -> Tensor:
        """Left and right (in dimension 1) change places where there is a flip."""
        flipped = self.flip.view(-1, *[1] * (values.ndim - 1))
        return torch.where(flipped, values[:, mirror.to(values.device)], values)
