"""The pose prior: an adversarial auto-encoder over limb vectors, and critics of poses and of latent codes.

Makhzani et al., "Adversarial Autoencoders" (arXiv 1511.05644). A pose is its 20 unit limb vectors in the body frame; a
code is 32 numbers in [-1, 1]. The decoder gives angles that are squashed into the joint limits and then carried down
the tree, so that whatever the code, no joint bends too far.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from core_model.geometry.kinematics import limb_directions, squash_angles
from core_model.skeleton import NUM_LIMBS

NUM_LATENT = 32
_WIDTH = 256


class PosePrior(nn.Module):
    """Limb vectors -> code -> limb angles."""

    def __init__(self) -> None:
        super().__init__()
        self.to_latent = _layers(3 * NUM_LIMBS, NUM_LATENT)
        self.to_angles = _layers(NUM_LATENT, 2 * NUM_LIMBS)

    def encode(self, limbs: Tensor) -> Tensor:
        """Unit limb vectors (B, 20, 3) in the body frame -> codes (B, 32) in [-1, 1]."""
        return torch.tanh(self.to_latent(limbs.flatten(1)))

    def decode(self, latent: Tensor) -> Tensor:
        """Codes (B, 32), any numbers -> angles (B, 20, 2), radians, within the limits."""
        return squash_angles(self.to_angles(latent).unflatten(1, (NUM_LIMBS, 2)))

    def forward(self, limbs: Tensor) -> Tensor:
        """Limb vectors (B, 20, 3) -> the nearest that a code can say, (B, 20, 3)."""
        return limb_directions(self.decode(self.encode(limbs)))


class PoseCritic(nn.Module):
    """How plausible a pose is: about 1 if somebody may hold it, about 0 if it was made up.

    It sees the limb vectors, and of each two limbs the cosine between them: how far a joint between them is bent.
    """

    pairs: Tensor

    def __init__(self) -> None:
        super().__init__()
        pairs = torch.triu_indices(NUM_LIMBS, NUM_LIMBS, offset=1)
        self.register_buffer("pairs", pairs, persistent=False)
        self.layers = _layers(3 * NUM_LIMBS + pairs.shape[1], 1)

    def forward(self, limbs: Tensor) -> Tensor:
        """Unit limb vectors (B, 20, 3) in the body frame -> (B,)."""
        first, second = limbs[:, self.pairs[0]], limbs[:, self.pairs[1]]
        cosines = (first * second).sum(-1)
        return self.layers(torch.cat([limbs.flatten(1), cosines], dim=1)).squeeze(1)


class LatentCritic(nn.Module):
    """Whether codes (B, 32) look uniform in [-1, 1]^32: (B,), about 1 if so."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = _layers(NUM_LATENT, 1)

    def forward(self, latent: Tensor) -> Tensor:
        return self.layers(latent).squeeze(1)


class _Step(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.leaky_relu(self.first(functional.leaky_relu(x, 0.1)), 0.1))


def _layers(inputs: int, outputs: int) -> nn.Sequential:
    """Two residual steps between linear maps."""
    return nn.Sequential(
        nn.Linear(inputs, _WIDTH), _Step(_WIDTH), _Step(_WIDTH), nn.LeakyReLU(0.1), nn.Linear(_WIDTH, outputs)
    )
