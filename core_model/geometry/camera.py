"""Perspective cameras: points to pixels and back, crops, and where a body must stand (torch, batched, differentiable).

A camera here is a focal length in pixels and a principal point in pixels; a crop of the frame is the same camera with
other numbers. All functions take any number of leading batch dimensions.
"""

import torch
from torch import Tensor

from core_model.geometry.rotations import rotation_from_view

NEAREST_M = 0.05
"""Points nearer than this, or behind the camera, are projected as if they lay here."""


def project(points_m: Tensor, focal_px: Tensor, principal_px: Tensor) -> Tensor:
    """Points in the camera frame (..., N, 3), focal (...), principal point (..., 2) -> pixels (..., N, 2)."""
    depth = points_m[..., 2:].clamp_min(NEAREST_M)
    return points_m[..., :2] / depth * focal_px[..., None, None] + principal_px[..., None, :]


def unproject(points_px: Tensor, depth_m: Tensor, focal_px: Tensor, principal_px: Tensor) -> Tensor:
    """The inverse of `project`: pixels (..., N, 2) at depths (..., N) -> points in the camera frame (..., N, 3)."""
    depth = depth_m[..., None]
    across = (points_px - principal_px[..., None, :]) / focal_px[..., None, None] * depth
    return torch.cat([across, depth], dim=-1)


def crop_camera(focal_px: Tensor, principal_px: Tensor, box_px: Tensor, size_px: float) -> tuple[Tensor, Tensor]:
    """Focal (...) and principal point (..., 2) in pixels of the square crop `box_px` (..., 4) resampled to `size_px`.

    Projecting with them equals projecting in the frame, then `frame_to_crop`.
    """
    scale = size_px / (box_px[..., 2] - box_px[..., 0])
    return focal_px * scale, (principal_px - box_px[..., :2]) * scale[..., None]


def frame_to_crop(points_px: Tensor, box_px: Tensor, size_px: float) -> Tensor:
    """Pixels of the frame (..., N, 2) -> pixels of the crop `box_px` (..., 4) resampled to `size_px`."""
    scale = size_px / (box_px[..., 2] - box_px[..., 0])
    return (points_px - box_px[..., None, :2]) * scale[..., None, None]


def crop_to_frame(points_px: Tensor, box_px: Tensor, size_px: float) -> Tensor:
    """The inverse of `frame_to_crop`."""
    scale = (box_px[..., 2] - box_px[..., 0]) / size_px
    return points_px * scale[..., None, None] + box_px[..., None, :2]


def camera_from_view(view_rad: Tensor, distance_m: Tensor) -> tuple[Tensor, Tensor]:
    """Azimuth, elevation, roll (..., 3) and distance (...) of a camera that looks at the pelvis -> rotation
    (..., 3, 3) and translation (..., 3) of p_cam = R @ p_body + t."""
    zero = torch.zeros_like(distance_m)
    return rotation_from_view(view_rad), torch.stack([zero, zero, distance_m], dim=-1)


def body_to_camera(points_m: Tensor, rotation: Tensor, translation_m: Tensor) -> Tensor:
    """Points in the body frame (..., N, 3) -> camera frame."""
    return points_m @ rotation.transpose(-1, -2) + translation_m[..., None, :]


def solve_translation(
    points_m: Tensor, points_px: Tensor, weights: Tensor, focal_px: Tensor, principal_px: Tensor
) -> Tensor:
    """Where a turned body must stand to be seen where it is: its translation (..., 3), in closed form.

    Given points turned into the camera's axes but not moved (..., N, 3), their pixels (..., N, 2), weights (..., N),
    focal (...) and principal point (..., 2). With rays ``r = (pixel - principal) / focal`` every point asks for
    ``(x + tx) - rx (z + tz) = 0`` and the like for y: weighted linear least squares, 3 x 3 normal equations. The
    residual is the error in pixels times depth; `weights` may be divided by squared depths for a second pass.
    """
    rays = (points_px - principal_px[..., None, :]) / focal_px[..., None, None]
    total = weights.sum(-1).clamp_min(1e-9)
    share = weights / total[..., None]
    target = rays * points_m[..., 2:] - points_m[..., :2]
    mean_ray, mean_target = (share[..., None] * rays).sum(-2), (share[..., None] * target).sum(-2)
    # With tx = mean_target + mean_ray * tz (the same for y) put in, one equation in tz is left.
    ray_off, target_off = rays - mean_ray[..., None, :], target - mean_target[..., None, :]
    spread = (share[..., None] * ray_off * ray_off).sum((-1, -2))
    depth = -(share[..., None] * ray_off * target_off).sum((-1, -2)) / spread.clamp_min(1e-12)
    return torch.cat([mean_target + mean_ray * depth[..., None], depth[..., None]], dim=-1)
