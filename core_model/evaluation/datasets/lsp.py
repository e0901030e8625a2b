"""Leeds Sports Poses, and its extension, as their archives unpack: marks in a MATLAB file, and images.

    lsp:    joints.mat joints (3, 14, 2000)      images/im0001.jpg     the images from 1001 on are for testing
    lspet:  joints.mat joints (14, 3, 10000)     images/im00001.jpg    third column: 1 where the joint is marked

Johnson, Everingham, BMVC 2010 and CVPR 2011. PCK@0.2: a joint is right when its error is below 0.2 x the torso, which
is the distance from left shoulder to right hip. On `lsp` all 14 marks count, also of hidden joints.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from core_model.errors import MediaError
from core_model.evaluation.datasets.protocol import Protocol
from core_model.evaluation.datasets.sample import Dataset, Sample, existing, image_file, library, tight_box
from core_model.skeleton import LSP_14

TRAINING = 1000
"""Images of `lsp` before the first one for testing."""


def read(folder: Path, *, extended: bool) -> Iterator[Sample]:
    """The images for testing; of the extension, all that have the torso and some other joint marked."""
    title = "Leeds Sports Poses, extended" if extended else "Leeds Sports Poses"
    path = existing(folder / "joints.mat", title)
    joints = np.asarray(library("scipy.io", title).loadmat(path)["joints"], np.float64)
    if joints.shape[:2] != ((14, 3) if extended else (3, 14)):
        raise MediaError(f"{path} holds marks of shape {joints.shape}.", f"Give the folder of {title}.")
    marks = joints.transpose(2, 0, 1) if extended else joints.transpose(2, 1, 0)
    torso = [LSP_14.index(joint) for joint in ("l_shoulder", "r_hip")]
    for index in range(0 if extended else TRAINING, len(marks)):
        points_px, visible = marks[index, :, :2], marks[index, :, 2] > 0 if extended else np.ones(14, bool)
        if not visible[torso].all():
            continue
        image = f"im{index + 1:0{5 if extended else 4}}.jpg"
        yield Sample(
            name=image,
            group="",
            view="",
            frame=index,
            load_image=image_file(folder / "images" / image),
            ours=LSP_14,
            joints2d_px=points_px,
            visible=visible,
            joints3d_m=None,
            box_px=tight_box(points_px[visible]),
            focal_px=None,
        )


DATASET = Dataset(
    "Leeds Sports Poses",
    partial(read, extended=False),
    (Protocol("Leeds Sports Poses, PCK@0.2", "test images 1001 to 2000", LSP_14, "pixels"),),
)
EXTENDED = Dataset(
    "Leeds Sports Poses, extended",
    partial(read, extended=True),
    (Protocol("Leeds Sports Poses extended, PCK@0.2", "images with a marked torso", LSP_14, "pixels"),),
)
