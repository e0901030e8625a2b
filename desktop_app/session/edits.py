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
    filled: bool = False  # not by hand: it follows the edited frames before and after it

    def __bool__(self) -> bool:
        return bool(self.angles_rad or self.orbit)

    def with_angle(self, angle: Angle, value_rad: float) -> "Edit":
        """One angle changed, held within its hard limits."""
        return self.with_angles({angle: value_rad})

    def with_angles(self, values_rad: Mapping[Angle, float]) -> "Edit":
        """Some angles changed, each held within its hard limits."""
        held = {a: float(min(max(v, LIMITS_RAD[a][0]), LIMITS_RAD[a][1])) for a, v in values_rad.items()}
        return replace(self, angles_rad={**self.angles_rad, **held}, filled=False)

    def with_pose(self, angles_rad: np.ndarray) -> "Edit":
        """All free angles changed at once, to those of a pose (20, 2)."""
        return self.with_angles({(int(i), int(j)): float(angles_rad[i, j]) for i, j in np.argwhere(FREE_ANGLES)})

    def without_angles(self, limbs: set[int]) -> "Edit":
        """The angles of these limbs as predicted."""
        return replace(self, angles_rad={a: v for a, v in self.angles_rad.items() if a[0] not in limbs}, filled=False)

    def with_orbit(self, name: str, value: float) -> "Edit":
        """One of the camera's numbers changed."""
        if name == "distance_m":
            value = min(max(value, MIN_DISTANCE_M), MAX_DISTANCE_M)
        return replace(self, orbit={**self.orbit, name: float(value)}, filled=False)

    def without_orbit(self, name: str | None = None) -> "Edit":
        """The camera, or one of its numbers, as predicted."""
        orbit = {k: v for k, v in self.orbit.items() if name is not None and k != name}
        return replace(self, orbit=orbit, filled=False)

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
