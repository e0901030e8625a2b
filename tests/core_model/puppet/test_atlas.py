"""Laws of the part atlas: colours go to the atlas and come back, hidden texels are filled yet known as unseen."""

import numpy as np
import pytest
import torch

from core_model.puppet import Puppet
from core_model.puppet.atlas import fill_atlas, fill_atlas_fast, lift_atlas, lift_atlas_fast, paint_atlas
from core_model.puppet.raster import draw, paint, place_parts
from core_model.skeleton import BACKGROUND, JOINT, PARTS
from tests.core_model.puppet.test_maps import standing


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet.load()


def smooth_image() -> torch.Tensor:
    """(1, 3, 256, 256) colours that change slowly."""
    axis = torch.linspace(0, 1, 256)
    return torch.stack([axis.expand(256, 256), axis[:, None].expand(256, 256), torch.full((256, 256), 0.3)])[None]


def test_lifted_and_painted_on_the_same_pose_the_image_comes_back(puppet: Puppet) -> None:
    points, depth = standing(1)
    image, placement = smooth_image(), puppet.place(points, depth)
    maps = puppet.maps_of(placement, 256)
    canvas = paint_atlas(lift_atlas(image, placement, maps), placement, maps.segmentation)
    surely = maps.segmentation[:, BACKGROUND:] < 0.01
    error = (canvas[:, :3] - image).abs().masked_select(surely)
    assert error.mean() < 0.02
    assert error.quantile(0.95) < 0.05


@pytest.mark.parametrize("seed", [1, 3])
def test_the_fast_path_equals_the_differentiable_one(puppet: Puppet, seed: int) -> None:
    points, depth = standing(seed, turn_deg=20)
    image, placement = smooth_image(), puppet.place(points, depth)
    slow = lift_atlas(image, placement, puppet.maps_of(placement, 256))[0].numpy()
    parts = place_parts(puppet.placer, points[0].numpy(), depth[0].numpy())
    crop = (image[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    drawing = draw(puppet.template, parts)
    fast = lift_atlas_fast(crop, parts, drawing)
    assert np.abs(slow - fast)[:, :3].mean() < 0.02
    assert np.abs(slow - fast)[:, 3].mean() < 0.06  # at shared joints the soft order has no single owner
    # and onto the image again
    again = paint(parts, drawing.owner, [fast])[0][..., :3]
    person = drawing.alpha > 0.95
    assert np.abs(again - crop / 255)[person].mean() < 0.02


def test_colours_follow_a_limb_to_its_new_place(puppet: Puppet) -> None:
    points, depth = standing()
    image = torch.full((1, 3, 256, 256), 0.2)
    elbow, wrist = (points[0, JOINT[name]].long() for name in ("l_elbow", "l_wrist"))
    image[:, 0, wrist[1] - 12 : wrist[1] + 12, min(elbow[0], wrist[0]) : max(elbow[0], wrist[0])] = 1.0
    placement = puppet.place(points, depth)
    atlas = lift_atlas(image, placement, puppet.maps_of(placement, 256))
    moved = points.clone()
    moved[0, JOINT["l_wrist"]], moved[0, JOINT["l_hand"]] = torch.tensor([170.0, 60]), torch.tensor([170.0, 45])
    moved[0, JOINT["l_elbow"]] = torch.tensor([170.0, 90])
    target = puppet.place(moved, depth)
    canvas = paint_atlas(atlas, target, puppet.maps_of(target, 256).segmentation)
    assert canvas[0, 0, 75, 170] > 0.9
    assert canvas[0, 0, 150, 128] < 0.3


def test_unseen_texels_are_filled_and_stay_unseen() -> None:
    colours = torch.zeros(1, 14, 3, 48, 32)
    visibility = torch.zeros(1, 14, 1, 48, 32)
    left, right, head = PARTS.index("l_shin"), PARTS.index("r_shin"), PARTS.index("head")
    colours[:, left, :, :, :16], colours[:, left, :, :, 16:] = 1.0, 0.5
    visibility[:, left] = 1.0
    colours[:, head, 1, 10:20] = 1.0
    visibility[:, head, :, 10:20] = 1.0
    atlas = fill_atlas(colours, visibility)
    torch.testing.assert_close(atlas[:, :, 3:], visibility)
    torch.testing.assert_close(atlas[:, right, :3], colours[:, left].flip(-1))  # from the twin, mirrored
    torch.testing.assert_close(atlas[:, head, 1], torch.ones(1, 48, 32), atol=1e-4, rtol=0)  # from around
    torso = atlas[0, PARTS.index("torso"), :3]  # never seen, no twin: the overall colour
    assert float(torso.std((-1, -2)).max()) < 1e-4
    assert 0.3 < float(torso.mean()) < 0.9


def test_filling_is_the_same_in_numpy_and_torch() -> None:
    texels = np.random.default_rng(0).integers(0, 255, (14, 48, 32, 4)).astype(np.uint8)
    texels[..., 3] *= (np.random.default_rng(1).random((14, 6, 4)) < 0.4).repeat(8, 1).repeat(8, 2)
    texels[[3, 8], ..., 3] = 0
    planes = torch.from_numpy(texels).permute(0, 3, 1, 2)[None].float() / 255
    slow = fill_atlas(planes[:, :, :3], planes[:, :, 3:])[0].numpy()
    fast = fill_atlas_fast(texels.transpose(3, 0, 1, 2))
    np.testing.assert_allclose(fast[:, 3], slow[:, 3])
    assert np.abs(fast - slow).mean() < 0.002
    assert np.abs(fast - slow).max() < 0.05


def test_gradients_reach_image_and_joints_through_the_atlas(puppet: Puppet) -> None:
    points, depth = standing(2)
    image = smooth_image().requires_grad_()
    points.requires_grad_()
    placement = puppet.place(points, depth)
    maps = puppet.maps_of(placement, 64)
    paint_atlas(lift_atlas(image, placement, maps), placement, maps.segmentation).square().sum().backward()
    assert image.grad is not None
    assert points.grad is not None
    assert image.grad.abs().sum() > 0
    assert torch.isfinite(points.grad).all()
    assert points.grad.abs().max() > 0
