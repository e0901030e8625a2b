"""Frames between edited ones follow them: what was added to the prediction there fades from one to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np

from core_model.orbit import orbit_of
from core_model.seen import Seen
from desktop_app.session.edits import Angle, Edit

Added = dict[Angle | str, float]
"""By angle, or by the name of a camera's number: how much more than predicted."""
_ROUND = ("azimuth_rad", "roll_rad")


def tweened(edits: Mapping[int, Edit], seen: Mapping[int, Seen], span: Iterable[int]) -> dict[int, Edit]:
    """Edits of the frames of a span that lie between two that were edited by hand, by index.

    Frames in which nobody was `seen` stay as they are. What was added fades smoothly: at both ends its
    speed is 0, so that a motion through many keys has no jerks.
    """
    keys = sorted(i for i, edit in edits.items() if edit and not edit.filled and i in seen)
    frames, made = sorted(set(span) & set(seen) - set(keys)), {}
    for first, last in pairwise(keys):
        one, other = (_added(edits[i], seen[i]) for i in (first, last))
        for index in (i for i in frames if first < i < last):
            share = (index - first) / (last - first)
            made[index] = _with_added(seen[index], _between(one, other, share * share * (3 - 2 * share)))
    return made


def _added(edit: Edit, seen: Seen) -> Added:
    orbit = asdict(orbit_of(seen.camera))
    added: Added = {angle: value - float(seen.angles_rad[angle]) for angle, value in edit.angles_rad.items()}
    return added | {name: _short(name, value - orbit[name]) for name, value in edit.orbit.items()}


def _between(one: Added, other: Added, share: float) -> Added:
    return {what: (1 - share) * one.get(what, 0.0) + share * other.get(what, 0.0) for what in {**one, **other}}


def _with_added(seen: Seen, added: Added) -> Edit:
    edit, orbit = Edit(), asdict(orbit_of(seen.camera))
    for what, value in added.items():
        if isinstance(what, str):
            edit = edit.with_orbit(what, orbit[what] + value)
        else:
            edit = edit.with_angle(what, float(seen.angles_rad[what]) + value)
    return replace(edit, filled=True)


def _short(name: str, turn: float) -> float:
    """The short way round."""
    return (turn + np.pi) % (2 * np.pi) - np.pi if name in _ROUND else turn
