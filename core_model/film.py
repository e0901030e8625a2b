"""A person put together anew, frame by frame: the pose of one clip or motion, the looks of another."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.backdrop import Backdrop, build_backdrop
from core_model.data.mocap.loading import SUFFIXES, load_motion
from core_model.data.video import VideoReader, open_video
from core_model.errors import PuppetPoseError
from core_model.geometry.crop import crop_image
from core_model.looking import Each, follow, person_in, silent
from core_model.motion import Motion, smooth_motion
from core_model.prediction import CROP_PX, Factors
from core_model.predictor import Predictor
from core_model.recombination import Person, driven_by, pose_of, put_into_frame, turned, worn_by

MOST_FPS = 60
"""Faster motions are thinned out."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be put together."""

    pose: Path  # a clip, or a motion file, which needs an appearance
    appearance: Path | None = None  # the clip whose person it is to be; None: that of `pose`
    parts: tuple[tuple[str, Path], ...] = ()  # names of `skeleton.PARTS`, and the clips they are taken from
    sheet: np.ndarray | None = None  # an atlas to wear (`export.texture_sheet.read_sheet`)
    azimuth_deg: float = 0.0  # seen from so far to the person's left
    elevation_deg: float = 0.0  # and from so far above
    frames: range | None = None  # those of the clip that are looked at and made; None: all

    def place(self) -> Path:
        """The clip before whose background it happens. A motion file has none: then it is the appearance's."""
        if self.pose.suffix.lower() not in SUFFIXES:
            return self.pose
        if self.appearance is None:
            raise PuppetPoseError(
                f"{self.pose.name} says how to move, but not who moves.", "Name a clip with --appearance."
            )
        return self.appearance


@dataclass(frozen=True, slots=True)
class _Shots:
    poses: Sequence[Factors | None]  # without appearance; None where nobody is
    places: list[int]  # the frames of the clip whose background is behind
    times_s: list[float]
    fps: float


class Film:
    """The pictures of a wish, made when they are asked for."""

    def __init__(
        self, wish: Wish, predictor: Predictor, people: dict[Path, Person], reader: VideoReader, motion: Motion
    ) -> None:
        self._wish, self._predictor, self._people, self._reader = wish, predictor, people, reader
        self._shots = _shots(wish, reader, motion)
        self._backdrop: Backdrop = build_backdrop(reader, motion)

    def __len__(self) -> int:
        return len(self._shots.poses)

    @property
    def fps(self) -> float:
        """Mean frames a second."""
        return self._shots.fps

    def picture(self, k: int) -> np.ndarray:
        """(H, W, 3) uint8, the frame with the person in it; where nobody was found, as it is. Raises MediaError."""
        wish, pose, index = self._wish, self._shots.poses[k], self._shots.places[k]
        place, _ = self._backdrop.full(index)
        if pose is None:
            return place
        person = self._people[wish.appearance or wish.pose]
        parts = [(name, self._people[path]) for name, path in wish.parts]
        seen = turned(pose, math.radians(wish.azimuth_deg), math.radians(wish.elevation_deg))
        dressed = worn_by(seen, person, parts, wish.sheet)
        made = self._predictor.synthesise(dressed.edited(background=crop_image(place, dressed.box_px, CROP_PX)))
        own = wish.appearance in (None, wish.place())  # somebody else has another detail
        return put_into_frame(place, made, self._reader.frame(index) if own else None)

    def pictures(self, each: Each = silent) -> Iterator[tuple[float, np.ndarray]]:
        """All of them, each with its time in seconds."""
        for k, time_s in enumerate(self._shots.times_s):
            yield time_s, self.picture(k)
            each("Putting together", k + 1, len(self))


@contextmanager
def film(wish: Wish, predictor: Predictor, each: Each = silent) -> Iterator[Film]:
    """Look at all clips that a wish names. Raises MediaError, NobodyFoundError, PuppetPoseError."""
    place = wish.place()
    clips = dict.fromkeys([wish.appearance or wish.pose, *(path for _, path in wish.parts)])
    people = {path: person_in(path, predictor, each) for path in clips}
    with open_video(place) as reader:
        motion = smooth_motion(follow(reader, predictor, each, wish.frames))
        yield Film(wish, predictor, people, reader, motion)


def _shots(wish: Wish, reader: VideoReader, motion: Motion) -> _Shots:
    frames = [i for i in wish.frames or range(len(reader)) if 0 <= i < len(reader)]
    own = [pose_of(motion, i, reader.frame_size_px) for i in frames]
    if wish.pose.suffix.lower() not in SUFFIXES:
        times_s = reader.pts_s if np.isfinite(reader.pts_s).all() else np.arange(len(reader)) / reader.fps
        return _Shots(own, frames, times_s[frames].tolist(), float(reader.fps))
    moves = load_motion(wish.pose)
    step = max(1, round(moves.fps / MOST_FPS))
    start, pose = next((i, known) for i, known in zip(frames, own, strict=True) if known is not None)
    poses = list(driven_by(pose, moves.angles_rad[::step], moves.rotation[::step]))
    fps = moves.fps / step
    return _Shots(poses, [start] * len(poses), (np.arange(len(poses)) / fps).tolist(), fps)
