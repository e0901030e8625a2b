"""The poses that people hold, as a space to move in: the prior's auto-encoder with a few axes through its codes.

A pose is encoded, moved along an axis, decoded; what the code cannot say of the pose is kept, so that moving nowhere
changes nothing. The axes are the principal ones of the codes of recorded poses, in units of their standard deviation.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core_model.assets import asset
from core_model.data.mocap.poses import load_poses
from core_model.geometry.kinematics import clamp_angles, limb_directions
from core_model.networks.prior import NUM_LATENT, PosePrior
from core_model.training.checkpoint import load_checkpoint

BUNDLED_PRIOR = "pose_prior.safetensors"
NUM_AXES = 8
REACH = 3.0
"""Standard deviations that sliders along the axes go either way."""
_EVERY = 8
"""Of the recorded poses, so many are enough to find the axes."""


class PoseSpace:
    """A trained prior and its axes."""

    def __init__(self, prior: PosePrior) -> None:
        self._prior = prior.eval().requires_grad_(False)
        codes = self._codes(load_poses().angles_rad[::_EVERY])
        self._mean = codes.mean(0)
        _, spread, axes = torch.linalg.svd(codes - self._mean, full_matrices=False)
        self._axes = axes[:NUM_AXES] * (
            spread[:NUM_AXES, None] / len(codes) ** 0.5
        )  # (NUM_AXES, 32), one deviation long

    @classmethod
    def load(cls, path: Path | None = None) -> "PoseSpace":
        """The bundled prior, or another. Raises CheckpointError."""
        prior = PosePrior()
        load_checkpoint(asset(BUNDLED_PRIOR) if path is None else path).restore("prior", prior)
        return cls(prior)

    def _codes(self, angles_rad: np.ndarray) -> Tensor:
        """Poses (N, 20, 2) -> (N, 32)."""
        return self._prior.encode(limb_directions(torch.from_numpy(np.asarray(angles_rad, np.float32))))

    def scores(self, angles_rad: np.ndarray) -> np.ndarray:
        """How far a pose (20, 2) lies along each axis, (NUM_AXES,) standard deviations."""
        away = self._codes(angles_rad[None])[0] - self._mean
        return (self._axes @ away / self._axes.square().sum(1)).double().numpy()  # type: ignore[no-any-return]

    def moved(self, angles_rad: np.ndarray, axis: int, score: float) -> np.ndarray:
        """A pose (20, 2) moved along one axis to a score; the other scores stay about as they are."""
        code = self._codes(angles_rad[None])
        there = code + (score - float(self.scores(angles_rad)[axis])) * self._axes[axis]
        change = self._prior.decode(there) - self._prior.decode(code)
        return _held(torch.from_numpy(angles_rad) + change[0])

    def plausible(self, angles_rad: np.ndarray) -> np.ndarray:
        """The nearest pose (20, 2) to one that the prior can say."""
        return _held(self._prior.decode(self._codes(angles_rad[None]))[0])

    def imagined(self, rng: np.random.Generator) -> np.ndarray:
        """A pose (20, 2) that nobody recorded."""
        return _held(self._prior.decode(torch.from_numpy(rng.uniform(-1, 1, (1, NUM_LATENT)).astype(np.float32)))[0])


def _held(angles: Tensor) -> np.ndarray:
    return clamp_angles(angles.double()).numpy()  # type: ignore[no-any-return]
