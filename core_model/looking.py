"""A whole clip looked at: how somebody moves in it, and how they look."""

from collections.abc import Callable, Iterable
from pathlib import Path

from core_model.data.video import VideoReader, open_video
from core_model.errors import MediaError, NobodyFoundError
from core_model.motion import Motion, empty_motion, record
from core_model.recombination import LOOKS, Person, person_of
from core_model.tracking import FramePredictor, analyse

Each = Callable[[str, int, int], None]
"""Hears what is being done, how many frames of it are done, and how many there are."""


def silent(what: str, done: int, total: int) -> None:
    """Tells nobody."""


def follow(
    reader: VideoReader, predictor: FramePredictor, each: Each = silent, frames: Iterable[int] | None = None
) -> Motion:
    """The raw motion of whoever is in a clip, a row for each of its frames; `frames`: those that are looked at, all by
    default. Raises NobodyFoundError, and MediaError where none of them can be read."""
    indices = range(len(reader)) if frames is None else sorted({i for i in frames if 0 <= i < len(reader)})
    raw, what = empty_motion(reader.pts_s), f"Following {reader.path.name}"
    damaged = 0
    for done, result in enumerate(analyse(reader, predictor, indices=indices), 1):
        record(raw, result)
        damaged += result.damaged
        each(what, done, len(indices))
    if damaged and damaged == len(indices):
        raise MediaError(f"No frame of {reader.path.name} can be read.", "Copy or export it again.")
    if not (raw.track >= 0).any():
        raise NobodyFoundError(f"Nobody was found in {reader.path.name}.", "Choose another clip.")
    return raw


def person_in(path: Path, predictor: FramePredictor, each: Each = silent) -> Person:
    """How somebody looks, from frames all over a clip. Raises MediaError, NobodyFoundError."""
    with open_video(path) as reader:
        what, total = f"Looking at {path.name}", min(LOOKS, len(reader))
        person = person_of(reader, predictor, lambda done, _: each(what, done, total))
    if person is None:
        raise NobodyFoundError(
            f"Nobody is seen surely enough in {path.name} to tell how they look.", "Choose another clip."
        )
    return person
