"""From the mass of a heat-map about its mode to how often a joint is right."""

import numpy as np

RIGHT_WITHIN = 0.2
"""Of the torso's length in the picture."""
_ENOUGH = 50
"""Joints that are right, and joints that are wrong, from which on a curve is worth drawing through them."""


def calibrate(confidence: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """Slope and offset of a logistic curve from uncalibrated confidence (N,) to how often a joint is right (N,) bool.

    Platt scaling, by Newton's method on the logistic loss.
    """
    c = confidence.clip(1e-4, 1 - 1e-4)
    x = np.stack([np.log(c / (1 - c)), np.ones_like(c)], axis=1)
    beta = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        beta -= np.linalg.solve(hessian, x.T @ (p - right))
    return {"slope": float(beta[0]), "offset": float(beta[1])}


def calibrated(confidence: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """The same; nothing where there are too few of either kind to tell."""
    enough = min(right.sum(), (~right).sum()) >= _ENOUGH
    return calibrate(confidence, right) if enough else {}
