"""A person is followed through a clip, lost, and found again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core_model import tracking
from core_model.errors import MediaError
from core_model.motion import raw_motion, smooth_motion
from core_model.tracking import FrameResult, analyse

Draw = Callable[..., np.ndarray]


class Frames:
    """Frames in memory, with the face of a reader."""

    def __init__(self, frames: list[np.ndarray], fps: float = 25) -> None:
        self._frames, self.pts_s = frames, np.arange(len(frames)) / fps

    def __len__(self) -> int:
        return len(self._frames)

    def frame(self, i: int) -> np.ndarray:
        return self._frames[i]


def _centre_x(result: FrameResult) -> float:
    assert result.prediction is not None
    return float(result.prediction.joints2d_px[0, 0])


def test_a_walker_is_located_once_and_followed(stand_in: Any, draw_person: Draw) -> None:
    results = list(analyse(Frames([draw_person(20 + 2 * i) for i in range(25)]), stand_in))
    assert [r.index for r in results] == list(range(25))
    assert stand_in.located == 1
    np.testing.assert_allclose([_centre_x(r) for r in results], [29.5 + 2 * i for i in range(25)], atol=1)
    assert {r.track for r in results} == {0}
    sides = [float(box[2] - box[0]) for box in stand_in.looked_at[2:]]
    np.testing.assert_allclose(sides, 1.25 * 59, rtol=0.05)  # the person is 60 pixels tall


def test_only_pictures_that_stand_alone_are_looked_at_carefully(stand_in: Any, draw_person: Draw) -> None:
    clip, pictures = Frames([draw_person(20)] * 3), Frames([draw_person(20)] * 3)
    list(analyse(clip, stand_in))
    assert stand_in.carefully == 0
    pictures.pts_s = np.full(3, np.nan)
    list(analyse(pictures, stand_in))
    assert stand_in.carefully == 3


def test_nobody_gives_a_reason_and_the_person_is_found_again(stand_in: Any, draw_person: Draw) -> None:
    frames = [draw_person(20)] * 4 + [draw_person(-100)] * 3 + [draw_person(200)] * 4
    results = list(analyse(Frames(frames), stand_in))
    assert [r.prediction is not None for r in results] == [True] * 4 + [False] * 3 + [True] * 4
    assert all(r.reason and "Nobody" in r.reason for r in results[4:7])
    assert [r.track for r in results] == [0] * 4 + [-1] * 3 + [1] * 4
    assert _centre_x(results[7]) > 200


def test_a_cut_to_another_place_is_noticed_at_once(stand_in: Any, draw_person: Draw) -> None:
    results = list(analyse(Frames([draw_person(20)] * 5 + [draw_person(200)] * 5), stand_in))
    assert _centre_x(results[5]) > 200
    assert [r.track for r in results] == [0] * 5 + [1] * 5


def test_a_box_that_drifted_to_something_else_is_noticed_by_and_by(
    stand_in: Any, draw_person: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = draw_person(200)
    predict = stand_in.predict

    def unsure_on_the_left(frame: np.ndarray, **settings: Any) -> Any:
        prediction = predict(frame, **settings)
        if prediction.box_px[0] < 100:  # a coat on a stand
            prediction.confidence[:] = 0.6
        return prediction

    monkeypatch.setattr(stand_in, "predict", unsure_on_the_left)
    follower = tracking.Follower(stand_in, check_every=5)
    frame[20:80, 20:40] = frame[30, 205]
    follower.follow(frame, 0.0, np.array([-10.0, 10, 70, 90]))
    monkeypatch.setattr(stand_in, "locate", lambda _: (np.array([160.0, 0, 260, 100]), 1.0))
    xs = [follower.follow(frame, i / 25).joints2d_px[0, 0] for i in range(1, 8)]
    assert xs[0] < 100
    assert xs[-1] > 200


def test_a_drop_against_the_usual_confidence_is_a_loss(
    stand_in: Any, draw_person: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = stand_in.predict
    levels = {20: 0.9, 24: 0.85, 28: 0.52, 32: 0.8}  # by the person's place; from 28 on somebody stands in front

    def unsure(frame: np.ndarray, **settings: Any) -> Any:
        prediction = predict(frame, **settings)
        prediction.confidence[:] = levels[round(float(prediction.joints2d_px[10, 0]))]
        return prediction

    monkeypatch.setattr(stand_in, "predict", unsure)
    follower = tracking.Follower(stand_in)
    for i, left in enumerate((20, 24, 20, 24)):
        follower.follow(draw_person(left), i / 25)
    assert (follower.track, stand_in.located) == (0, 1)
    follower.follow(draw_person(28), 4 / 25)  # located anew: not so sure, but somebody
    assert (follower.track, stand_in.located) == (1, 3)
    follower.follow(draw_person(32), 5 / 25)
    assert follower.track == 1


def test_given_boxes_are_honoured(stand_in: Any, draw_person: Draw) -> None:
    frame = draw_person(20)
    frame[20:80, 200:220] = frame[30, 25]  # somebody else, on the right
    boxes = np.full((4, 4), np.nan)
    boxes[1:3] = [200, 20, 220, 80]
    results = list(analyse(Frames([frame] * 4), stand_in, boxes_px=boxes))
    for result in results[1:3]:
        assert result.prediction is not None
        np.testing.assert_allclose(result.prediction.box_px, [172.5, 12.5, 247.5, 87.5])  # 1.25 x the longer side
    assert _centre_x(results[3]) > 180  # followed on


def test_chosen_frames_and_damaged_ones(stand_in: Any, draw_person: Draw) -> None:
    reader = Frames([draw_person(20 + i) for i in range(10)])
    good = reader.frame

    def frame(i: int) -> np.ndarray:
        if i == 4:
            raise MediaError("Frame 5 is damaged.", "Go on.")
        return good(i)

    reader.frame = frame  # type: ignore[method-assign]
    results = list(analyse(reader, stand_in, indices=[2, 4, 6]))
    assert [r.damaged for r in results] == [False, True, False]
    assert [(r.index, r.reason) for r in results] == [(2, None), (4, "Frame 5 is damaged."), (6, None)]


def test_the_first_result_comes_before_the_last_frame_is_read(stand_in: Any, draw_person: Draw) -> None:
    reader, read = Frames([draw_person(20)] * 5), []
    good = reader.frame
    reader.frame = lambda i: (read.append(i), good(i))[1]  # type: ignore[method-assign]
    next(analyse(reader, stand_in))
    assert read == [0]


def test_images_are_looked_at_one_by_one(stand_in: Any, draw_person: Draw) -> None:
    reader = Frames([draw_person(20)] * 3)
    reader.pts_s = np.full(3, np.nan)
    assert [r.track for r in analyse(reader, stand_in)] == [0, 1, 2]
    assert stand_in.located == 3


def test_a_smoothed_clip_keeps_limb_lengths_gaps_and_the_raw_values(stand_in: Any, draw_person: Draw) -> None:
    frames = [draw_person(20 + 3 * i + (i % 2), height=60 + i) for i in range(12)]
    frames[5] = draw_person(-100)
    reader = Frames(frames)
    raw = raw_motion(analyse(reader, stand_in), reader.pts_s)
    before = raw.joints3d_m.copy()
    smoothed = smooth_motion(raw)
    np.testing.assert_array_equal(raw.joints3d_m, before)
    assert np.isnan(smoothed.joints3d_m[5]).all()
    assert (smoothed.confidence[5] == 0).all()
    for track in (0, 1):
        joints = smoothed.joints3d_m[smoothed.track == track]
        knee = np.linalg.norm(joints[:, 2] - joints[:, 1], axis=-1)
        np.testing.assert_allclose(knee, knee[0], rtol=1e-6)
    jitter = np.abs(np.diff(raw.joints2d_px[:5, 0, 0], n=2)).mean()
    assert np.abs(np.diff(smoothed.joints2d_px[:5, 0, 0], n=2)).mean() < 0.7 * jitter
