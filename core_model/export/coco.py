"""COCO keypoints JSON: one file with images, annotations and the category; 17 points, pixels of the full frame.

Nose, eyes and ears are not in our skeleton: they are marked as not labelled (v = 0).
"""

import json
from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside
from core_model.export.recording import Recording
from core_model.skeleton import JOINT

KEYPOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
_OURS = [JOINT.get(name.replace("left_", "l_").replace("right_", "r_"), -1) for name in KEYPOINTS]
_EDGES = [
    (16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9), (8, 10), (9, 11),
]  # fmt: skip
SURE = 0.3
"""A joint as sure as this counts as visible (v = 2), others as hidden (v = 1)."""


def write_coco(path: Path, recording: Recording) -> None:
    """Write the file. Raises OutputError."""
    count = len(recording.motion.pts_s)
    category = {"id": 1, "name": "person", "supercategory": "person", "keypoints": KEYPOINTS, "skeleton": _EDGES}
    found = {
        "info": {"description": f"{recording.name}, written by PuppetPose"},
        "images": [_image(recording, i) for i in range(count)],
        "annotations": [_annotation(recording, i) for i in range(count) if recording.motion.track[i] >= 0],
        "categories": [category],
    }
    with written_aside(path) as aside:
        aside.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def _image(recording: Recording, i: int) -> dict[str, object]:
    width, height = recording.frame_size_px
    names, time_s = recording.image_names, float(recording.motion.pts_s[i])
    image: dict[str, object] = {"id": i + 1, "width": width, "height": height, "frame": i}
    image["file_name"] = names[i] if names else f"{recording.name}_{i:06d}.png"
    return image | ({"time_s": time_s} if np.isfinite(time_s) else {})


def _annotation(recording: Recording, i: int) -> dict[str, object]:
    motion = recording.motion
    low, high = motion.joints2d_px[i].min(axis=0), motion.joints2d_px[i].max(axis=0)
    width, height = (float(v) for v in np.round(high - low, 3))
    rows: list[float] = []
    for joint in _OURS:
        x, y = np.round(motion.joints2d_px[i, joint], 3).tolist() if joint >= 0 else (0, 0)
        rows += [x, y, 0 if joint < 0 else 2 if motion.confidence[i, joint] >= SURE else 1]
    return {
        "id": i + 1, "image_id": i + 1, "category_id": 1, "iscrowd": 0, "track_id": int(motion.track[i]),
        "keypoints": rows, "num_keypoints": sum(joint >= 0 for joint in _OURS),
        "bbox": [*np.round(low, 3).tolist(), width, height], "area": round(width * height, 3),
        "score": round(float(motion.confidence[i].mean()), 4),
    }  # fmt: skip
