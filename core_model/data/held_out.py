"""Frames of a clip that nothing is learnt from, so that what was learnt can be looked at there (numpy)."""

import numpy as np

GAP_S = 0.5
"""Frames before the held-out ones that are left out altogether: they look much like the first of these."""


def split(pts_s: np.ndarray, person: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Times (N,) and whose frames these are (N,) -> those to learn from and those held out, (N,) bool each.

    The end of each person's frames is held out, `share` of them; the GAP_S before it is in neither.

    >>> learnt, held_out = split(np.arange(10.0), np.zeros(10), 0.2)
    >>> np.flatnonzero(held_out).tolist(), int(learnt.sum())
    ([8, 9], 8)
    """
    learnt, held_out = np.ones(len(pts_s), bool), np.zeros(len(pts_s), bool)
    for who in np.unique(person):
        own = person == who
        count = int(share * own.sum())
        if count:
            begins_s = np.sort(pts_s[own])[-count]
            held_out |= own & (pts_s >= begins_s)
            learnt &= ~own | (pts_s < begins_s - GAP_S)
    return learnt, held_out
