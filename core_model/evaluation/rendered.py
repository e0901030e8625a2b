"""3D and 2D errors, part and foreground IoU on rendered people of held-out bodies, clothes and mocap subjects."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from core_model.evaluation import metrics
from core_model.evaluation.metrics import Array
from core_model.evaluation.protocols import People, PosePredictor, RenderedPerson
from core_model.evaluation.reliability import reliability
from core_model.prediction import Prediction
from core_model.skeleton import BACKGROUND, JOINT, NUM_PARTS, PARTS

SEED = 20_240
"""Of the renderer: the same people in every run."""
HUMAN36M = 17
"""The first 17 joints are those of Human3.6M."""
_TORSO = np.array([[JOINT["r_shoulder"], JOINT["l_hip"]], [JOINT["l_shoulder"], JOINT["r_hip"]]])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Predictions of N people beside the truth; points in pixels of the images."""

    predicted_m: Array  # (N, 21, 3)
    true_m: Array  # (N, 21, 3)
    predicted_px: Array  # (N, 21, 2)
    true_px: Array  # (N, 21, 2)
    visible: Array  # (N, 21) bool
    confidence: Array  # (N, 21) in [0, 1]
    confusion: Array  # (15, 15) pixels


def full_frame(person: RenderedPerson) -> tuple[Array, Array]:
    """The image put into a frame whose centre is the camera's axis: (H, W, 3) uint8, and the image's corner (2,).

    A predictor takes the centre of a frame for the camera's axis; a crop beside it needs the rest.
    """
    size = person.image.shape[0]
    half = int(np.ceil(np.maximum(np.abs(person.principal_px), np.abs(size - person.principal_px)).max()))
    corner = np.round(half - person.principal_px).astype(int)
    half += 1  # room for the rounding
    frame = np.zeros((2 * half, 2 * half, 3), np.uint8)
    frame[corner[1] : corner[1] + size, corner[0] : corner[0] + size] = person.image
    return frame, corner


def parts_over_image(prediction: Prediction, corner_px: Array, size: int) -> Array:
    """The predicted part map, which lies over the prediction's own box, as pixels (size, size) of the image."""
    x0, y0, x1, y1 = prediction.box_px - np.concatenate([corner_px, corner_px])
    side = prediction.parts.shape[0]
    to_image = np.array([[(x1 - x0) / side, 0, x0], [0, (y1 - y0) / side, y0]])
    to_image[:, 2] += (to_image[:, :2].sum(1) - 1) / 2  # OpenCV's pixel centres lie at whole numbers
    return np.asarray(
        cv2.warpAffine(prediction.parts, to_image, (size, size), flags=cv2.INTER_NEAREST, borderValue=(BACKGROUND,))
    )


def compare(
    people: People, predictor: PosePredictor, count: int, progress: Callable[[str], None] = lambda _: None
) -> Comparison:
    """Predict `count` people in given boxes (the whole image) and with the given focal length."""
    rows = []
    confusion = np.zeros((NUM_PARTS + 1, NUM_PARTS + 1), np.int64)
    for index in range(count):
        person = people.sample()
        size = person.image.shape[0]
        frame, corner = full_frame(person)
        box_px = np.concatenate([corner, corner + size]).astype(np.float64)
        prediction = predictor.predict(frame, box_px=box_px, focal_px=person.focal_px, synthesise=False)
        points_px = prediction.joints2d_px - corner
        pairs = (prediction.joints3d_m, person.joints3d_m, points_px, person.joints2d_px)
        rows.append((*pairs, person.joints_visible, prediction.confidence))
        confusion += metrics.confusion(parts_over_image(prediction, corner, size), person.parts, NUM_PARTS + 1)
        if (index + 1) % 100 == 0:
            progress(f"{index + 1} of {count} rendered people")
    predicted_m, true_m, predicted_px, true_px, visible, confidence = (
        np.stack(column) for column in zip(*rows, strict=True)
    )
    return Comparison(predicted_m, true_m, predicted_px, true_px, visible.astype(bool), confidence, confusion)


def score(comparison: Comparison) -> dict[str, object]:
    """Figures over all 21 joints (mm and percent); with `_h36m`, over the 17 of Human3.6M."""
    c = comparison
    errors_mm = metrics.mpjpe_mm(c.predicted_m, c.true_m)
    p_errors_mm = metrics.p_mpjpe_mm(c.predicted_m, c.true_m)
    ends = c.true_px[:, _TORSO]
    torso_px = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=-1).max(1)
    right = metrics.pck_2d(c.predicted_px, c.true_px, torso_px)
    iou = 100 * metrics.class_iou(c.confusion)[:NUM_PARTS]
    h36m = slice(0, HUMAN36M)
    return {
        "images": len(c.true_m),
        "mpjpe_mm": float(errors_mm.mean()),
        "n_mpjpe_mm": float(metrics.n_mpjpe_mm(c.predicted_m, c.true_m).mean()),
        "p_mpjpe_mm": float(p_errors_mm.mean()),
        "p_mpjpe_h36m_mm": float(metrics.p_mpjpe_mm(c.predicted_m[:, h36m], c.true_m[:, h36m]).mean()),
        "pck_150mm": 100 * metrics.pck_3d(errors_mm),
        "auc": 100 * metrics.auc_3d(errors_mm),
        "pck_2d": float(100 * right[c.visible].mean()),
        "pck_2d_all_joints": float(100 * right.mean()),
        "part_miou": float(np.nanmean(iou)),
        "foreground_iou": 100 * metrics.foreground_iou(c.confusion, BACKGROUND),
        "iou_by_part": {name: float(value) for name, value in zip(PARTS, iou, strict=True)},
        "reliability": reliability(c.confidence[c.visible], right[c.visible]),
    }


def evaluate_rendered(
    people: People, predictor: PosePredictor, count: int = 500, progress: Callable[[str], None] = lambda _: None
) -> dict[str, object]:
    """The whole benchmark."""
    return score(compare(people, predictor, count, progress))
