"""Human3.6M as its archives unpack: subjects 9 and 11, poses as CDF files, images as videos.

    S9/Videos/Directions 1.54138969.mp4
    S9/MyPoseFeatures/D2_Positions/Directions 1.54138969.cdf         Pose (1, T, 64) pixels
    S9/MyPoseFeatures/D3_Positions_mono/Directions 1.54138969.cdf    Pose (1, T, 96) mm, camera frame

Ionescu, Papava, Olaru, Sminchisescu, TPAMI 2014. The papers mean different things by a protocol's number; here 1 is
MPJPE and 2 is P-MPJPE, on every 5th frame (10 in a second) and, as another count that is in use, every 64th.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core_model.evaluation.datasets.protocol import COMMON_14, HUMAN36M_17, Protocol
from core_model.evaluation.datasets.sample import (
    Dataset,
    Sample,
    existing,
    fitted_focal_px,
    library,
    tight_box,
    video_frame,
)
from core_model.evaluation.metrics import Array

TITLE = "Human3.6M"
SUBJECTS = ("S9", "S11")
OF_32 = [0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27]
"""The 17 that everybody uses of the 32 joints in the files; the others are doubles or end points."""
FRONTAL = "60457274"
DAMAGED = "S11/Directions.54138969"
"""A view whose published video cannot be decoded."""


def read(folder: Path) -> Iterator[Sample]:
    """Every frame of every view. MediaError, PuppetPoseError."""
    for subject in SUBJECTS:
        root = folder / subject
        poses = existing(root / "MyPoseFeatures" / "D3_Positions_mono", TITLE)
        for path in sorted(poses.glob("*.cdf")):
            if not path.name.startswith("_ALL") and f"{subject}/{path.stem}" != DAMAGED:
                yield from _view(root, path)


def _view(root: Path, path_3d: Path) -> Iterator[Sample]:
    """The frames of one action seen by one camera."""
    stem = path_3d.stem
    video = existing(root / "Videos" / f"{stem}.mp4", TITLE)
    joints_m = _poses(path_3d, 3) / 1000
    joints_px = _poses(existing(root / "MyPoseFeatures" / "D2_Positions" / path_3d.name, TITLE), 2)
    action, view = stem.split(".")
    focal_px, boxes_px, visible = fitted_focal_px(joints_m, joints_px), tight_box(joints_px), np.ones(17, bool)
    for frame, (points_m, points_px) in enumerate(zip(joints_m, joints_px, strict=True)):
        yield Sample(
            name=f"{root.name}/{stem}/{frame}",
            group=action.split(" ")[0],  # "Directions 1" is its second trial
            view=view,
            frame=frame,
            load_image=video_frame(video, frame),
            ours=HUMAN36M_17,
            joints2d_px=points_px,
            visible=visible,
            joints3d_m=points_m,
            box_px=boxes_px[frame],
            focal_px=focal_px,
        )


def _poses(path: Path, dimensions: int) -> Array:
    """(T, 17, dimensions) float32 in the unit of the file."""
    cdflib = library("cdflib", TITLE)
    pose = np.asarray(cdflib.CDF(str(path))["Pose"], np.float32)
    return pose.reshape(-1, 32, dimensions)[:, OF_32]


_ALL = "S9 and S11, 15 actions, 4 cameras"
DATASET = Dataset(
    TITLE,
    read,
    (
        Protocol("Human3.6M protocol 1", _ALL, HUMAN36M_17, "root", stride=5),
        Protocol("Human3.6M protocol 1 normalised", _ALL, HUMAN36M_17, "scale", stride=5),
        Protocol("Human3.6M protocol 2", _ALL, HUMAN36M_17, "procrustes", stride=5),
        Protocol(
            "Human3.6M protocol 2, frontal camera",
            f"S9 and S11, 15 actions, camera {FRONTAL}",
            COMMON_14,
            "procrustes",
            stride=5,
            views=(FRONTAL,),
        ),
        Protocol("Human3.6M protocol 1, sparse", _ALL, HUMAN36M_17, "root", stride=64),
        Protocol("Human3.6M protocol 2, sparse", _ALL, HUMAN36M_17, "procrustes", stride=64),
    ),
)
