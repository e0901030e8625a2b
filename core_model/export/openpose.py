"""OpenPose JSON: a folder with one file a frame, 25 points in BODY_25 order, pixels of the full frame.

Points that our skeleton has not (face, small toes, heels) are zeros with a confidence of zero, as OpenPose has them.
"""

import json
from pathlib import Path

import numpy as np

from core_model.export.folder import folder_aside
from core_model.export.recording import Recording
from core_model.skeleton import JOINT

BODY_25 = (
    None, "thorax", "r_shoulder", "r_elbow", "r_wrist", "l_shoulder", "l_elbow", "l_wrist", "pelvis",
    "r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle", None, None, None, None,
    "l_toe", None, None, "r_toe", None, None,
)  # fmt: skip
"""Our joint at each place of OpenPose's order."""


def write_openpose(path: Path, recording: Recording) -> None:
    """Write the folder, whole or not at all. Raises OutputError, also where there is something at `path` already."""
    with folder_aside(path) as aside:
        for i in range(len(recording.motion.pts_s)):
            name = f"{recording.name}_{i:012d}_keypoints.json"
            (aside / name).write_text(json.dumps(_frame(recording, i)), encoding="utf-8")


def _frame(recording: Recording, i: int) -> dict[str, object]:
    points_px, confidence = recording.motion.joints2d_px[i], recording.motion.confidence[i]
    if not np.isfinite(points_px).all():
        return {"version": 1.3, "people": []}
    rows = [[0.0, 0.0, 0.0] if name is None else [*points_px[JOINT[name]], confidence[JOINT[name]]] for name in BODY_25]
    empty: dict[str, list[float]] = {
        key: []
        for key in (
            "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d", "pose_keypoints_3d",
            "face_keypoints_3d", "hand_left_keypoints_3d", "hand_right_keypoints_3d",
        )
    }  # fmt: skip
    person = {"person_id": [-1], "pose_keypoints_2d": np.round(rows, 4).reshape(-1).tolist(), **empty}
    return {"version": 1.3, "people": [person]}
