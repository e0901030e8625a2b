"""The test set of MPI-INF-3DHP as its archive unpacks: six sequences, MATLAB 7.3 files (HDF5), images.

    mpi_inf_3dhp_test_set/TS1/annot_data.mat                    as HDF5: annot2 (T, 1, 17, 2) pixels,
                                                                annot3, univ_annot3 (T, 1, 17, 3) mm, valid_frame (T, 1)
    mpi_inf_3dhp_test_set/TS1/imageSequence/img_000001.jpg      frame 0

Mehta et al., 3DV 2017. Its own evaluation compares with `univ_annot3`, the pose in the size of a universal skeleton,
pelvis on pelvis: the mean error over 17 joints, PCK at 150 mm and AUC (0, 5, ... 150 mm) over 14 of them. `annot3` is
the same pose in the person's own size, and lies where the camera sees it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core_model.evaluation.datasets.protocol import COMMON_14, Protocol
from core_model.evaluation.datasets.sample import (
    Dataset,
    Sample,
    existing,
    fitted_focal_px,
    image_file,
    library,
    tight_box,
)
from core_model.evaluation.metrics import Array

TITLE = "MPI-INF-3DHP"
SEQUENCES = ("TS1", "TS2", "TS3", "TS4", "TS5", "TS6")
OURS = (
    "head", "thorax", "r_shoulder", "r_elbow", "r_wrist", "l_shoulder", "l_elbow", "l_wrist",
    "r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle", "pelvis", "spine", "neck",
)  # fmt: skip
"""Our names of: head_top neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist right_hip
right_knee right_ankle left_hip left_knee left_ankle pelvis spine head."""
_ROOT = OURS.index("pelvis")


def read(folder: Path) -> Iterator[Sample]:
    """The valid frames of all sequences; `folder` is the test set or the folder that holds it."""
    inside = folder / "mpi_inf_3dhp_test_set"
    root = inside if inside.exists() else folder
    for sequence in SEQUENCES:
        yield from _sequence(root / sequence)


def _sequence(folder: Path) -> Iterator[Sample]:
    stored = _annotations(existing(folder / "annot_data.mat", TITLE))
    joints_m, joints_px = stored["annot3"][:, 0] / 1000, stored["annot2"][:, 0]
    valid = stored["valid_frame"].reshape(-1).astype(bool)
    focal_px, boxes_px = fitted_focal_px(joints_m[valid], joints_px[valid]), tight_box(joints_px)
    scale = _size(stored["univ_annot3"][valid, 0]) / _size(stored["annot3"][valid, 0])
    visible = np.ones(len(OURS), bool)
    for frame in np.flatnonzero(valid).tolist():
        image = f"img_{frame + 1:06}.jpg"
        yield Sample(
            name=f"{folder.name}/{image}",
            group=folder.name,
            view="",
            frame=frame,
            load_image=image_file(folder / "imageSequence" / image),
            ours=OURS,
            joints2d_px=joints_px[frame],
            visible=visible,
            joints3d_m=joints_m[frame],
            box_px=boxes_px[frame],
            focal_px=focal_px,
            universal_scale=scale,
        )


def _annotations(path: Path) -> dict[str, Array]:
    h5py = library("h5py", TITLE)
    with h5py.File(path, "r") as stored:
        return {name: stored[name][()] for name in ("annot2", "annot3", "univ_annot3", "valid_frame")}


def _size(joints: Array) -> float:
    """(T, 17, 3) -> mean distance from the pelvis, in the unit given: one person keeps one size."""
    return float(np.linalg.norm(joints - joints[:, [_ROOT]], axis=-1).mean())


_ALL = "TS1 to TS6, valid frames"
DATASET = Dataset(
    f"{TITLE}, test set",
    read,
    (
        Protocol("MPI-INF-3DHP, mean error as published", _ALL, OURS, "root", universal=True),
        Protocol("MPI-INF-3DHP, PCK and AUC as published", _ALL, COMMON_14, "root", universal=True),
        Protocol("MPI-INF-3DHP, own size", _ALL, OURS, "root"),
        Protocol("MPI-INF-3DHP, own size normalised", _ALL, OURS, "scale"),
        Protocol("MPI-INF-3DHP, Procrustes", _ALL, OURS, "procrustes", universal=True),
    ),
)
