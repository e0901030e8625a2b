"""One shot: the person found and followed, the frames that are worth keeping."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core_model.data.unlabelled.frames import Figure, Frames, figure_mask
from core_model.data.unlabelled.keeping import Novelty, is_unsure
from core_model.data.unlabelled.words import Reason
from core_model.data.video import VideoReader
from core_model.errors import MediaError
from core_model.geometry.crop import crop_image, to_crop
from core_model.prediction import CROP_PX, Prediction
from core_model.tracking import FramePredictor, analyse


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person in one frame."""

    place: int  # among the frames of the shot
    pts_s: float
    track: int
    crop: np.ndarray  # (CROP_PX, CROP_PX, 3) uint8
    points_px: np.ndarray  # (21, 2) joints of the body in space, in the crop
    seen_px: np.ndarray  # (21, 2) joints as they were seen, in the crop
    seen: Prediction


@dataclass(frozen=True, slots=True)
class ShotView:
    """What was seen in a shot."""

    frames: Frames
    sightings: list[Sighting]
    dropped: Counter[Reason]


def look_at_shot(
    reader: VideoReader, predictor: FramePredictor, indices: np.ndarray, each: Callable[[], None] = lambda: None
) -> ShotView:
    """Follow the person through the frames `indices` of one shot. `each` is called after every frame."""
    view = ShotView(Frames.of_size(reader.frame_size_px), [], Counter())
    novelty: dict[int, Novelty] = {}
    for result in analyse(reader, predictor, indices=indices.tolist()):
        each()
        frame = _read(reader, result.index)
        if frame is None:
            view.dropped["unreadable"] += 1
            continue
        if result.prediction is None:
            view.frames.add(frame, None)
            view.dropped["nobody"] += 1
            continue
        sighting = _sighting(frame, result.prediction, len(view.frames), result.pts_s, result.track)
        unsure = is_unsure(result.prediction, sighting.seen_px)
        view.frames.add(frame, _figure(sighting, unsure, view.frames.scale))
        if unsure:
            view.dropped["unsure"] += 1
        elif not novelty.setdefault(result.track, Novelty()).is_new(sighting.crop, result.prediction.joints3d_m):
            view.dropped["alike"] += 1
        else:
            view.sightings.append(sighting)
    return view


def _read(reader: VideoReader, index: int) -> np.ndarray | None:
    try:
        return reader.frame(index)
    except MediaError:
        return None


def _sighting(frame: np.ndarray, seen: Prediction, place: int, pts_s: float, track: int) -> Sighting:
    points = to_crop(seen.factors.camera.project(seen.joints3d_m), seen.box_px, CROP_PX)
    seen_px = to_crop(seen.joints2d_px, seen.box_px, CROP_PX)
    return Sighting(place, pts_s, track, crop_image(frame, seen.box_px, CROP_PX), points, seen_px, seen)


def _figure(sighting: Sighting, unsure: bool, scale: float) -> Figure:
    """Where the person may be: anywhere in their tight box if the network is unsure."""
    mask = figure_mask(sighting.seen.parts, sighting.seen_px)
    if unsure:
        mask = np.outer(mask.any(axis=1), mask.any(axis=0))
    return Figure(mask, sighting.seen.box_px * scale)
