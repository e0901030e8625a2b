"""The maps of a batch are read as numpy reads those of one, and hand gradients to all that is made of them."""

import numpy as np
import pytest
import torch

from core_model.lifting import Observation, lift
from core_model.limits import LIMITS_RAD
from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.networks.readout import decode_mode, pool_limbs, soft_max
from core_model.prediction import CROP_PX
from core_model.training.differentiable import FOCAL_PER_CROP, Reading, read, stand

COUNT = 3


@pytest.fixture
def maps() -> EncoderMaps:
    torch.manual_seed(0)
    heat = 2 * torch.randn(COUNT, 21, MAP_PX, MAP_PX)
    limbs = torch.randn(COUNT, 60, MAP_PX, MAP_PX) + torch.randn(COUNT, 60, 1, 1)
    return EncoderMaps(heat, limbs, torch.randn(COUNT, 15, 48, 48), torch.randn(COUNT, 12))


def test_reading_is_that_of_numpy(maps: EncoderMaps) -> None:
    found = read(maps)
    for i in range(COUNT):
        p = soft_max(maps.heat[i].numpy())
        points, mass = decode_mode(p)
        np.testing.assert_allclose(found.points_px[i].numpy() * MAP_PX / CROP_PX, points, atol=1e-4)
        np.testing.assert_allclose(found.confidence[i].numpy(), mass, atol=1e-5)
        np.testing.assert_allclose(found.limbs[i].numpy(), pool_limbs(maps.limbs[i].numpy(), p), atol=1e-4)


def test_a_maximum_on_the_rim_is_read_as_numpy_does() -> None:
    heat = torch.zeros(1, 21, MAP_PX, MAP_PX)
    heat[:, :, 0, -1] = 3
    maps = EncoderMaps(heat, torch.ones(1, 60, MAP_PX, MAP_PX), torch.zeros(1, 15, 48, 48), torch.zeros(1, 12))
    points, _ = decode_mode(soft_max(heat[0].numpy()))
    np.testing.assert_allclose(read(maps).points_px[0].numpy() * MAP_PX / CROP_PX, points, atol=1e-4)


@pytest.mark.parametrize("sure", [0.2, 0.9])
def test_standing_before_a_crop_is_being_lifted_in_a_frame(maps: EncoderMaps, sure: float) -> None:
    """Of a crop that is the whole frame, so that its camera is the frame's."""
    reading = read(EncoderMaps(*(m.double() for m in maps)))
    reading = reading._replace(confidence=reading.confidence * 0.01 + sure)
    standing = stand(reading)
    frame, box = (CROP_PX, CROP_PX), np.array([0.0, 0, CROP_PX, CROP_PX])
    for i in range(COUNT):
        points, confidence, limbs, shape = (x[i].numpy() for x in reading)
        body = lift(Observation(points, confidence, limbs, shape, box), frame, FOCAL_PER_CROP * CROP_PX)
        np.testing.assert_allclose(standing.angles_rad[i].numpy(), body.angles_rad, atol=1e-6)
        np.testing.assert_allclose(standing.joints_m[i].numpy(), body.joints3d_m, atol=1e-5)
        np.testing.assert_allclose(standing.points_px[i].numpy(), body.camera.project(body.joints3d_m), atol=1e-3)


def test_whatever_is_read_stays_within_the_limits_in_front_of_the_camera(maps: EncoderMaps) -> None:
    standing = stand(read(maps))
    limits = torch.from_numpy(LIMITS_RAD).float()
    assert (standing.angles_rad >= limits[..., 0] - 1e-6).all()
    assert (standing.angles_rad <= limits[..., 1] + 1e-6).all()
    assert (standing.depth_m > 0.1).all()
    torch.testing.assert_close(standing.directions.norm(dim=-1), torch.ones(COUNT, 20))


def test_gradients_reach_heat_limbs_and_shape(maps: EncoderMaps) -> None:
    leaves = EncoderMaps(*(m.clone().requires_grad_() for m in maps))
    standing = stand(read(leaves))
    (standing.points_px.square().mean() + standing.joints_m.square().mean()).backward()
    for leaf in (leaves.heat, leaves.limbs, leaves.shape):
        assert leaf.grad is not None
        assert torch.isfinite(leaf.grad).all()
        assert (leaf.grad.flatten(1).abs().amax(1) > 0).all()


def test_joints_on_top_of_each_other_give_no_nonsense() -> None:
    points = torch.full((1, 21, 2), 128.0, requires_grad=True)
    limbs = torch.nn.functional.normalize(torch.ones(1, 20, 3), dim=-1)
    standing = stand(Reading(points, torch.ones(1, 21), limbs, torch.zeros(1, 12)))
    standing.joints_m.sum().backward()
    assert torch.isfinite(standing.joints_m).all()
    assert points.grad is not None
    assert torch.isfinite(points.grad).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_cuda_says_what_the_cpu_says(maps: EncoderMaps) -> None:
    on_cuda = stand(read(EncoderMaps(*(m.cuda() for m in maps))))
    torch.testing.assert_close(on_cuda.joints_m.cpu(), stand(read(maps)).joints_m, atol=1e-3, rtol=1e-3)
