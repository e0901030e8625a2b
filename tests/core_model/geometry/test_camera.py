"""Laws of cameras: projecting and back, the same body through a crop, and where a body must stand."""

import torch
from torch import Tensor

from core_model.geometry import camera as cam

F64 = torch.float64
FOCAL = torch.tensor([900.0, 1500.0], dtype=F64)
CENTRE = torch.tensor([[640.0, 360.0], [500.0, 500.0]], dtype=F64)
BOX = torch.tensor([[100.0, 50.0, 500.0, 450.0], [-30.0, 200.0, 170.0, 400.0]], dtype=F64)


def bodies() -> tuple[Tensor, Tensor]:
    """Two bodies about the origin (2, 21, 3) and where they stand (2, 3)."""
    points = torch.randn(2, 21, 3, generator=torch.Generator().manual_seed(0), dtype=F64) * 0.4
    return points, torch.tensor([[0.3, -0.2, 4.0], [-1.5, 0.4, 7.0]], dtype=F64)


def test_points_come_back_from_pixels_and_depth() -> None:
    points, where = bodies()
    points = points + where[:, None]
    pixels = cam.project(points, FOCAL, CENTRE)
    assert torch.allclose(cam.unproject(pixels, points[..., 2], FOCAL, CENTRE), points)


def test_a_crop_is_the_same_camera_with_other_numbers() -> None:
    points, where = bodies()
    points = points + where[:, None]
    in_frame = cam.project(points, FOCAL, CENTRE)
    in_crop = cam.project(points, *cam.crop_camera(FOCAL, CENTRE, BOX, 256))
    assert torch.allclose(in_crop, cam.frame_to_crop(in_frame, BOX, 256))
    assert torch.allclose(cam.crop_to_frame(in_crop, BOX, 256), in_frame)


def test_translation_is_found_exactly_and_wrong_points_without_weight_do_not_matter() -> None:
    points, where = bodies()
    pixels = cam.project(points + where[:, None], FOCAL, CENTRE)
    weights = torch.rand(2, 21, generator=torch.Generator().manual_seed(1), dtype=F64)
    weights[:, 3:6] = 0
    pixels[:, 3:6] += 100
    assert torch.allclose(cam.solve_translation(points, pixels, weights, FOCAL, CENTRE), where)


def test_translation_is_near_when_pixels_are_noisy() -> None:
    points, where = bodies()
    pixels = cam.project(points + where[:, None], FOCAL, CENTRE)
    pixels += torch.randn(pixels.shape, generator=torch.Generator().manual_seed(2), dtype=F64) * 2
    found = cam.solve_translation(points, pixels, torch.ones(2, 21, dtype=F64), FOCAL, CENTRE)
    assert ((found - where).norm(dim=-1) < 0.03 * where[:, 2]).all()


def test_translation_of_nothing_is_finite() -> None:
    points = torch.zeros(1, 21, 3, requires_grad=True)
    found = cam.solve_translation(
        points, torch.zeros(1, 21, 2), torch.zeros(1, 21), FOCAL[:1].float(), CENTRE[:1].float()
    )
    found.sum().backward()
    assert found.isfinite().all()
    assert points.grad is not None
    assert points.grad.isfinite().all()


def test_a_viewing_camera_has_the_pelvis_in_its_centre_and_looks_the_person_in_the_face() -> None:
    rotation, translation = cam.camera_from_view(torch.zeros(3), torch.tensor(3.0))
    body = torch.tensor([[0.0, 0, 0], [0.2, 0, 0], [0, 0.5, 0], [0, 0, 0.1]])  # pelvis, left, up, front
    pelvis, left, up, front = cam.body_to_camera(body, rotation, translation)
    assert torch.allclose(pelvis, torch.tensor([0.0, 0, 3]))
    assert left[0] > 0.1  # the person's left is on the right of the picture
    assert up[1] < -0.4
    assert front[2] < pelvis[2]


def test_points_behind_the_camera_stay_finite() -> None:
    points = torch.tensor([[[0.1, 0.1, -1.0], [0.1, 0.1, 0.0]]], requires_grad=True)
    pixels = cam.project(points, torch.tensor([500.0]), torch.zeros(1, 2))
    pixels.sum().backward()
    assert pixels.isfinite().all()
    assert points.grad is not None
    assert points.grad.isfinite().all()
