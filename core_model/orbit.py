"""A camera as a person handles it: azimuth, elevation, roll and distance about the pelvis (numpy only).

With all three angles at zero the camera stands level in front of the person. Azimuth goes round to the person's
left, elevation goes up, roll turns the image clockwise. Frames: `core_model.geometry`.
"""

from dataclasses import dataclass, replace
from math import asin, atan2, cos, hypot, sin

import numpy as np

from core_model.prediction import Camera


@dataclass(frozen=True, slots=True)
class Orbit:
    """Where the camera stands, seen from the person."""

    azimuth_rad: float
    elevation_rad: float
    roll_rad: float
    distance_m: float

    def rotation(self) -> np.ndarray:
        """(3, 3) body frame -> camera frame: `Rz(roll) @ Rx(elevation) @ diag(1, -1, -1) @ Ry(-azimuth)`.

        >>> Orbit(0.0, 0.0, 0.0, 3.0).rotation().diagonal().tolist()
        [1.0, -1.0, -1.0]
        """
        ca, sa = cos(self.azimuth_rad), sin(self.azimuth_rad)
        ce, se = cos(self.elevation_rad), sin(self.elevation_rad)
        cr, sr = cos(self.roll_rad), sin(self.roll_rad)
        azimuth = np.array([[ca, 0, -sa], [0, 1, 0], [sa, 0, ca]])
        elevation = np.array([[1, 0, 0], [0, ce, -se], [0, se, ce]])
        roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        return roll @ elevation @ np.diag([1.0, -1.0, -1.0]) @ azimuth


def orbit_of(camera: Camera) -> Orbit:
    """The inverse of `moved`; straight above or below the person azimuth and roll are one, and azimuth is 0."""
    rotation = np.asarray(camera.rotation, dtype=np.float64)
    towards = -rotation[2]  # from the pelvis to the camera, in the body frame
    elevation = asin(float(np.clip(towards[1], -1, 1)))
    if hypot(towards[0], towards[2]) < 1e-6:
        azimuth, roll = 0.0, atan2(rotation[1, 0], rotation[0, 0])
    else:
        azimuth, roll = atan2(towards[0], towards[2]), atan2(rotation[0, 1], -rotation[1, 1])
    return Orbit(azimuth, elevation, roll, float(np.linalg.norm(camera.translation_m)))


def moved(camera: Camera, orbit: Orbit) -> Camera:
    """The camera carried to `orbit`; the pelvis stays on its pixel."""
    dtype = np.asarray(camera.translation_m).dtype
    translation = camera.translation_m * (orbit.distance_m / max(float(np.linalg.norm(camera.translation_m)), 1e-6))
    return replace(camera, rotation=orbit.rotation().astype(dtype), translation_m=translation.astype(dtype))
