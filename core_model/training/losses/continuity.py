"""Time: people move only so fast, and stay who they are. (One appearance a video: `cycle.atlas_loss`.)"""

from torch import Tensor
from torch.nn.functional import cosine_similarity

POINT_SPEED = 2.0
"""Sides of a crop a second that joints may move without being doubted: a crop is some two metres."""
LIMB_SPEED = 15.0
"""Radians a second, likewise."""


def point_speed_loss(first: Tensor, second: Tensor, seconds: Tensor) -> Tensor:
    """Joints (B, 21, 2), in sides of the crop, in two frames `seconds` (B,) apart: by how much they move beyond what
    people can, on the average."""
    distance = ((second - first).square().sum(-1) + 1e-12).sqrt()
    return (distance - POINT_SPEED * seconds[:, None]).clamp_min(0).mean()


def limb_speed_loss(first: Tensor, second: Tensor, seconds: Tensor) -> Tensor:
    """Unit limb vectors (B, 20, 3), likewise, by their cosine: a corner of the angle itself would have no gradient."""
    allowed = (LIMB_SPEED * seconds[:, None]).clamp(max=3.1).cos()
    return (allowed - cosine_similarity(first, second, dim=-1, eps=1e-4)).clamp_min(0).mean()


def one_shape_loss(first: Tensor, second: Tensor) -> Tensor:
    """Body shapes (B, 12) in [-1, 1] read in two frames of one person: mean absolute difference."""
    return (first - second).abs().mean()
