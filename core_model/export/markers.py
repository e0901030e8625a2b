"""Our joints as the markers of movement science: labels, and what may be shown of them (numpy only)."""

import numpy as np

from core_model.retarget.take import Take
from core_model.retarget.timing import LONGEST_FILL_S
from core_model.skeleton import JOINTS

MM = 1000.0
_NAMES = {
    "pelvis": "Hip", "spine": "Spine", "thorax": "Neck", "neck": "UpperNeck", "head": "Head", "toe": "BigToe",
}  # fmt: skip


def _label(joint: str) -> str:
    side, _, name = joint.rpartition("_")
    return side.upper() + _NAMES.get(name, name.capitalize())


LABELS = tuple(_label(joint) for joint in JOINTS)
"""(21,) as in the marker sets that Pose2Sim gives OpenSim: joint centres, `Neck` between the shoulders."""


def markers_mm(take: Take) -> np.ndarray:
    """(T, 21, 3) world, millimetres; NaN in holes longer than `LONGEST_FILL_S`."""
    return np.where(take.gap_s[:, None, None] > LONGEST_FILL_S, np.nan, take.joints_m * MM)
