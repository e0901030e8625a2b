"""One person through the frames of a clip: located once, then followed from each prediction to the next frame."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core_model.boxes import blend, crop_of_joints, overlap, square_crop
from core_model.errors import MediaError, NobodyFoundError
from core_model.prediction import Prediction

LEAST_CONFIDENCE = 0.5
"""Sureness below which nobody is taken to be there. Measured on five clips: people, also half out of view, have 0.52 to
0.92; crops with nobody in them 0.12 to 0.52, nearly all below 0.49."""
LOST_SHARE, DOUBT_SHARE = 0.6, 0.8
"""Share of the confidence that is usual for this person below which they are lost, or the locator is asked."""
CHECK_EVERY = 30
"""Frames after which the locator is asked again whether the box still is where a person is."""
MAX_GAP_S = 0.5
"""A box is not carried over a longer gap between two frames."""
FOLLOW_CENTRE, FOLLOW_SIDE = 0.8, 0.4
"""How fast the box follows the person, and how fast it changes in size."""


class FramePredictor(Protocol):
    """What is needed of `core_model.predictor.Predictor`."""

    def careful(self) -> "FramePredictor":
        """The same, for whoever has time."""

    def locate(self, frame: np.ndarray) -> tuple[np.ndarray, float]:
        """Frame (H, W, 3) uint8 -> square crop (4,) and its score."""

    def predict(
        self,
        frame: np.ndarray,
        *,
        box_px: np.ndarray | None = None,
        focal_px: float | None = None,
        synthesise: bool = True,
    ) -> Prediction:
        """Raises NobodyFoundError where no box is given and nobody is found."""


class FrameSource(Protocol):
    """What is needed of `core_model.data.video.VideoReader`."""

    @property
    def pts_s(self) -> np.ndarray:
        """(T,) seconds; NaN for images, which are looked at one by one."""

    def __len__(self) -> int: ...

    def frame(self, i: int, /) -> np.ndarray:
        """(H, W, 3) uint8."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """What was found in one frame."""

    index: int
    pts_s: float
    prediction: Prediction | None  # None where nobody was found or the frame is damaged
    reason: str | None = None  # why there is no prediction
    track: int = -1  # counts up each time a person is found anew; -1 without a prediction
    damaged: bool = False  # the frame could not be read


def analyse(
    reader: FrameSource,
    predictor: FramePredictor,
    *,
    boxes_px: np.ndarray | None = None,
    synthesise: bool = False,
    indices: Iterable[int] | None = None,
) -> Iterator[FrameResult]:
    """Look at the frames of a clip in order and yield what is found in each.

    boxes_px: (T, 4) tight boxes of the person for all frames of the reader, in place of the locator; frames whose row
    is NaN are located. indices: the frames to look at; all by default. A frame that is damaged or shows nobody gives a
    result without a prediction and the analysis goes on.
    """
    follower = Follower(predictor, synthesise=synthesise)
    for i in range(len(reader)) if indices is None else indices:
        pts_s = float(reader.pts_s[i])
        given = None if boxes_px is None or not np.isfinite(boxes_px[i]).all() else square_crop(boxes_px[i])
        try:
            prediction = follower.follow(reader.frame(i), pts_s, given)
        except (NobodyFoundError, MediaError) as error:
            follower.forget()
            yield FrameResult(i, pts_s, None, error.what, damaged=isinstance(error, MediaError))
        else:
            yield FrameResult(i, pts_s, prediction, None, follower.track)


class Follower:
    """Keeps the box of one person from frame to frame.

    How sure a network is of a person depends on the clip, so a drop against this person's usual confidence counts.
    Pictures without a time are looked at carefully: there are no others that would show the same.
    """

    def __init__(self, predictor: FramePredictor, *, synthesise: bool = False, check_every: int = CHECK_EVERY) -> None:
        self._predictor, self._synthesise, self._check_every = predictor, synthesise, check_every
        self._looks = predictor
        self._box_px: np.ndarray | None = None  # square crop for the next frame
        self._pts_s, self._unchecked, self._usual = np.nan, 0, 0.0
        self.track = -1

    def forget(self) -> None:
        """Locate anew in the next frame."""
        self._box_px, self._usual = None, 0.0

    def follow(self, frame: np.ndarray, pts_s: float, crop_px: np.ndarray | None = None) -> Prediction:
        """The person in the next frame, in the square crop (4,) where one is given. Raises NobodyFoundError.

        A `pts_s` of NaN, or one too far from that of the frame before, means a frame on its own.
        """
        if not abs(pts_s - self._pts_s) <= MAX_GAP_S:
            self.forget()
        self._pts_s = pts_s
        self._looks = self._predictor.careful() if np.isnan(pts_s) else self._predictor
        if crop_px is not None:
            self._new_track_if_lost()
            return self._keep(frame, self._predict(frame, crop_px))
        if self._box_px is not None:
            prediction = self._checked(frame, self._predict(frame, self._box_px))
            if self._is_there(prediction, frame):
                return self._keep(frame, prediction)
            self.forget()
        prediction = self._found_anew(frame)
        self._new_track_if_lost()
        return self._keep(frame, prediction)

    def _found_anew(self, frame: np.ndarray) -> Prediction:
        self._unchecked = 0
        found = self._predict(frame, None)
        if not self._is_there(found, frame):
            raise NobodyFoundError("Nobody was found in this frame.", "Give a box, or go on with another frame.")
        return found

    def _checked(self, frame: np.ndarray, followed: Prediction) -> Prediction:
        """In doubt, and every now and then: is somebody seen more clearly elsewhere? Then the box has drifted off."""
        self._unchecked += 1
        if self._unchecked < self._check_every and sureness(followed) >= DOUBT_SHARE * self._usual:
            return followed
        self._unchecked = 0
        located_px, _ = self._predictor.locate(frame)
        if overlap(located_px, followed.box_px) > 0.2:
            return followed
        elsewhere = self._predict(frame, located_px)
        if sureness(elsewhere) < sureness(followed) + 0.2:  # two people: stay with this one
            return followed
        self.track += 1
        self._box_px, self._usual = elsewhere.box_px, 0.0
        return elsewhere

    def _new_track_if_lost(self) -> None:
        if self._box_px is None:
            self.track += 1

    def _is_there(self, prediction: Prediction, frame: np.ndarray) -> bool:
        """Whether a prediction is of somebody: sure enough, and with at least the middle of the box in the frame."""
        if not sureness(prediction) >= max(LEAST_CONFIDENCE, LOST_SHARE * self._usual):
            return False
        crop = crop_of(prediction)
        x, y = (crop[:2] + crop[2:]) / 2
        height, width = frame.shape[:2]
        return bool(0 <= x <= width and 0 <= y <= height)

    def _keep(self, frame: np.ndarray, prediction: Prediction) -> Prediction:
        sure = sureness(prediction)
        self._usual = sure if self._usual == 0 else 0.95 * self._usual + 0.05 * sure
        crop = crop_of(prediction)
        limit = 2.0 * max(frame.shape[:2])
        if self._box_px is not None:
            crop = blend(self._box_px, crop, FOLLOW_CENTRE, FOLLOW_SIDE)
        self._box_px = crop if crop[2] - crop[0] <= limit else prediction.box_px
        return prediction

    def _predict(self, frame: np.ndarray, box_px: np.ndarray | None) -> Prediction:
        return self._looks.predict(frame, box_px=box_px, synthesise=self._synthesise)


def crop_of(prediction: Prediction) -> np.ndarray:
    """The square crop (4,) that a prediction's joints ask for."""
    return crop_of_joints(prediction.joints2d_px, prediction.confidence)


def sureness(prediction: Prediction) -> float:
    """Mean confidence of the surer half of the joints, in [0, 1]: the other half may be out of view."""
    return float(np.sort(prediction.confidence)[len(prediction.confidence) // 2 :].mean())
