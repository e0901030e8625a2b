"""2D PCK on photographs with 14 joints marked by hand: the layout of Leeds Sports Poses, extended.

Protocol: images with at least 12 visible joints; a square crop of 1.25 x the box of the visible joints; a visible joint
is right when its error is below 0.2 x the torso, the longer of right shoulder to left hip and left shoulder to right
hip. Once more with a whole-body left/right flip forgiven (each image takes the assignment that has more right), and
once with the predictor's own locator instead of the given box, where an image in which nobody is found has none right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core_model.errors import NobodyFoundError, PuppetPoseError
from core_model.evaluation.metrics import Array, pck_2d
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.reliability import reliability
from core_model.skeleton import JOINT, JOINTS, LSP_14, MIRROR

ENOUGH_VISIBLE = 12
CROP_SCALE = 1.25
THRESHOLD = 0.2
OURS = np.array([JOINT[name] for name in LSP_14])
_FLIP = np.array([LSP_14.index(JOINTS[MIRROR[joint]]) for joint in OURS])
TORSO = [[LSP_14.index(a), LSP_14.index(b)] for a, b in (("r_shoulder", "l_hip"), ("l_shoulder", "r_hip"))]


@dataclass(frozen=True, slots=True)
class Photographs:
    """N photographs and their joints in the order of `skeleton.LSP_14`."""

    paths: tuple[Path, ...]
    joints_px: Array  # (N, 14, 2)
    visible: Array  # (N, 14) bool

    def __len__(self) -> int:
        return len(self.paths)

    def image(self, index: int) -> Array:
        """(H, W, 3) uint8 RGB."""
        image = cv2.imread(str(self.paths[index]), cv2.IMREAD_COLOR)
        if image is None:
            raise PuppetPoseError(f"{self.paths[index]} is not a readable picture.", "Copy the photographs again.")
        return np.ascontiguousarray(image[..., ::-1])

    @property
    def box_px(self) -> Array:
        """(N, 4) the square crops of the protocol."""
        masked = np.ma.masked_array(self.joints_px, ~np.broadcast_to(self.visible[..., None], self.joints_px.shape))
        low, high = np.asarray(masked.min(1)), np.asarray(masked.max(1))
        half = CROP_SCALE * (high - low).max(1, keepdims=True) / 2
        centre = (low + high) / 2
        return np.concatenate([centre - half, centre + half], axis=1)

    @property
    def torso_px(self) -> Array:
        """(N,) the size of each person. The marks are taken as they are, also where one is not visible."""
        ends = self.joints_px[:, TORSO]
        return np.asarray(np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=-1).max(1))


def load_photographs(folder: Path) -> Photographs:
    """The photographs of `folder` (`joints.npz`, `images/`) with enough visible joints, in the order of the file."""
    path = folder / "joints.npz"
    if not path.exists():
        raise PuppetPoseError(f"There are no marked photographs in {folder}.", "It needs joints.npz and images/.")
    with np.load(path) as stored:
        visible, joints_px = stored["visible"].astype(bool), stored["joints2d_px"].astype(np.float64)
        names = stored["image_names"]
    kept = np.flatnonzero(visible.sum(1) >= ENOUGH_VISIBLE)
    return Photographs(tuple(folder / "images" / str(names[i]) for i in kept), joints_px[kept], visible[kept])


def predicted_joints(
    photographs: Photographs, predictor: PosePredictor, *, given_box: bool = True
) -> Iterator[tuple[Array, Array]]:
    """(14, 2) pixels and (14,) confidences for each photograph in turn; NaN and 0 where nobody was found."""
    boxes = photographs.box_px
    for index in range(len(photographs)):
        box_px = boxes[index] if given_box else None
        try:
            prediction = predictor.predict(photographs.image(index), box_px=box_px, synthesise=False)
        except NobodyFoundError:
            yield np.full((len(LSP_14), 2), np.nan), np.zeros(len(LSP_14))
        else:
            yield prediction.joints2d_px[OURS], prediction.confidence[OURS]


def score(photographs: Photographs, joints_px: Array, confidence: Array) -> dict[str, object]:
    """PCK figures in percent for predictions (N, 14, 2): as they are, flip forgiven, and joint by joint.

    `confidence` (N, 14) in [0, 1] is measured against them: `core_model.evaluation.reliability`.
    """
    right, flipped = (
        pck_2d(points, photographs.joints_px, photographs.torso_px, THRESHOLD) & photographs.visible
        for points in (joints_px, joints_px[:, _FLIP])
    )
    forgiven = np.maximum(right.sum(1), flipped.sum(1))
    count = photographs.visible.sum()
    by_joint = 100 * right.sum(0) / np.maximum(photographs.visible.sum(0), 1)
    return {
        "pck": float(100 * right.sum() / count),
        "pck_flip_forgiven": float(100 * forgiven.sum() / count),
        "found": int((~np.isnan(joints_px[:, 0, 0])).sum()),
        "pck_by_joint": {name: float(value) for name, value in zip(LSP_14, by_joint, strict=True)},
        "reliability": reliability(confidence[photographs.visible], right[photographs.visible]),
    }


def evaluate_photographs(
    folder: Path, predictor: PosePredictor, *, locator: bool = True, progress: Callable[[str], None] = lambda _: None
) -> dict[str, object]:
    """The whole benchmark; `locator=False` leaves out the half that finds the people by itself."""
    photographs = load_photographs(folder)
    progress(f"{len(photographs)} photographs, given box")
    results: dict[str, object] = {
        "images": len(photographs),
        "given_box": _measured(photographs, predictor, given_box=True),
    }
    if locator:
        progress(f"{len(photographs)} photographs, own locator")
        results["own_locator"] = _measured(photographs, predictor, given_box=False)
    return results


def _measured(photographs: Photographs, predictor: PosePredictor, *, given_box: bool) -> dict[str, object]:
    joints_px, confidence = zip(*predicted_joints(photographs, predictor, given_box=given_box), strict=True)
    return score(photographs, np.stack(joints_px), np.stack(confidence))
