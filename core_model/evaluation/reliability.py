"""Whether a confidence means what it says: of the joints called 70 % sure, are 70 % right?"""

from typing import Any

import numpy as np

from core_model.evaluation.metrics import Array

BINS = 10


def reliability(confidence: Array, right: Array, bins: int = BINS) -> dict[str, Any]:
    """Confidences in [0, 1] against whether each was right (bool), both of one shape, binned evenly.

    `calibration_error` (percentage points) is the expected calibration error: the distance between mean confidence
    and share right in a bin, weighted with how many fall into it (Naeini, Cooper, Hauskrecht, AAAI 2015). `bins`
    leaves out empty ones.
    """
    confidence, right = np.ravel(confidence), np.ravel(right).astype(bool)
    if not confidence.size:
        return {"calibration_error": float("nan"), "bins": []}
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = [_row(confidence[number == i], right[number == i], i / bins, (i + 1) / bins) for i in np.unique(number)]
    apart = sum(row["count"] * abs(row["confidence"] - row["right"]) for row in rows)
    return {"calibration_error": apart / confidence.size, "bins": rows}


def _row(confidence: Array, right: Array, low: float, high: float) -> dict[str, float]:
    return {
        "low": float(low),
        "high": float(high),
        "count": len(confidence),
        "confidence": float(100 * confidence.mean()),
        "right": float(100 * right.mean()),
    }
