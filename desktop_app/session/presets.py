"""Poses to begin with."""

from collections.abc import Mapping
from math import radians

import numpy as np

from core_model.limits import ANGLE_NAMES
from core_model.skeleton import NUM_LIMBS
from desktop_app.session.staging import Pose

_ARMS_ASIDE: dict[str, float] = {"arm: forward": -45}
_TABLE: dict[str, dict[str, float]] = {
    "T-pose": _ARMS_ASIDE,
    "A-pose": {"arm: raise": -45, **_ARMS_ASIDE},
    "Standing": {"arm: raise": -78, "arm: forward": -35, "elbow: bend": 12},
    "Sitting": {
        "arm: raise": -60, "elbow: bend": 60, "elbow: turn up": 30, "thigh: forward": 88, "knee: bend": 88,
    },
    "Arms raised": {"arm: raise": 75, **_ARMS_ASIDE},
}  # fmt: skip
"""Degrees, for both sides; all other angles are 0."""


def _pose(name: str, degrees: Mapping[str, float]) -> Pose:
    angles_rad = np.zeros((NUM_LIMBS, 2))
    for limb, axes in enumerate(ANGLE_NAMES):
        for axis, angle in enumerate(axes):
            _, _, plain = angle.partition(" ")
            angles_rad[limb, axis] = radians(degrees.get(plain, 0.0))
    return Pose(name, angles_rad)


PRESETS = tuple(_pose(name, degrees) for name, degrees in _TABLE.items())
