"""Laws of the puppet: where parts land, what hides what, what has a gradient, and that the fast path agrees."""

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.geometry.kinematics import forward_kinematics, squash_angles
from core_model.puppet import Puppet
from core_model.puppet.raster import draw, place_parts
from core_model.skeleton import BACKGROUND, JOINT, PART_ANCHORS, PARTS

FACING = torch.tensor([1.0, -1.0, -1.0])


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet.load()


def project(joints_m: Tensor) -> tuple[Tensor, Tensor]:
    """Joints in the camera frame, pelvis at 0 -> crop pixels and depths."""
    depth = joints_m[..., 2] + 3.3
    return joints_m[..., :2] / depth[..., None] * 380 + 128, depth


def standing(seed: int | None = None, turn_deg: float = 0.0) -> tuple[Tensor, Tensor]:
    """One person facing the camera, at rest or in a random pose: points (1, 21, 2), depths (1, 21)."""
    free = torch.zeros(1, 20, 2)
    if seed is not None:
        free = 0.5 * torch.randn(1, 20, 2, generator=torch.Generator().manual_seed(seed))
    angle = torch.deg2rad(torch.tensor(turn_deg))
    joints = forward_kinematics(squash_angles(free) if seed is not None else free, torch.zeros(1, 12))
    x, z = joints[..., 0].clone(), joints[..., 2].clone()
    joints[..., 0], joints[..., 2] = angle.cos() * x + angle.sin() * z, angle.cos() * z - angle.sin() * x
    return project(joints * FACING)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_anchors_land_on_joints_and_widths_follow_the_body(puppet: Puppet, seed: int) -> None:
    points, depth = standing(seed)
    affine = puppet.place(points, depth).affine_px
    placer = puppet.placer
    length_px = (points[:, PART_ANCHORS[:, 1]] - points[:, PART_ANCHORS[:, 0]]).norm(dim=-1)
    scale = affine[0, PARTS.index("l_thigh"), :, 0].norm() / placer.half_m[PARTS.index("l_thigh"), 0]
    for part in range(len(PARTS)):
        if length_px[0, part] < 1.3 * scale * placer.length_m[part]:  # foreshortened
            width = affine[0, part, :, 0].norm() / placer.half_m[part, 0]
            assert width <= scale * 1.0001
            assert width >= 0.6 * scale
        if length_px[0, part] > scale * placer.length_m[part]:
            for end, y_m in ((0, 0.0), (1, placer.length_m[part])):
                uv = torch.tensor([0.0, (y_m - placer.centre_m[part, 1]) / placer.half_m[part, 1], 1.0])
                uv[0] = -placer.centre_m[part, 0] / placer.half_m[part, 0]
                torch.testing.assert_close(affine[0, part] @ uv, points[0, PART_ANCHORS[part, end]], atol=0.05, rtol=0)


def test_a_torso_seen_from_the_side_is_narrower(puppet: Puppet) -> None:
    torso = PARTS.index("torso")
    width = [float(puppet.place(*standing(turn_deg=turn)).affine_px[0, torso, :, 0].norm()) for turn in (0, 45, 90)]
    assert width[0] > width[1] > width[2] > 0.5 * width[0]


def test_maps_move_and_grow_with_the_points(puppet: Puppet) -> None:
    points, depth = standing(1)
    still = puppet.part_maps(points, depth, 64)
    moved = puppet.part_maps(points + 8, depth, 64)  # two pixels of the maps
    torch.testing.assert_close(moved.segmentation[..., 2:, 2:], still.segmentation[..., :-2, :-2], atol=2e-3, rtol=0)
    doubled = puppet.part_maps(points * 2, depth, 64, crop_px=512)
    torch.testing.assert_close(doubled.soft, still.soft, atol=2e-3, rtol=0)


def test_segmentation_is_a_distribution_and_only_depth_differences_matter(puppet: Puppet) -> None:
    points, depth = standing(2)
    maps = puppet.part_maps(points, depth, 64)
    torch.testing.assert_close(maps.segmentation.sum(1), torch.ones(1, 64, 64), atol=1e-4, rtol=0)
    assert maps.segmentation.min() >= 0
    assert maps.soft.min() >= 0
    assert 0 <= maps.uncertainty.min() <= maps.uncertainty.max() <= 1
    farther = puppet.part_maps(points, depth + 2, 64)
    torch.testing.assert_close(farther.segmentation, maps.segmentation, atol=1e-3, rtol=0)


