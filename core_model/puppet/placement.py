"""Where each part of the puppet lies in the crop: one affine map a part, from the projected joints (torch).

A part's anchors are carried onto its two joints, which gives direction and length; its width follows the scale of the
whole body instead, so that a limb pointing at the camera gets shorter but not thinner. The torso alone is wider than
deep: its width follows the hips and shoulders as seen.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from core_model.puppet.template import Template
from core_model.skeleton import JOINT, PART_ANCHORS, PARTS

TORSO_DEPTH_RATIO = 0.75
"""Depth of a torso (clothed) over its width."""
MIN_SCALE_PX_PER_M = 4.0
SIZE_RIDGE = 0.05
"""How strongly, against what limbs that point in depth say, a body is taken to be as long as the drawn one."""
_TORSO = PARTS.index("torso")
_LONG_PARTS = [i for i, name in enumerate(PARTS) if name[2:] in ("upper_arm", "forearm", "thigh", "shin")] + [_TORSO]
_NEAR, _FAR = (torch.as_tensor(PART_ANCHORS[:, i].copy()) for i in (0, 1))
_WIDTH_PAIRS = ((JOINT["l_shoulder"], JOINT["r_shoulder"]), (JOINT["l_hip"], JOINT["r_hip"]))


class Placement(NamedTuple):
    """Every part of every puppet, placed. (u, v) in [-1, 1]^2 spans a part's rectangle, v from near to far."""

    affine_px: Tensor  # (B, 14, 2, 3) (u, v, 1) -> crop pixels
    depth_m: Tensor  # (B, 14, 2) of the near and far anchors


def body_scale(points_px: Tensor, depth_m: Tensor, length_m: Tensor) -> Tensor:
    """Pixels (B, 1) that one metre of the drawn body takes in the image, from the long limbs; least squares.

    A limb of k times the drawn length L that spans dz in depth spans s sqrt((k L)^2 - dz^2) pixels (weak perspective).
    The squares of that are linear in (s k)^2, which is wanted, and s^2; a ridge draws k towards 1.
    """
    span_px, span_depth = (x[:, _FAR] - x[:, _NEAR] for x in (points_px, depth_m))
    image, depth = span_px.square().sum(-1)[:, _LONG_PARTS], span_depth.square()[:, _LONG_PARTS]
    full = length_m[_LONG_PARTS].square().expand_as(depth)
    weight = full.square().sum(1, keepdim=True)
    ridge = SIZE_RIDGE * weight
    cross = (full * depth).sum(1, keepdim=True) + ridge
    own = depth.square().sum(1, keepdim=True) + ridge
    right, left = ((image * x).sum(1, keepdim=True) for x in (full, depth))
    squared = (right * own - left * cross) / ((weight + ridge) * own - cross.square()).clamp(min=1e-9)
    return squared.clamp(min=MIN_SCALE_PX_PER_M**2).sqrt()


class PuppetPlacer(torch.nn.Module):
    """Places a template's parts on projected joints; differentiable in x, y and depth, on any device."""

    half_m: Tensor
    centre_m: Tensor
    length_m: Tensor

    def __init__(self, template: Template) -> None:
        super().__init__()
        rect, length = torch.as_tensor(template.rect_cm) / 100, torch.as_tensor(template.length_cm) / 100
        self.register_buffer("half_m", (rect[:, 2:] - rect[:, :2]) / 2, persistent=False)  # (14, 2) of the rectangles
        self.register_buffer("centre_m", (rect[:, 2:] + rect[:, :2]) / 2, persistent=False)  # (14, 2)
        self.register_buffer("length_m", length, persistent=False)  # (14,)

    def forward(self, points_px: Tensor, depth_m: Tensor) -> Placement:
        """Joints (B, 21, 2) px and their depths (B, 21) m -> Placement."""
        near, far = points_px[:, _NEAR], points_px[:, _FAR]
        scale = body_scale(points_px, depth_m, self.length_m)
        span = far - near
        # A limb seen end on has no direction: a nudge downwards gives it one, and the floor below makes it round.
        nudged = span + span.new_tensor([0.0, 1e-2])
        axis = nudged / nudged.norm(dim=-1, keepdim=True).clamp(min=1e-3)
        across = torch.stack([axis[..., 1], -axis[..., 0]], dim=-1)
        floor = scale * (self.half_m[:, 0] / self.half_m[:, 1]).clamp(max=1)
        along_px = torch.maximum((span.square().sum(-1) + 1e-8).sqrt() / self.length_m, floor)  # (B, 14) px per metre
        across_px = self._width(points_px, scale)
        mid = (near + far) / 2
        origin = (
            mid
            + across * (self.centre_m[:, 0] * across_px)[..., None]
            + axis * ((self.centre_m[:, 1] - self.length_m / 2) * along_px)[..., None]
        )
        u = across * (self.half_m[:, 0] * across_px)[..., None]
        v = axis * (self.half_m[:, 1] * along_px)[..., None]
        depth = torch.stack([depth_m[:, _NEAR], depth_m[:, _FAR]], dim=-1)
        return Placement(torch.stack([u, v, origin], dim=-1), depth)

    def _width(self, points_px: Tensor, scale: Tensor) -> Tensor:
        """Pixels per metre across each part (B, 14). The torso is an elliptic cylinder: an ellipse of half axes a (its
        width) and b turned by t looks sqrt((a cos t)^2 + (b sin t)^2) wide; hips and shoulders tell cos t."""
        template_m = self.half_m.new_tensor([0.36, 0.22])  # between the shoulders, between the hips, of the drawn adult
        axis = points_px[:, _NEAR[_TORSO]] - points_px[:, _FAR[_TORSO]]
        axis = axis / axis.norm(dim=-1, keepdim=True).clamp(min=1e-2)
        pairs = torch.stack([points_px[:, left] - points_px[:, right] for left, right in _WIDTH_PAIRS], dim=1)
        seen_px = pairs[..., 0] * axis[:, None, 1] - pairs[..., 1] * axis[:, None, 0]  # (B, 2) square to the spine
        cos2 = (seen_px / (scale * template_m)).square().clamp(max=1).mean(1, keepdim=True)
        torso = scale * (cos2 + TORSO_DEPTH_RATIO**2 * (1 - cos2)).sqrt()
        is_torso = torch.arange(len(PARTS), device=scale.device) == _TORSO
        return torch.where(is_torso, torso, scale)

    def depth_along(self, v: Tensor, depth_m: Tensor) -> Tensor:
        """Depth of the limb's axis at v (B, 14, ...) in [-1, 1], linear between the anchors, constant beyond."""
        shape = (-1, *[1] * (v.ndim - 2))
        half, centre, length = (x.reshape(shape) for x in (self.half_m[:, 1], self.centre_m[:, 1], self.length_m))
        share = ((v * half + centre) / length).clamp(0, 1)
        near, far = (depth_m[..., i].reshape(*depth_m.shape[:2], *[1] * (v.ndim - 2)) for i in (0, 1))
        return near + share * (far - near)


def invert_affine(affine: Tensor) -> Tensor:
    """The inverse (..., 2, 3) of affine maps (..., 2, 3), in closed form."""
    a, b, c, d = affine[..., 0, 0], affine[..., 0, 1], affine[..., 1, 0], affine[..., 1, 1]
    determinant = a * d - b * c
    inverse = torch.stack([torch.stack([d, -b], -1), torch.stack([-c, a], -1)], -2) / determinant[..., None, None]
    return torch.cat([inverse, -(inverse @ affine[..., 2:])], -1)
