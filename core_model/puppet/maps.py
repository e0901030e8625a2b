"""Part maps, occlusion and uncertainty of placed puppets (torch, batched, differentiable)."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core_model.prediction import CROP_PX
from core_model.puppet.placement import Placement, PuppetPlacer, invert_affine
from core_model.puppet.template import Template, load_template
from core_model.skeleton import NUM_PARTS

SHARPNESS_M = 0.02
"""Depth difference at which one part hides another by 73 %."""


class PartMaps(NamedTuple):
    """A puppet as images of `size` pixels a side that span the crop."""

    soft: Tensor  # (B, 14, H, W) in [0, 1] each part alone, as if nothing hid it
    segmentation: Tensor  # (B, 15, H, W) sums to 1: the parts as they hide each other, background last
    uncertainty: Tensor  # (B, 1, H, W) in [0, 1]: 1 on the outlines in sight, 0 out of their bands


class Puppet(torch.nn.Module):
    """The template, placed on joints and turned into maps. Gradients reach x, y and depth."""

    shape_relief: Tensor

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.placer = PuppetPlacer(template)
        textures = torch.as_tensor(template.shape_relief).permute(0, 3, 1, 2).contiguous()
        self.register_buffer("shape_relief", textures, persistent=False)  # (14, 2, *TEXTURE_PX)

    @classmethod
    def load(cls, path: Path | None = None) -> "Puppet":
        """The bundled puppet, or that of another SVG drawing. Raises PuppetDrawingError that says what to mend."""
        return cls(load_template(path))

    def place(self, points_px: Tensor, depth_m: Tensor) -> Placement:
        """Joints (B, 21, 2) in crop pixels and depths (B, 21) m, of which only differences matter -> Placement."""
        return self.placer(points_px, depth_m)

    def part_maps(self, points_px: Tensor, depth_m: Tensor, size: int, crop_px: float = CROP_PX) -> PartMaps:
        """Joints (B, 21, 2) px and depths (B, 21) m -> maps of `size` x `size` that span a crop of `crop_px` pixels."""
        return self.maps_of(self.place(points_px, depth_m), size, crop_px)

    def maps_of(self, placement: Placement, size: int, crop_px: float = CROP_PX) -> PartMaps:
        """Part maps of parts that are already placed."""
        uv = part_coordinates(placement.affine_px, size, crop_px)  # (B, 14, H, W, 2)
        batch = uv.shape[0]
        textures = self.shape_relief.repeat(batch, 1, 1, 1)
        drawn = F.grid_sample(textures, uv.flatten(0, 1), align_corners=False).unflatten(0, (batch, NUM_PARTS))
        soft, relief = drawn[:, :, 0].clamp(0, 1), drawn[:, :, 1]
        depth = self.placer.depth_along(uv[..., 1], placement.depth_m) - relief
        seen = _transmittance(soft, depth)
        parts = soft * seen
        silhouette = 1 - _log_let_through(soft).sum(1, keepdim=True).exp()
        parts = parts * silhouette / parts.sum(1, keepdim=True).clamp(min=1e-6)
        band = 1 - (2 * soft - 1).abs()
        return PartMaps(soft, torch.cat([parts, 1 - silhouette], 1), (band * seen).amax(1, keepdim=True))


def part_coordinates(affine_px: Tensor, size: int, crop_px: float) -> Tensor:
    """(u, v) (B, 14, H, W, 2) of every pixel of `size` x `size` maps in every part's rectangle."""
    inverse = invert_affine(affine_px)
    axis = (torch.arange(size, device=affine_px.device, dtype=affine_px.dtype) + 0.5) * (crop_px / size)
    u_v = inverse[..., None, None, :, 0] * axis[:, None] + inverse[..., None, None, :, 2]  # (B, 14, 1, W, 2)
    return u_v + inverse[..., None, None, :, 1] * axis[:, None, None]


def _transmittance(soft: Tensor, depth_m: Tensor) -> Tensor:
    """The share of each part (B, 14, H, W) that no nearer part hides.

    Alpha compositing with a soft order: part q hides part p by `soft_q * sigmoid((depth_p - depth_q) / sharpness)`.
    """
    alone = _log_let_through(0.5 * soft)  # a part does not hide itself
    seen = []
    for part in range(NUM_PARTS):
        nearer = torch.sigmoid((depth_m[:, part : part + 1] - depth_m) / SHARPNESS_M)
        seen.append(_log_let_through(soft * nearer).sum(1) - alone[:, part])
    return torch.stack(seen, 1).exp()


def _log_let_through(opacity: Tensor) -> Tensor:
    """log(1 - opacity), kept finite: products of these have gradients everywhere."""
    return torch.log1p(-opacity.clamp(max=1 - 1e-6))
