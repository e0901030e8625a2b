"""Somebody else's motion on the person of the clip, frame by frame."""

from collections.abc import Mapping
from dataclasses import asdict, replace

import numpy as np

from core_model.orbit import orbit_of
from core_model.seen import Seen
from desktop_app.session.edits import Edit
from desktop_app.session.staging import Moves

_TURNS = ("azimuth_rad", "elevation_rad", "roll_rad")


def driven(moves: Moves, seen: Mapping[int, Seen], times_s: np.ndarray, first: int, last: int) -> dict[int, Edit]:
    """Edits of the frames from `first` to `last`, or as long as the moves last: each has the pose of the same moment,
    and is turned as far from how the person stands in `first` as the moves are turned from their beginning.

    `times_s` (T,) of all frames. Frames in which nobody was seen, and all where the first is one of them, are left out.
    """
    start = seen.get(first)
    if start is None:
        return {}
    to_camera = start.camera.rotation @ moves.rotation[0].T
    edits = {}
    for index in range(first, last + 1):
        row = round((times_s[index] - times_s[first]) * moves.fps)
        if row >= len(moves.angles_rad):
            break
        if index in seen:
            turned = replace(seen[index].camera, rotation=to_camera @ moves.rotation[row])
            orbit, edit = asdict(orbit_of(turned)), Edit().with_pose(moves.angles_rad[row])
            for name in _TURNS:
                edit = edit.with_orbit(name, orbit[name])
            edits[index] = edit
    return edits
