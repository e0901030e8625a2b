"""How far a pose, a set of points or a part map is from the truth: numpy, batched, one function an idea.

Poses are (B, J, 3) in metres, joint 0 the root; errors are in millimetres, one for each joint, (B, J): the mean over
all of them is the figure that the field prints. NaN in the truth means "not known" and gives NaN.

=========  ===========================================================  =================================
figure     what is forgiven                                              source
=========  ===========================================================  =================================
MPJPE      where the root is                                             Ionescu et al., Human3.6M, 2014
N-MPJPE    and the size of the whole                                     Rhodin et al., CVPR 2018
P-MPJPE    and how it is turned (Procrustes, mirror images excluded)     Bogo et al., SMPLify, 2016
=========  ===========================================================  =================================
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

AUC_THRESHOLDS_MM = np.arange(0, 151, 5)
"""The 31 thresholds of MPI-INF-3DHP (Mehta et al., 3DV 2017)."""
_TINY = 1e-12


def mpjpe_mm(predicted_m: Array, true_m: Array) -> Array:
    """(B, J) distances in mm when both roots are put on one another."""
    return _distance_mm(_rooted(predicted_m), _rooted(true_m))


def n_mpjpe_mm(predicted_m: Array, true_m: Array) -> Array:
    """(B, J) distances in mm after the root and the best scale: s = <p, t> / <p, p>, never negative."""
    predicted, true = _rooted(predicted_m), _rooted(true_m)
    numerator = (predicted * true).sum((-2, -1), keepdims=True)
    denominator = (predicted * predicted).sum((-2, -1), keepdims=True)
    scale = np.maximum(numerator, 0) / np.maximum(denominator, _TINY)
    return _distance_mm(scale * predicted, true)


def p_mpjpe_mm(predicted_m: Array, true_m: Array) -> Array:
    """(B, J) distances in mm after the best similarity transform."""
    return _distance_mm(similarity_aligned(predicted_m, true_m), true_m)


def similarity_aligned(points: Array, target: Array) -> Array:
    """`points` (B, J, D) moved, turned and scaled as near as possible to `target` (least squares; Umeyama, 1991)."""
    centre, target_centre = points.mean(-2, keepdims=True), target.mean(-2, keepdims=True)
    p, t = points - centre, target - target_centre
    u, singular, vt = np.linalg.svd(np.swapaxes(p, -1, -2) @ t)
    sign = np.ones_like(singular)
    sign[..., -1] = np.where(np.linalg.det(u @ vt) < 0, -1.0, 1.0)  # a rotation, not a mirror image
    rotation = (u * sign[..., None, :]) @ vt
    spread = np.maximum((p * p).sum((-2, -1)), _TINY)
    scale = ((singular * sign).sum(-1) / spread)[..., None, None]
    return scale * (p @ rotation) + target_centre


def pck_3d(errors_mm: Array, threshold_mm: float = 150.0) -> float:
    """Fraction of the known errors that are below the threshold."""
    known = errors_mm[~np.isnan(errors_mm)]
    return float((known < threshold_mm).mean())


def auc_3d(errors_mm: Array) -> float:
    """Mean of `pck_3d` over the thresholds 0, 5, ... 150 mm; 1 where every error is below all but the first."""
    known = np.sort(errors_mm[~np.isnan(errors_mm)])
    return float((np.searchsorted(known, AUC_THRESHOLDS_MM, side="right") / known.size).mean())


def pck_2d(predicted_px: Array, true_px: Array, scale_px: Array, threshold: float = 0.2) -> Array:
    """(B, J) bool: the error is below `threshold` x the person's size, `scale_px` (B,)."""
    error_px = np.linalg.norm(predicted_px - true_px, axis=-1)
    return np.asarray(error_px < threshold * scale_px[:, None])


def confusion(predicted: Array, true: Array, classes: int) -> Array:
    """(classes, classes) pixels of true class i that were called j; sums over images are the confusion of all."""
    pairs = true.astype(np.int64).ravel() * classes + predicted.astype(np.int64).ravel()
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def class_iou(counts: Array) -> Array:
    """(classes,) intersection over union from a confusion; NaN for a class that is nowhere."""
    both = np.diag(counts).astype(np.float64)
    either = counts.sum(0) + counts.sum(1) - both
    return np.divide(both, either, out=np.full_like(both, np.nan), where=either > 0)


def foreground_iou(counts: Array, background: int) -> float:
    """Intersection over union of everything but `background`, whichever class it is called."""
    person = np.arange(len(counts)) != background
    both = counts[np.ix_(person, person)].sum()
    either = counts.sum() - counts[background, background]
    return float(both / either) if either else float("nan")


def _rooted(points: Array) -> Array:
    return points - points[..., :1, :]


def _distance_mm(a: Array, b: Array) -> Array:
    return np.asarray(np.linalg.norm(a - b, axis=-1) * 1000)


def psnr_db(found: Array, wanted: Array, where: Array) -> float:
    """Peak signal-to-noise ratio of images (H, W, 3) uint8 where `where` (H, W) bool; infinite for equal ones."""
    difference = found[where].astype(np.float64) - wanted[where]
    error = float((difference**2).mean())
    return float(10 * np.log10(255**2 / error)) if error else float("inf")
