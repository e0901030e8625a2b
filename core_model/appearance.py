"""Appearances recombined: what two people look like in between (numpy only)."""

import numpy as np

from core_model.prediction import Factors
from core_model.skeleton import NUM_PARTS

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


def between(one: Factors, other: Factors, share: float) -> Factors:
    """The pose of `one` in an appearance of which `share` in [0, 1] is the other's: see `blended`."""
    near, atlas = (blended(*looks, share) for looks in zip(_looks(one), _looks(other), strict=True))
    return one.edited(near=near, atlas=atlas, known=(1 - share) * _known(one) + share * _known(other))


def with_part(one: Factors, part: int, other: Factors) -> Factors:
    """The pose of `one`, a part of whose appearance is as the other has it."""
    theirs = np.arange(NUM_PARTS) == part
    near, atlas = (np.where(theirs[:, None, None, None], b, a) for a, b in zip(_looks(one), _looks(other), strict=True))
    return one.edited(near=near, atlas=atlas, known=np.where(theirs, _known(other), _known(one)))


def _looks(factors: Factors) -> tuple[np.ndarray, np.ndarray]:
    return (factors.atlas if factors.near is None else factors.near), factors.atlas


def _known(factors: Factors) -> np.ndarray:
    return np.ones(NUM_PARTS) if factors.known is None else factors.known


def one_look(factors: Factors) -> np.ndarray:
    """The two looks of factors as one atlas (14, 4, *ATLAS_PX): what the nearest shows, and elsewhere their mean."""
    if factors.near is None:
        return factors.atlas
    seen = factors.near[:, 3:]
    look = factors.atlas + (factors.near - factors.atlas) * seen
    look[:, 3:] = np.maximum(seen, factors.atlas[:, 3:])
    return look