def crossed_forearms() -> tuple[Tensor, Tensor]:
    points, depth = standing()
    spots = {"l_elbow": (165, 140), "l_wrist": (95, 140), "l_hand": (85, 140)}
    spots |= {"r_elbow": (130, 95), "r_wrist": (130, 175), "r_hand": (130, 185)}
    for name, spot in spots.items():
        points[0, JOINT[name]] = torch.tensor(spot, dtype=torch.float32)
        depth[0, JOINT[name]] = 2.7 if name[0] == "l" else 2.5
    return points, depth


def test_two_crossing_limbs_swap_when_their_depths_swap(puppet: Puppet) -> None:
    points, depth = crossed_forearms()
    swapped = depth.clone()
    left, right = ([JOINT[f"{side}_{name}"] for name in ("elbow", "wrist", "hand")] for side in "lr")
    swapped[:, left], swapped[:, right] = depth[:, right], depth[:, left]
    x, y = 130 // 4, 140 // 4
    owner = [puppet.part_maps(points, z, 64).segmentation[0, :, y, x].argmax() for z in (depth, swapped)]
    assert [PARTS[i] for i in owner] == ["r_forearm", "l_forearm"]
    fast = [
        draw(puppet.template, place_parts(puppet.placer, points[0].numpy(), z[0].numpy())) for z in (depth, swapped)
    ]
    assert [PARTS[drawing.label[140, 130]] for drawing in fast] == ["r_forearm", "l_forearm"]


def test_gradients_reach_x_y_and_depth_and_match_finite_differences(puppet: Puppet) -> None:
    exact = Puppet(puppet.template).double()
    points, depth = (x.double() for x in crossed_forearms())
    depth[:, [JOINT["r_elbow"], JOINT["r_wrist"]]] = 2.68  # near enough for a soft order
    target = torch.rand(1, 15, 64, 64, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def loss(points: Tensor, depth: Tensor) -> Tensor:
        return (exact.part_maps(points, depth, 64).segmentation * target).sum()

    points.requires_grad_()
    depth.requires_grad_()
    loss(points, depth).backward()
    step = 1e-5
    for joint, axis in ((JOINT["r_wrist"], 0), (JOINT["l_elbow"], 1), (JOINT["r_wrist"], 2)):
        nudge = torch.zeros(1, 21, 3, dtype=torch.float64)
        nudge[0, joint, axis] = step
        with torch.no_grad():
            ahead, behind = (loss(points + s * nudge[..., :2], depth + s * nudge[..., 2]) for s in (1, -1))
        expected = (ahead - behind) / (2 * step)
        gradient = depth.grad[0, joint] if axis == 2 else points.grad[0, joint, axis]
        assert abs(expected) > 1e-3
        torch.testing.assert_close(gradient, expected, rtol=2e-3, atol=1e-3)


def test_limbs_pointing_at_the_camera_are_round_and_finite(puppet: Puppet) -> None:
    points, depth = standing()
    for near, far in PART_ANCHORS[2:]:
        points[0, far] = points[0, near]
    points.requires_grad_()
    maps = puppet.part_maps(points, depth, 64)
    maps.segmentation.square().sum().backward()
    assert torch.isfinite(points.grad).all()
    foot = maps.soft[0, PARTS.index("l_foot")].detach() > 0.5
    rows, columns = foot.any(1).sum(), foot.any(0).sum()
    assert rows > 0
    assert 0.5 <= rows / columns <= 2


@pytest.mark.parametrize(("seed", "turn_deg"), [(None, 0), (None, 70), (3, 0), (4, 120), (5, 200)])
def test_the_fast_path_equals_the_differentiable_one(puppet: Puppet, seed: int | None, turn_deg: float) -> None:
    points, depth = standing(seed, turn_deg)
    maps = puppet.part_maps(points, depth, 256)
    fast = draw(puppet.template, place_parts(puppet.placer, points[0].numpy(), depth[0].numpy()))
    label = maps.segmentation[0].argmax(0).numpy()
    person = (label != BACKGROUND) | (fast.label != BACKGROUND)
    assert (label == fast.label)[person].mean() > 0.97
    assert np.abs(maps.uncertainty[0, 0].numpy() - fast.uncertainty)[person].mean() < 0.05
    shown = np.take_along_axis(maps.soft[0].numpy(), np.minimum(fast.owner, 13)[None].astype(int), 0)[0]
    np.testing.assert_allclose(np.where(fast.alpha > 0, shown, 0), fast.alpha, atol=0.05)
    np.testing.assert_allclose(maps.soft[0].amax(0).numpy(), fast.cover, atol=0.05)


def test_parts_out_of_the_crop_are_left_out(puppet: Puppet) -> None:
    points, depth = standing()
    drawing = draw(puppet.template, place_parts(puppet.placer, points[0].numpy() + 1000, depth[0].numpy()))
    assert (drawing.label == BACKGROUND).all()
    assert drawing.alpha.max() == 0
