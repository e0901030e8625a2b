"""DeepMimic clips: JSON, a line of 44 numbers a frame, on one humanoid that faces +x with its right side at +z.

A line is the frame's duration (s), the root's position (m), then turns: a quaternion (w x y z) for ball joints, an
angle about z for knees and elbows. The body below is that humanoid's, in metres, turned to face +z.
"""

import json

import numpy as np

from core_model.data.mocap.motion import Motion, euler_rotation, rotation_from_quaternion
from core_model.errors import MediaError

_WIDTH = 44
_TO_OURS = np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]])
# name, parent, offset in the humanoid's own axes, numbers of its turn; in the order of the file
_NODES: tuple[tuple[str, str, tuple[float, float, float], int], ...] = (
    ("root", "", (0, 0, 0), 4),
    ("chest", "root", (0, 0.236, 0), 4),
    ("neck", "chest", (0, 0.224, 0), 4),
    ("right_hip", "root", (0, 0, 0.085), 4),
    ("right_knee", "right_hip", (0, -0.422, 0), 1),
    ("right_ankle", "right_knee", (0, -0.410, 0), 4),
    ("right_shoulder", "chest", (-0.024, 0.243, 0.183), 4),
    ("right_elbow", "right_shoulder", (0, -0.275, 0), 1),
    ("left_hip", "root", (0, 0, -0.085), 4),
    ("left_knee", "left_hip", (0, -0.422, 0), 1),
    ("left_ankle", "left_knee", (0, -0.410, 0), 4),
    ("left_shoulder", "chest", (-0.024, 0.243, -0.183), 4),
    ("left_elbow", "left_shoulder", (0, -0.275, 0), 1),
    ("thorax", "chest", (-0.01, 0.26, 0), 0),
    ("skull", "neck", (0.01, 0.11, 0), 0),
    ("neck_end", "neck", (0.02, 0.30, 0), 0),
    ("right_toe", "right_ankle", (0.165, -0.06, 0), 0),
    ("left_toe", "left_ankle", (0.165, -0.06, 0), 0),
    ("right_wrist", "right_elbow", (0, -0.259, 0), 0),
    ("left_wrist", "left_elbow", (0, -0.259, 0), 0),
    ("right_hand", "right_wrist", (0, -0.08, 0), 0),
    ("left_hand", "left_wrist", (0, -0.08, 0), 0),
)


def read_deepmimic(text: str) -> Motion:
    """A clip's text -> its motion, metres, y up, facing +z at zero; MediaError where it is not such a clip."""
    try:
        values = np.array(json.loads(text)["Frames"], dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != _WIDTH:
            raise ValueError(f"a frame has not {_WIDTH} numbers")
    except (ValueError, KeyError, TypeError) as error:
        raise MediaError(f"This is not a DeepMimic clip: {error}.", "Download it again.") from error
    names = tuple(name for name, *_ in _NODES)
    parents = tuple(names.index(parent) if parent else -1 for _, parent, *_ in _NODES)
    offsets = np.array([offset for _, _, offset, _ in _NODES], dtype=np.float64) @ _TO_OURS.T
    rotations = np.empty((len(values), len(names), 3, 3))
    column = 4
    for node, (_, _, _, width) in enumerate(_NODES):
        rotations[:, node] = _turn(values[:, column : column + width])
        column += width
    return Motion(names, parents, offsets, rotations, values[:, 1:4] @ _TO_OURS.T, float(1 / values[0, 0]))


def _turn(numbers: np.ndarray) -> np.ndarray:
    """(T, 4 or 1 or 0) -> (T, 3, 3) in our axes."""
    if numbers.shape[1] == 0:
        return np.broadcast_to(np.eye(3), (len(numbers), 3, 3))
    own = rotation_from_quaternion(numbers) if numbers.shape[1] == 4 else euler_rotation(numbers, "Z")
    return _TO_OURS @ own @ _TO_OURS.T
