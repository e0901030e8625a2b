"""Tables of exponential maps: one frame a line, commas between; the root's translation, then three numbers a node.

Three numbers are a rotation's axis times its angle (radians), of rows: a point turns as ``p @ R``. The nodes are those
of the common BVH conversion of the CMU database, end sites among them, in that file's order; its translations are 70
times too large. The tables say nothing of the skeleton: any file of that conversion lends its own.
"""

import numpy as np

from core_model.data.mocap.motion import Motion, rotation_from_expmap
from core_model.errors import MediaError

EXPMAP_FPS = 120.0
_SCALE = 70.0


def read_expmap(text: str, skeleton: Motion) -> Motion:
    """A table's text -> its motion on `skeleton`; MediaError where the numbers do not fit the skeleton."""
    nodes = len(skeleton.names)
    values = np.array(text.replace(",", " ").split(), dtype=np.float64)
    if not len(values) or len(values) % (3 + 3 * nodes):
        raise MediaError(
            f"This is not a table of {3 + 3 * nodes} numbers a frame: it has {len(values)} numbers.",
            "Download it again.",
        )
    values = values.reshape(-1, 3 + 3 * nodes)
    rotations = rotation_from_expmap(values[:, 3:].reshape(len(values), nodes, 3)).swapaxes(-1, -2)
    return Motion(skeleton.names, skeleton.parents, skeleton.offsets, rotations, values[:, :3] / _SCALE, EXPMAP_FPS)
