"""Figures on published data sets, protocol by protocol.

The predictor is given the square crop about the known joints and, where it is known, the focal length. An image is
looked at once, however many protocols count it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core_model.boxes import square_crop
from core_model.evaluation import metrics
from core_model.evaluation.datasets.protocol import Protocol
from core_model.evaluation.datasets.sample import Sample
from core_model.evaluation.metrics import Array
from core_model.evaluation.protocols import PosePredictor
from core_model.skeleton import JOINT, MIRROR

THRESHOLD = 0.2
"""Share of the torso within which a joint in an image is right."""
_ERRORS = {"root": metrics.mpjpe_mm, "scale": metrics.n_mpjpe_mm, "procrustes": metrics.p_mpjpe_mm}
Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was predicted of one sample."""

    sample: Sample
    joints3d_m: Array  # (21, 3)
    joints2d_px: Array  # (21, 2)


def evaluate_dataset(
    samples: Iterable[Sample],
    predictor: PosePredictor,
    protocols: Sequence[Protocol],
    limit: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Results]:
    """Figures of each protocol, in order: errors in mm, the rest in percent.

    `limit` is the most images that count for a protocol, taken evenly from all.
    """
    wanted = [sample for sample in samples if any(protocol.wants(sample) for protocol in protocols)]
    counted = [
        spread([index for index, sample in enumerate(wanted) if protocol.wants(sample)], limit)
        for protocol in protocols
    ]
    looked_at = sorted(set().union(*counted))
    answers: dict[int, Answer] = {}
    for index in looked_at:
        answers[index] = ask(predictor, wanted[index])
        if len(answers) % 100 == 0:
            progress(f"{len(answers)} of {len(looked_at)} images")
    return [
        score([answers[index] for index in indices], protocol)
        for indices, protocol in zip(counted, protocols, strict=True)
    ]


def spread(indices: list[int], limit: int | None) -> list[int]:
    """At most `limit` of them, evenly from first to last."""
    if limit is None or len(indices) <= limit:
        return indices
    return [indices[int(place)] for place in np.linspace(0, len(indices) - 1, limit)]


def ask(predictor: PosePredictor, sample: Sample) -> Answer:
    """Show the predictor one sample."""
    prediction = predictor.predict(
        sample.load_image(), box_px=square_crop(sample.box_px), focal_px=sample.focal_px, synthesise=False
    )
    return Answer(sample, prediction.joints3d_m, prediction.joints2d_px)


def score(answers: Sequence[Answer], protocol: Protocol) -> Results:
    """Figures of one protocol over the answers that count for it."""
    results: Results = {
        "protocol": protocol.title,
        "joints": list(protocol.joints),
        "alignment": protocol.alignment,
        "oracle": protocol.oracle,
        "images": len(answers),
    }
    if not answers:
        return results
    if protocol.alignment == "pixels":
        return results | _figures_2d(answers, protocol)
    return results | _figures_3d(answers, protocol)


def _figures_3d(answers: Sequence[Answer], protocol: Protocol) -> Results:
    errors_mm = _errors_mm(answers, protocol, mirrored=False)
    if protocol.oracle:
        mirrored_mm = _errors_mm(answers, protocol, mirrored=True)
        better = mirrored_mm.mean(1, keepdims=True) < errors_mm.mean(1, keepdims=True)
        errors_mm = np.where(better, mirrored_mm, errors_mm)
    groups = np.array([answer.sample.group for answer in answers])
    by_group = {str(group): float(errors_mm[groups == group].mean()) for group in np.unique(groups)}
    return {
        "error_mm": float(errors_mm.mean()),
        "error_mean_of_groups_mm": float(np.mean(list(by_group.values()))),
        "pck_150mm": 100 * metrics.pck_3d(errors_mm),
        "auc": 100 * metrics.auc_3d(errors_mm),
        "error_by_group_mm": by_group,
    }


def _errors_mm(answers: Sequence[Answer], protocol: Protocol, *, mirrored: bool) -> Array:
    """(N, J) errors of the protocol's joints."""
    names = ("pelvis", *protocol.joints)
    order = _our_rows(names, mirrored=mirrored)
    predicted_m = np.stack([answer.joints3d_m[order] for answer in answers])
    true_m = np.stack([_truth_m(answer.sample, names, universal=protocol.universal) for answer in answers])
    if protocol.alignment == "procrustes":  # the pelvis puts nothing in its place here
        return metrics.p_mpjpe_mm(predicted_m[:, 1:], true_m[:, 1:])
    return _ERRORS[protocol.alignment](predicted_m, true_m)[:, 1:]


def _truth_m(sample: Sample, names: tuple[str, ...], *, universal: bool) -> Array:
    """(J, 3) from the pelvis."""
    if sample.joints3d_m is None:
        raise ValueError(f"{sample.name} has no joints in 3D")
    points_m = sample.joints3d_m[sample.rows(names)].astype(np.float64)
    return (points_m - points_m[0]) * (sample.universal_scale if universal else 1.0)


def _figures_2d(answers: Sequence[Answer], protocol: Protocol) -> Results:
    visible = np.stack([answer.sample.visible[answer.sample.rows(protocol.joints)] for answer in answers])
    right = _right(answers, protocol, mirrored=False) & visible
    if protocol.oracle:
        mirrored = _right(answers, protocol, mirrored=True) & visible
        right = np.where(mirrored.sum(1, keepdims=True) > right.sum(1, keepdims=True), mirrored, right)
    return {"pck_2d": float(100 * right.sum() / visible.sum())}


def _right(answers: Sequence[Answer], protocol: Protocol, *, mirrored: bool) -> Array:
    """(N, J) bool: within 0.2 x the torso."""
    order = _our_rows(protocol.joints, mirrored=mirrored)
    predicted_px = np.stack([answer.joints2d_px[order] for answer in answers])
    true_px = np.stack([answer.sample.joints2d_px[answer.sample.rows(protocol.joints)] for answer in answers])
    ends = [answer.sample.joints2d_px[answer.sample.rows(("l_shoulder", "r_hip"))] for answer in answers]
    torso_px = np.array([np.linalg.norm(a - b) for a, b in ends])
    return metrics.pck_2d(predicted_px, true_px, torso_px, THRESHOLD)


def _our_rows(names: Sequence[str], *, mirrored: bool) -> Array:
    """Rows of these joints in our skeleton; `mirrored`, of those that they are called under a left/right flip."""
    rows = np.array([JOINT[name] for name in names])
    return MIRROR[rows] if mirrored else rows
