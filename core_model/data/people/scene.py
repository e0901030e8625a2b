"""Where the camera stands and how the light falls."""

import math
from dataclasses import dataclass

import numpy as np

from core_model.data.people.assets import Array
from core_model.data.people.rotations import random_rotation, turn, unit

_X, _Y, _Z = np.eye(3)


@dataclass(frozen=True)
class View:
    """p_cam = rotation @ p + translation; the crop sees it with `focal_px` and `principal_px` (2,);
    `up` (3,) in the camera.
    """

    rotation: Array
    translation: Array
    focal_px: float
    principal_px: Array
    up: Array

    def project(self, points_m: Array) -> Array:
        """Camera-frame points (N,3) m -> crop pixels (N,2)."""
        return self.focal_px * points_m[:, :2] / points_m[:, 2:] + self.principal_px


def sample_rotation(rng: np.random.Generator) -> tuple[Array, Array]:
    """Rotation (3,3) from a y-up frame into the camera, and the up direction (3,) seen by the camera."""
    elevation = rng.normal(0.1, 0.2) if rng.random() < 0.85 else rng.uniform(-0.5, 1.2)
    camera = turn(_Z, rng.normal(0, 0.1)) @ turn(_X, elevation) @ np.diag((1.0, -1.0, -1.0))
    person = random_rotation(rng) if rng.random() < 0.2 else turn(_Y, rng.uniform(-math.pi, math.pi))
    return camera @ person, camera @ _Y


def sample_view(rng: np.random.Generator, joints_m: Array, size_px: int) -> View:
    """A camera 2.2-12 m away and a square crop about the joints (21,3), 1.25 times their box, sometimes cut."""
    rotation, up = sample_rotation(rng)
    distance = math.exp(rng.uniform(math.log(2.2), math.log(12)))
    translation = distance * np.array((rng.normal(0, 0.12), rng.normal(0, 0.1), 1.0))
    seen = joints_m @ rotation.T + translation
    seen[:, 2] = np.maximum(seen[:, 2], 0.5)
    points = seen[:, :2] / seen[:, 2:]
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) * 1.25 * math.exp(rng.normal(0, 0.1))
    centre = (low + high) / 2 + side * rng.normal(0, 0.03, 2)
    if rng.random() < 0.12:
        side *= rng.uniform(0.5, 0.85)
        centre = centre + side * rng.uniform(-0.3, 0.3, 2)
    focal = size_px / side
    return View(rotation, translation, focal, size_px / 2 - focal * centre, up)


def sample_light(rng: np.random.Generator, up: Array) -> dict[str, object]:
    """Ambient, sky and one lamp: the shader's light settings."""
    warm = 1 + rng.normal(0, 0.07, 3)
    power = math.exp(rng.normal(0.35, 0.3))
    direct = rng.beta(1.2, 1.5)
    aim = unit(up * rng.uniform(-0.1, 1.2) + rng.normal(size=3) * 0.7 - np.array((0, 0, rng.uniform(0, 0.8))))
    return {
        "ambient": tuple(power * 0.25 * (1 - 0.5 * direct) * warm),
        "sky": tuple(power * 0.55 * (1 - 0.6 * direct) * (1 + rng.normal(0, 0.07, 3))),
        "up": tuple(up),
        "sun": tuple(power * (0.2 + 0.9 * direct) * warm),
        "sun_direction": tuple(aim),
    }
