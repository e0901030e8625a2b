"""Taking a picture apart and putting another together, with gradients all the way (torch, batched, on any device).

The soft twin of `core_model.synthesis`. Part maps are drawn at half the crop's resolution and enlarged: four times
faster, and outlines are uncertain by more than a pixel anyway.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core_model.networks.decoder import Decoded, Decoder
from core_model.puppet import PartMaps, Placement, Puppet
from core_model.puppet.atlas import lift_atlas, paint_atlas
from core_model.puppet.raster import FAINT
from core_model.skeleton import BACKGROUND, NUM_PARTS
from core_model.training.differentiable import Standing


class Figure(NamedTuple):
    """The puppet in somebody's pose."""

    placement: Placement
    maps: PartMaps  # of half the crop's side


class Picture(NamedTuple):
    """What a decoder makes of a figure and an appearance."""

    decoded: Decoded
    mask: Tensor  # (B, 1, S, S) in [0, 1]

    def over(self, background: Tensor) -> Tensor:
        """The image (B, 3, S, S) before a background of that shape."""
        return self.mask * self.decoded.colour + (1 - self.mask) * background


def figure_of(standing: Standing, puppet: Puppet, crop_px: int) -> Figure:
    """The puppet where a body stands in a crop of side `crop_px`."""
    placement = puppet.place(standing.points_px, standing.depth_m)
    return Figure(placement, puppet.maps_of(placement, crop_px // 2, crop_px))


def appearance(image: Tensor, figure: Figure) -> Tensor:
    """Crops (B, 3, S, S) and who stands in them -> atlases (B, 14, 4, h, w)."""
    return lift_atlas(image, figure.placement, figure.maps, image.shape[-1])


def make_picture(atlas: Tensor, figure: Figure, decoder: Decoder) -> Picture:
    """Atlases (B, 14, 4, h, w) on figures, through the decoder."""
    decoded = decoder.decode(decoder_planes(atlas, figure))
    return Picture(decoded, torch.sigmoid(decoded.mask))


def decoder_planes(atlas: Tensor, figure: Figure) -> Tensor:
    """The planes (B, 11, S, S) that the decoder reads; a test holds them to `decoder_input` of a hard drawing.

    The owner of a pixel is a label and has no gradient; colours, shape and uncertainty have.
    """
    segmentation, cover, uncertainty = (
        functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        for x in (figure.maps.segmentation, figure.maps.soft.amax(1, keepdim=True), figure.maps.uncertainty)
    )
    parts = segmentation[:, :NUM_PARTS]
    somebody = (cover > FAINT).to(parts.dtype)
    whole = parts / parts.sum(1, keepdim=True).clamp_min(1e-6) * somebody  # paint reaches the outer rim of the bands
    paint = paint_atlas(atlas, figure.placement, whole, float(cover.shape[-1]))
    owner = torch.where(somebody > 0, parts.argmax(1, keepdim=True).to(parts.dtype), float(BACKGROUND))
    return torch.cat([paint, paint, cover * somebody, uncertainty * somebody, owner], dim=1)
