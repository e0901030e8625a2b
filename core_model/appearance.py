"""Appearances recombined: what two people look like in between (numpy only)."""

import numpy as np

from core_model.prediction import Factors

_GUESS = np.float32(0.02)
"""What a guess counts beside a colour that was seen."""


def blended(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """An atlas (14, 4, *ATLAS_PX) with `share` in [0, 1] of the other in it.

    Where only one of the two was seen, the colours are almost all of that one.

    >>> red, blue = np.zeros((2, 14, 4, 48, 32), np.float32)
    >>> red[:, 0] = blue[:, 2] = red[:, 3] = blue[:, 3] = 1
    >>> blended(red, blue, 0.25)[0, :, 0, 0].tolist()
    [0.75, 0.0, 0.25, 1.0]
    """
    mine, theirs = (1 - share) * (one[:, 3:] + _GUESS), share * (other[:, 3:] + _GUESS)
    atlas = np.empty_like(one)
    atlas[:, :3] = (one[:, :3] * mine + other[:, :3] * theirs) / (mine + theirs)
    atlas[:, 3] = (1 - share) * one[:, 3] + share * other[:, 3]
    return atlas


def one_look(factors: Factors) -> np.ndarray:
    """The two looks of factors as one atlas (14, 4, *ATLAS_PX): what the nearest shows, and elsewhere their mean."""
    if factors.near is None:
        return factors.atlas
    seen = factors.near[:, 3:]
    look = factors.atlas + (factors.near - factors.atlas) * seen
    look[:, 3:] = np.maximum(seen, factors.atlas[:, 3:])
    return look
