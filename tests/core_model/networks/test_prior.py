"""Whatever the code, a pose within the limits comes of it."""

import torch

from core_model.limits import LIMITS_RAD
from core_model.networks.prior import NUM_LATENT, LatentCritic, PoseCritic, PosePrior


def test_no_code_breaks_a_limit() -> None:
    torch.manual_seed(0)
    prior, limits = PosePrior(), torch.from_numpy(LIMITS_RAD).float()
    angles = prior.decode(100 * torch.randn(64, NUM_LATENT))
    assert (angles >= limits[..., 0] - 1e-6).all()
    assert (angles <= limits[..., 1] + 1e-6).all()
    assert angles.std() > 0.1


def test_codes_are_bounded_and_everything_has_a_gradient() -> None:
    torch.manual_seed(0)
    prior = PosePrior()
    limbs = torch.nn.functional.normalize(torch.randn(4, 20, 3), dim=-1).requires_grad_()
    assert prior.encode(1e3 * limbs).abs().max() <= 1
    again = prior(limbs)
    torch.testing.assert_close(again.norm(dim=-1), torch.ones(4, 20))
    (again.sum() + PoseCritic()(limbs).sum() + LatentCritic()(prior.encode(limbs)).sum()).backward()
    assert limbs.grad is not None
    assert (limbs.grad.flatten(1).abs().amax(1) > 0).all()
