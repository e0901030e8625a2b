"""The pose prior learns, says how well, and survives being saved."""

from pathlib import Path

import torch

from core_model.data.mocap.poses import load_poses
from core_model.geometry.kinematics import clamp_angles, limb_directions
from core_model.training.prior import (
    area_under_curve,
    load_prior,
    measure_prior,
    random_latent,
    save_prior,
    shuffled,
    spoilt,
    train_prior,
)


def test_a_few_steps_lower_the_reconstruction_and_a_saved_prior_says_the_same(tmp_path: Path) -> None:
    poses = load_poses("held_out")
    steps = list(train_prior(poses, 12, seed=0))
    first, last = steps[0][1], steps[-1][1]
    assert last["reconstruction"] < 0.8 * first["reconstruction"]
    prior = steps[-1][2]
    save_prior(tmp_path / "prior.safetensors", prior, {"steps": 12})
    again = load_prior(tmp_path / "prior.safetensors")
    limbs = limb_directions(torch.from_numpy(poses.angles_rad[:8]))
    torch.testing.assert_close(again.auto(limbs), prior.auto(limbs), atol=2e-2, rtol=0)
    torch.testing.assert_close(again.critic(limbs), prior.critic(limbs), atol=2e-2, rtol=2e-2)
    figures = measure_prior(again, poses)
    assert 0 < figures["reconstruction_deg"] < 60
    assert 0 <= figures["auc_shuffled"] <= 1


def test_made_up_poses_keep_the_limits() -> None:
    angles = torch.from_numpy(load_poses("held_out").angles_rad)
    for made_up in (shuffled(angles, 50), spoilt(angles, 50)):
        assert made_up.shape == (50, 20, 2)
        torch.testing.assert_close(made_up, clamp_angles(made_up))
    assert random_latent(10).abs().max() <= 1


def test_area_under_the_curve() -> None:
    better, worse = torch.tensor([2.0, 3.0]), torch.tensor([0.0, 1.0])
    assert area_under_curve(better, worse) == 1
    assert area_under_curve(worse, better) == 0
    assert area_under_curve(better, better) == 0.5
