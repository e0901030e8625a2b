"""The soft way of taking pictures apart and putting them together agrees with the hard one, and has gradients."""

import numpy as np
import pytest
import torch

from core_model.geometry.kinematics import inverse_kinematics
from core_model.networks.decoder import Decoder, decoder_input
from core_model.prediction import ATLAS_PX, CROP_PX
from core_model.puppet import Puppet
from core_model.puppet.raster import draw, paint, place_parts
from core_model.training.differentiable import Standing
from core_model.training.novel import random_fill, random_views, stand_before
from core_model.training.picture import appearance, decoder_planes, figure_of, make_picture


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet.load()


def someone(count: int = 2, seed: int = 0, crop_px: float = CROP_PX) -> Standing:
    """Bodies at rest, all but, seen from anywhere."""
    rng = np.random.default_rng(seed)
    angles = torch.from_numpy(rng.normal(0, 0.1, (count, 20, 2)).astype(np.float32))
    return stand_before(angles, torch.zeros(count, 12), random_views(count, rng), random_fill(count, rng), crop_px)


def test_planes_are_those_of_the_hard_drawing(puppet: Puppet) -> None:
    standing = someone(1)
    atlas = torch.rand(1, 14, 4, 6, 4, generator=torch.Generator().manual_seed(0))
    atlas = torch.nn.functional.interpolate(atlas.flatten(0, 1), ATLAS_PX, mode="bilinear").unflatten(0, (1, 14))
    soft = decoder_planes(atlas, figure_of(standing, puppet, CROP_PX))[0].numpy()
    parts = place_parts(puppet.placer, standing.points_px[0].numpy(), standing.depth_m[0].numpy())
    drawing = draw(puppet.template, parts)
    hard = decoder_input(drawing, *paint(parts, drawing.owner, [atlas[0].numpy()] * 2))
    person = hard[8] > 0.5
    assert (np.round(soft[10]) == hard[10])[person].mean() > 0.95
    assert np.median(np.abs(soft[:8] - hard[:8])[:, person]) < 0.02
    assert np.abs(soft[:8] - hard[:8])[:, person].mean() < 0.05
    assert np.abs(soft[8] - hard[8]).mean() < 0.02


def test_an_atlas_comes_back_from_its_own_picture(puppet: Puppet) -> None:
    figure = figure_of(someone(), puppet, CROP_PX)
    atlas = torch.rand(2, 14, 1, 1, 1).expand(2, 14, 4, *ATLAS_PX).clone()
    atlas[:, :, 3] = 1
    picture = make_picture(atlas, figure, Decoder().eval())
    back = appearance(picture.over(torch.zeros(2, 3, CROP_PX, CROP_PX)), figure)
    seen = (back[:, :, 3:] > 0.99).expand(-1, -1, 3, -1, -1)
    assert seen.float().mean() > 0.1
    # an untrained decoder trusts the painting by 95 %
    assert (back[:, :, :3] - atlas[:, :, :3])[seen].abs().median() < 0.05


def test_gradients_reach_appearance_place_and_depth(puppet: Puppet) -> None:
    standing = someone()
    joints, points = (x.detach().requires_grad_() for x in (standing.joints_m, standing.points_px))
    atlas = torch.rand(2, 14, 4, *ATLAS_PX, requires_grad=True)
    figure = figure_of(standing._replace(joints_m=joints, points_px=points), puppet, CROP_PX)
    make_picture(atlas, figure, Decoder().eval()).over(torch.zeros(2, 3, CROP_PX, CROP_PX)).mean().backward()
    for leaf in (joints, points, atlas):
        assert leaf.grad is not None
        assert torch.isfinite(leaf.grad).all()
        assert leaf.grad.abs().max() > 0


def test_novel_bodies_stand_as_asked_in_the_middle_of_the_crop() -> None:
    rng = np.random.default_rng(1)
    angles = torch.from_numpy(rng.normal(0, 0.1, (8, 20, 2)))
    angles[:, [0, 3]] = 0  # the hips, and of the lower back the way forward, define the body frame
    angles[:, 6, 0] = 0
    views, fill = random_views(8, rng).double(), torch.full((8,), 0.7, dtype=torch.float64)
    standing = stand_before(angles, torch.zeros(8, 12).double(), views, fill)
    low, high = standing.points_px.amin(1), standing.points_px.amax(1)
    torch.testing.assert_close((high - low).amax(-1), 0.7 * CROP_PX * torch.ones(8).double(), atol=25, rtol=0)
    assert ((low + high) / 2 - CROP_PX / 2).abs().max() < 25
    torch.testing.assert_close(inverse_kinematics(standing.joints_m).angles_rad, angles, atol=1e-5, rtol=0)
