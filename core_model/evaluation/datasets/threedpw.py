"""The test split of 3DPW as its archives unpack: pickles of Python 2 and images.

    sequenceFiles/test/downtown_walking_00.pkl
    imageFiles/downtown_walking_00/image_00000.jpg

Of a pickle, for each of its one or two people: jointPositions (T, 72) metres in the world, poses2d (T, 3, 18) joints
that a detector found, campose_valid (T,); for all: cam_poses (T, 4, 4) world to camera, cam_intrinsics (3, 3). A frame
of a person counts where the camera is valid and the detector found somebody.

Von Marcard et al., ECCV 2018. Papers regress 14 joints from the mesh of the SMPL body, which has a licence of its own;
here the 14 are those of SMPL's own joints that mean the same as ours, and figures differ by some millimetres.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core_model.evaluation.datasets.numpy_pickle import load_arrays
from core_model.evaluation.datasets.protocol import Protocol
from core_model.evaluation.datasets.sample import Dataset, JointNames, Sample, existing, image_file, tight_box
from core_model.evaluation.metrics import Array

TITLE = "3DPW"
OURS: JointNames = (
    "pelvis", "l_hip", "r_hip", None, "l_knee", "r_knee", None, "l_ankle", "r_ankle", None, None, None,
    "thorax", None, None, "neck", "l_shoulder", "r_shoulder", "l_elbow", "r_elbow", "l_wrist", "r_wrist", None, None,
)  # fmt: skip
"""Our names of the 24 joints of SMPL: its neck is the base of the neck, its head the base of the skull."""
JOINTS_14 = (
    "pelvis", "l_hip", "r_hip", "l_knee", "r_knee", "l_ankle", "r_ankle", "thorax",
    "l_shoulder", "r_shoulder", "l_elbow", "r_elbow", "l_wrist", "r_wrist",
)  # fmt: skip


def read(folder: Path) -> Iterator[Sample]:
    """The frames of all people in the sequences of the test split. MediaError."""
    split = existing(folder / "sequenceFiles" / "test", TITLE)
    for path in sorted(split.glob("*.pkl")):
        sequence = load_arrays(path)
        images = existing(folder / "imageFiles" / path.stem, TITLE)
        for person in range(len(sequence["jointPositions"])):
            yield from _person(sequence, person, images)


def _person(sequence: dict[str, Any], person: int, images: Path) -> Iterator[Sample]:
    intrinsics, cameras = np.asarray(sequence["cam_intrinsics"], np.float64), np.asarray(sequence["cam_poses"])
    joints_m = _in_camera(np.asarray(sequence["jointPositions"][person]).reshape(-1, 24, 3), cameras)
    homogeneous = joints_m @ intrinsics.T
    joints_px = homogeneous[..., :2] / homogeneous[..., 2:]
    boxes_px, visible = tight_box(joints_px), np.ones(len(OURS), bool)
    seen = (np.asarray(sequence["poses2d"][person])[:, 2] > 0).any(-1)
    for frame in np.flatnonzero(np.asarray(sequence["campose_valid"][person]).astype(bool) & seen).tolist():
        yield Sample(
            name=f"{images.name}/{frame}/{person}",
            group=images.name,
            view="",
            frame=frame,
            load_image=image_file(images / f"image_{frame:05}.jpg"),
            ours=OURS,
            joints2d_px=joints_px[frame],
            visible=visible,
            joints3d_m=joints_m[frame],
            box_px=boxes_px[frame],
            focal_px=float(intrinsics[[0, 1], [0, 1]].mean()),
        )


def _in_camera(points_m: Array, cameras: Array) -> Array:
    """World (T, N, 3), world to camera (T, 4, 4) -> camera frame (T, N, 3)."""
    return np.asarray(points_m @ np.swapaxes(cameras[:, :3, :3], 1, 2) + cameras[:, None, :3, 3])


_ALL = "test split, people whose camera is valid"
DATASET = Dataset(
    f"{TITLE}, test split",
    read,
    (
        Protocol("3DPW, MPJPE", _ALL, JOINTS_14, "root"),
        Protocol("3DPW, P-MPJPE", _ALL, JOINTS_14, "procrustes"),
    ),
)
