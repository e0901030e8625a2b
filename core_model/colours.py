"""The colours of limbs, joints and parts, once for every pane, overlay and export (numpy only).

Left is warm, right is cool, the middle is green and yellow: a swap of sides is seen at a glance.
"""

import numpy as np

from core_model.skeleton import LIMBS, NUM_JOINTS, PARTS

_PART_HEX = {
    "head": "#ffd84d", "torso": "#67c587",
    "l_upper_arm": "#ff8a5c", "l_forearm": "#ff6b6b", "l_hand": "#ff4f8b",
    "r_upper_arm": "#4db8ff", "r_forearm": "#5b8cff", "r_hand": "#8b7bff",
    "l_thigh": "#e8a13a", "l_shin": "#d98324", "l_foot": "#b5651d",
    "r_thigh": "#2fc4c4", "r_shin": "#1fa2b8", "r_foot": "#197f9e",
}  # fmt: skip

_LIMB_PARTS = (
    "r_thigh", "r_thigh", "r_shin", "l_thigh", "l_thigh", "l_shin", "torso", "torso", "head", "head",
    "l_upper_arm", "l_upper_arm", "l_forearm", "r_upper_arm", "r_upper_arm", "r_forearm",
    "l_foot", "r_foot", "l_hand", "r_hand",
)  # fmt: skip


def _rgb(text: str) -> tuple[int, ...]:
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


PART_RGB = np.array([_rgb(_PART_HEX[name]) for name in PARTS], dtype=np.uint8)
"""(14, 3) colour of each part."""
LIMB_PART = np.array([PARTS.index(name) for name in _LIMB_PARTS], dtype=np.int64)
"""(20,) the part in whose colour each limb is drawn."""
LIMB_RGB = np.array([_rgb(_PART_HEX[name]) for name in _LIMB_PARTS], dtype=np.uint8)
"""(20, 3) colour of each limb."""
JOINT_RGB = np.full((NUM_JOINTS, 3), _rgb(_PART_HEX["torso"]), dtype=np.uint8)
"""(21, 3) colour of each joint: that of the limb which ends in it."""
JOINT_RGB[LIMBS[:, 1]] = LIMB_RGB
OTHER_RGB = np.array([(242, 158, 64), (184, 128, 242)], dtype=np.uint8)
"""(2, 3) colours of the likeliest other pose, and of the one after it."""
