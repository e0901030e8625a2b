"""What a person changed in one frame, kept apart from what the network said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.orbit import Orbit, moved, orbit_of
from core_model.prediction import Factors

Angle = tuple[int, int]
"""Limb and axis: an index into `Factors.angles_rad`."""
ORBIT_LABELS = {
    "azimuth_rad": "azimuth", "elevation_rad": "elevation", "roll_rad": "roll", "distance_m": "distance",
}  # fmt: skip
ORBIT_FIELDS = tuple(item.name for item in fields(Orbit))
MIN_DISTANCE_M, MAX_DISTANCE_M = 0.6, 20.0


@dataclass(frozen=True, slots=True)
class Edit:
    """The changed values only; everything else follows the prediction."""

    angles_rad: Mapping[Angle, float] = field(default_factory=dict)
    orbit: Mapping[str, float] = field(default_factory=dict)  # fields of Orbit

    def __bool__(self) -> bool:
        return bool(self.angles_rad or self.orbit)

    def with_angle(self, angle: Angle, value_rad: float) -> "Edit":
        """One angle changed, held within its hard limits."""
        low, high = LIMITS_RAD[angle]
        return replace(self, angles_rad={**self.angles_rad, angle: float(min(max(value_rad, low), high))})

    def with_pose(self, angles_rad: np.ndarray) -> "Edit":
        """All free angles changed at once, to those of a pose (20, 2)."""
        held = np.clip(angles_rad, LIMITS_RAD[..., 0], LIMITS_RAD[..., 1])
        return replace(self, angles_rad={(int(i), int(j)): float(held[i, j]) for i, j in np.argwhere(FREE_ANGLES)})

    def without_angles(self, limbs: set[int]) -> "Edit":
        """The angles of these limbs as predicted."""
        return replace(self, angles_rad={a: v for a, v in self.angles_rad.items() if a[0] not in limbs})

    def with_orbit(self, name: str, value: float) -> "Edit":
        """One of the camera's numbers changed."""
        if name == "distance_m":
            value = min(max(value, MIN_DISTANCE_M), MAX_DISTANCE_M)
        return replace(self, orbit={**self.orbit, name: float(value)})

    def without_orbit(self, name: str | None = None) -> "Edit":
        """The camera, or one of its numbers, as predicted."""
        return replace(self, orbit={k: v for k, v in self.orbit.items() if name is not None and k != name})

    def apply(self, factors: Factors) -> Factors:
        """The factors with the changes made; the very same object where there are none."""
        if not self:
            return factors
        angles_rad = factors.angles_rad.copy()
        for angle, value in self.angles_rad.items():
            angles_rad[angle] = value
        camera = factors.camera
        if self.orbit:
            camera = moved(camera, replace(orbit_of(camera), **self.orbit))
        return factors.edited(angles_rad=angles_rad, camera=camera)
