"""The fit leaves alone what agrees, mends what was misread, and does not follow points far astray."""

import itertools
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from core_model import fitting
from core_model.data.mocap.poses import load_poses
from core_model.fitting import Sights, fit_limbs
from core_model.geometry.kinematics import body_rotation, joints_from_directions
from core_model.geometry.rotations import normalise, rotation_from_view
from core_model.skeleton import JOINT, LIMBS


class Seen(NamedTuple):
    """People on whom nothing is tuned, before cameras all round."""

    sights: Sights
    place_m: Tensor  # (B, 3)
    limbs: Tensor  # (B, 20, 3) the truth
    joints_m: Tensor  # (B, 21, 3) camera frame


def _people(misread: float = 0.0) -> Seen:
    torch.manual_seed(0)
    joints = torch.from_numpy(load_poses("held_out").joints_m[::60]).double()
    count = len(joints)
    turn = rotation_from_view(torch.rand(count, 3).double() * torch.tensor([6.0, 0.5, 0.2]))
    place = torch.tensor([0.3, -0.2, 4.0]).double().expand(count, 3)
    joints = joints @ turn.transpose(1, 2) + place[:, None]
    vectors = joints[:, LIMBS[:, 1]] - joints[:, LIMBS[:, 0]]
    limbs = normalise(vectors)
    read = normalise(limbs + misread * torch.randn_like(limbs))
    rays = joints[..., :2] / joints[..., 2:]
    return Seen(Sights(read, vectors.norm(dim=-1), rays, torch.ones(count, 21).double()), place, limbs, joints)


def _error_m(limbs: Tensor, seen: Seen) -> Tensor:
    """(B, 21) distance of joints from the truth, pelvis on pelvis."""
    joints = joints_from_directions(limbs, seen.sights.lengths_m)
    return (joints - (seen.joints_m - seen.joints_m[:, :1])).norm(dim=-1)


def test_where_all_agrees_nothing_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "PRIOR", 0.0)
    seen = _people()
    torch.testing.assert_close(fit_limbs(seen.sights, seen.place_m), seen.limbs, atol=1e-6, rtol=0)


def test_recorded_poses_pull_but_little() -> None:
    seen = _people()
    assert _error_m(fit_limbs(seen.sights, seen.place_m), seen).mean() < 0.02


@pytest.mark.parametrize("misread", [0.2, 0.4])
def test_misread_limbs_come_nearer_to_the_truth(misread: float) -> None:
    seen = _people(misread)
    fitted = fit_limbs(seen.sights, seen.place_m)
    torch.testing.assert_close(fitted.norm(dim=-1), torch.ones_like(fitted[..., 0]))
    assert _error_m(fitted, seen).mean() < 0.75 * _error_m(seen.sights.limbs, seen).mean()


def test_a_point_far_astray_is_not_followed() -> None:
    seen = _people()
    rays = seen.sights.rays.clone()
    rays[:, JOINT["l_wrist"]] += 0.3  # more than a metre
    fitted, spoilt = (fit_limbs(seen.sights._replace(rays=r), seen.place_m) for r in (seen.sights.rays, rays))
    moved = joints_from_directions(spoilt - fitted, seen.sights.lengths_m).norm(dim=-1)
    assert moved.max() < 0.05


def _objective(limbs: Tensor, place_m: Tensor, sights: Sights) -> Tensor:
    """(B,) what the fit lowers: Geman and McClure's robust distances, limbs as read, and recorded poses."""
    recorded = fitting._recorded(limbs.device, limbs.dtype)
    joints = joints_from_directions(limbs, sights.lengths_m)
    unlike = (limbs @ body_rotation(joints)).flatten(1) - recorded.mean
    joints = joints + place_m[:, None]
    off = ((joints[..., :2] - sights.rays * joints[..., 2:]) / fitting.POINT_M).square().sum(-1)
    points = (sights.weight * off / (1 + off / fitting.ASTRAY**2)).sum(-1)
    read = ((limbs - sights.limbs) / fitting.LIMB).square().sum((-1, -2))
    return points + read + fitting.PRIOR * ((unlike @ recorded.precision) * unlike).sum(-1)


@pytest.mark.parametrize("misread", [0.0, 0.2, 0.4])
def test_the_objective_falls(misread: float) -> None:
    """Where nearly all agrees, the last round may raise it by less than a percent: limbs are cut to length after it."""
    seen = _people(misread)
    limbs, place = fitting.one_hip_axis(seen.sights.limbs), seen.place_m
    values = [_objective(limbs, place, seen.sights)]
    for _ in range(fitting.ROUNDS):
        limbs, place = fitting._round(limbs, place, seen.sights)
        values.append(_objective(limbs, place, seen.sights))
    assert (values[-1] < values[0]).all()
    for before, after in itertools.pairwise(values):
        assert (after < 1.01 * before).all()


def test_joints_that_all_lie_on_one_ray_leave_the_numbers_finite() -> None:
    seen = _people()
    nowhere = seen.sights._replace(rays=torch.zeros_like(seen.sights.rays), limbs=torch.ones_like(seen.limbs))
    assert torch.isfinite(fit_limbs(nowhere, torch.zeros_like(seen.place_m))).all()
