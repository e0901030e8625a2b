"""Training of the pose prior on unpaired motion capture.

    python -m core_model.training.prior --out runs/prior/prior.safetensors

The critic of poses learns from three kinds of made-up ones: what random codes give, limbs of different people put
together, and limbs turned a little too far. The last two it can always tell; the first keeps the decoder honest.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from core_model.data.mocap.poses import Poses, load_poses
from core_model.geometry.kinematics import clamp_angles, limb_directions
from core_model.limits import mirror_angles
from core_model.networks.prior import NUM_LATENT, LatentCritic, PoseCritic, PosePrior
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.losses.prior import blurred_limbs, critic_loss, prior_loss

BATCH = 128
RATE = 1e-3
JITTER_RAD = 0.03
"""Recorded poses are turned by this much at random: the prior should not know recordings by heart."""
SPOILT_RAD = 0.35
ADVERSARIAL = 0.05
"""Weight of both critics against the angle (radians, about) between a limb and its reconstruction."""
CODE_NOISE = 0.3
"""By how much codes are blurred before their critic learns from them, which else always wins. See `LIMB_NOISE`, too."""
CRITIC_RATE = 2e-4


@dataclass(frozen=True)
class Prior:
    """The auto-encoder and its critics."""

    auto: PosePrior
    critic: PoseCritic
    latent_critic: LatentCritic

    def networks(self) -> dict[str, nn.Module]:
        """By the names they have in a checkpoint."""
        return {"prior": self.auto, "pose_critic": self.critic, "latent_critic": self.latent_critic}


def train_prior(poses: Poses, steps: int, seed: int) -> Iterator[tuple[int, dict[str, float], Prior]]:
    """Yields step, loss terms, and the networks in training."""
    torch.manual_seed(seed)
    prior = Prior(PosePrior(), PoseCritic(), LatentCritic())
    both_ways = np.concatenate([poses.angles_rad, mirror_angles(poses.angles_rad)])
    recorded = torch.from_numpy(both_ways.astype(np.float32))
    critics = [*prior.critic.parameters(), *prior.latent_critic.parameters()]
    maker = torch.optim.Adam(prior.auto.parameters(), RATE, betas=(0.5, 0.99))
    judge = torch.optim.AdamW(critics, CRITIC_RATE, betas=(0.5, 0.99), weight_decay=0.05)
    for step in range(1, steps + 1):
        maker.param_groups[0]["lr"] = RATE * max(0.02, min(1.0, 2 * (1 - step / steps)))
        chosen = recorded[torch.randint(len(recorded), (BATCH,))]
        real = limb_directions(clamp_angles(chosen + JITTER_RAD * torch.randn_like(chosen)))
        terms = _auto_terms(prior, real)
        _descend(maker, terms)
        critical = _critic_terms(prior, real, recorded)
        _descend(judge, critical)
        yield step, {name: float(value.detach()) for name, value in (terms | critical).items()}, prior


def _auto_terms(prior: Prior, real: Tensor) -> dict[str, Tensor]:
    """Reconstruct; give codes that look uniform; make plausible poses of random codes."""
    latent = prior.auto.encode(real)
    again = limb_directions(prior.auto.decode(latent))
    imagined = limb_directions(prior.auto.decode(random_latent(len(real))))
    return {
        "reconstruction": (again - real).norm(dim=-1).mean(),
        "code": ADVERSARIAL * prior_loss(_blurred(latent, CODE_NOISE), prior.latent_critic),
        "imagined": ADVERSARIAL * prior_loss(imagined, prior.critic),
    }


def _critic_terms(prior: Prior, real: Tensor, recorded: Tensor) -> dict[str, Tensor]:
    count = len(real)
    with torch.no_grad():
        latent = prior.auto.encode(real)
        imagined = prior.auto.decode(random_latent(count // 2))
        made_up = torch.cat([imagined, shuffled(recorded, count // 4), spoilt(recorded, count // 4)])
        held, not_held = (blurred_limbs(x, torch.randn_like(x)) for x in (real, limb_directions(made_up)))
        uniform, code = (_blurred(x, CODE_NOISE) for x in (random_latent(count), latent))
    return {
        "pose_critic": critic_loss(held, not_held, prior.critic),
        "latent_critic": critic_loss(uniform, code, prior.latent_critic),
    }


def random_latent(count: int) -> Tensor:
    """Codes (count, 32) of random poses."""
    return torch.rand(count, NUM_LATENT) * 2 - 1


def _blurred(values: Tensor, noise: float) -> Tensor:
    return values + noise * torch.randn_like(values)


def shuffled(angles_rad: Tensor, count: int) -> Tensor:
    """Poses (count, 20, 2) that nobody held: every limb from another one of (N, 20, 2), all within the limits."""
    limbs = torch.arange(angles_rad.shape[1])
    return angles_rad[torch.randint(len(angles_rad), (count, len(limbs))), limbs]


def spoilt(angles_rad: Tensor, count: int) -> Tensor:
    """Poses (count, 20, 2) of (N, 20, 2) with every third limb or so turned, within the limits."""
    chosen = angles_rad[torch.randint(len(angles_rad), (count,))]
    turned = torch.rand(count, chosen.shape[1], 1) < 0.3
    return clamp_angles(chosen + SPOILT_RAD * turned * torch.randn_like(chosen))


def _descend(optimiser: torch.optim.Optimizer, terms: dict[str, Tensor]) -> None:
    optimiser.zero_grad(set_to_none=True)
    torch.stack(list(terms.values())).sum().backward()
    optimiser.step()


def save_prior(path: Path, prior: Prior, about: dict[str, object]) -> None:
    """Write the networks as a checkpoint."""
    save_checkpoint(path, Checkpoint({name: net.state_dict() for name, net in prior.networks().items()}, about))


def load_prior(path: Path) -> Prior:
    """What `save_prior` wrote, ready for use. Raises CheckpointError."""
    checkpoint, prior = load_checkpoint(path), Prior(PosePrior(), PoseCritic(), LatentCritic())
    for name, network in prior.networks().items():
        checkpoint.restore(name, network)
        network.eval().requires_grad_(False)
    return prior


@torch.no_grad()
def measure_prior(prior: Prior, held_out: Poses, seed: int = 0) -> dict[str, float]:
    """On people that it was not trained on: mean error of reconstructed limbs (degrees), how often the critic puts a
    recorded pose above one with shuffled limbs, and above one from a random code (areas under the ROC curve)."""
    torch.manual_seed(seed)
    angles = torch.from_numpy(held_out.angles_rad)
    real = limb_directions(angles)
    error = torch.rad2deg((prior.auto(real) * real).sum(-1).clamp(-1, 1).acos()).mean()
    mixed = limb_directions(shuffled(angles, len(angles)))
    imagined = limb_directions(prior.auto.decode(random_latent(len(angles))))
    said = [prior.critic(limbs) for limbs in (real, mixed, imagined)]
    return {
        "reconstruction_deg": float(error),
        "auc_shuffled": area_under_curve(said[0], said[1]),
        "auc_imagined": area_under_curve(said[0], said[2]),
    }


def area_under_curve(higher: Tensor, lower: Tensor) -> float:
    """How often a number of `higher` (N,) is above one of `lower` (M,).

    >>> area_under_curve(torch.tensor([2.0, 3.0]), torch.tensor([1.0, 2.5]))
    0.75
    """
    above, level = higher[:, None] > lower, higher[:, None] == lower
    return float((above.float() + 0.5 * level.float()).mean())


def main() -> None:
    """Train, measure on held-out people, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/prior/prior.safetensors"))
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--alone", type=Path, help="also write the auto-encoder alone: assets/pose_prior.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    for step, terms, prior in train_prior(load_poses("train"), args.steps, args.seed):
        if step % 500 == 0:
            print(step, " ".join(f"{name} {value:.4f}" for name, value in terms.items()), flush=True)
        if step == args.steps:
            figures = measure_prior(prior, load_poses("held_out"))
            about = {"steps": args.steps, "seed": args.seed, "data": "poses.npz", "measured": figures}
            save_prior(args.out, prior, about)
            if args.alone:
                save_checkpoint(args.alone, Checkpoint({"prior": prior.auto.state_dict()}, about))
            print(figures)


if __name__ == "__main__":
    main()
