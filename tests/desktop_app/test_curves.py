"""Curves over time, places typed, and the log: decided without a window."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from fake_predictor import FRAME_PX, FakePredictor

from core_model.channels import CHANNELS, Channel, Quantity, jitter, speed_m_s
from core_model.limits import FREE_ANGLES
from core_model.skeleton import JOINT
from desktop_app.session.curves import columns_of, curves_of, lowest
from desktop_app.session.log import KEEP, Log
from desktop_app.session.places import clock, typed_frame, typed_time
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.plots import Plots
from desktop_app.session.results import Results
from desktop_app.session.state import Session
from desktop_app.session.thumbnails import frames_shown

WAVE = Channel(Quantity.ANGLE, 11, 0)
ALL = tuple(channel for channels in CHANNELS.values() for channel in channels)


def clip(frames: int = 12, *, images: bool = False) -> Clip:
    """25 frames a second, starting at seven seconds."""
    pts_s = np.full(frames, np.nan) if images else np.arange(frames) / 25 + 7
    return Clip(Path("clip.mp4"), pts_s, FRAME_PX, 25.0, tuple("abcdefghijkl") if images else None)


def found(frames: int = 12, gap: int = 5) -> Results:
    """Somebody waves in all frames but one."""
    results, predictor = Results(frames), FakePredictor()
    for index in range(frames):
        image = np.full((*FRAME_PX[::-1], 3), 40 + 9 * index, np.uint8)
        results.put(index, None if index == gap else predictor.predict(image))
    return results


def test_every_angle_that_moves_and_every_joint_can_be_plotted() -> None:
    assert len(CHANNELS[Quantity.ANGLE]) == FREE_ANGLES.sum()
    assert {channel.item for channel in CHANNELS[Quantity.POSITION]} == set(JOINT.values())
    columns = [channel.column(kind) for channel in ALL for kind in ("", "raw", "edited")]
    assert len(set(columns)) == len(columns)
    for channel in ALL:
        ending = {"ANGLE": "_deg", "POSITION": "_m", "SPEED": "_m_s", "CONFIDENCE": "_confidence"}
        assert channel.column().endswith(ending[channel.quantity.name])


def test_curves_are_what_was_found_and_broken_where_nobody_was() -> None:
    results = found()
    prediction = results.get(8)
    for curve in curves_of(results.traces, None, {}, clip(), ALL).curves:
        item, axis = curve.channel.item, curve.channel.axis
        assert np.isnan(curve.raw[5])
        if curve.channel.quantity is Quantity.ANGLE:
            assert curve.raw[8] == pytest.approx(np.degrees(prediction.angles_rad[item, axis]), abs=1e-4)
        elif curve.channel.quantity is Quantity.POSITION:
            assert curve.raw[8] == pytest.approx(prediction.joints3d_m[item, axis], abs=1e-5)
        elif curve.channel.quantity is Quantity.CONFIDENCE:
            assert curve.raw[8] == pytest.approx(prediction.confidence[item], abs=1e-6)


def test_a_steady_walk_has_one_speed_whatever_the_frame_rate() -> None:
    pts_s = np.cumsum(np.random.default_rng(0).uniform(0.01, 0.1, 50))
    points_m = np.array([0.3, 0.0, -0.4]) * pts_s[:, None]
    np.testing.assert_allclose(speed_m_s(points_m, pts_s), 0.5, rtol=1e-6)
    points_m[20] = np.nan
    assert np.flatnonzero(np.isnan(speed_m_s(points_m, pts_s))).tolist() == [19, 20, 21]


def test_images_have_no_speed() -> None:
    channel = Channel(Quantity.SPEED, JOINT["l_wrist"])
    curves = curves_of(found().traces, None, {}, clip(images=True), (channel,))
    assert np.isnan(curves.curves[0].raw).all()
    assert "Images have no times" in curves.hint
    assert curves.x.tolist() == list(range(1, 13))


def test_a_straight_line_does_not_jitter() -> None:
    line = np.linspace(-3, 9, 40)
    assert jitter(line) == pytest.approx(0, abs=1e-12)
    assert jitter(line + np.random.default_rng(0).normal(0, 1, 40)) > 1
    assert np.isnan(jitter(np.array([1.0, np.nan, 2.0])))


def test_a_single_frame_between_unknown_ones_is_marked() -> None:
    results = Results(12)
    results.put(4, FakePredictor().predict(np.full((*FRAME_PX[::-1], 3), 90, np.uint8)))
    curve = curves_of(results.traces, None, {}, clip(), (WAVE,)).curves[0]
    assert np.flatnonzero(curve.lone).tolist() == [4]


def test_what_was_set_by_hand_is_a_mark_and_a_column_of_its_own() -> None:
    session = Session()
    session.open(clip())
    session.results = found()
    session.put_frame(Frame(3, np.zeros((4, 4, 3), np.uint8)))
    session.edit_angle((11, 0), np.radians(12.5))
    curves = curves_of(session.results.traces, None, session.edits, session.clip, (WAVE,))
    np.testing.assert_allclose(curves.curves[0].edited, [[3, 12.5]])
    columns = columns_of(curves)
    assert list(columns) == ["frame", "pts_s", WAVE.column("raw"), WAVE.column("edited")]
    assert columns["pts_s"][0] == 7.0
    assert np.flatnonzero(np.isfinite(columns[WAVE.column("edited")])).tolist() == [3]


def test_curves_are_made_when_something_changed_and_somebody_looks() -> None:
    plots, results, shown = Plots(lambda: None), found(), clip()
    assert plots.curves(results.traces, {}, shown) is None
    plots.show(in_sight=True)
    first = plots.curves(results.traces, {}, shown)
    assert plots.curves(results.traces, {}, shown) is first
    results.put(5, None)
    assert plots.curves(results.traces, {}, shown) is not first
    plots.choose(WAVE, True)
    plots.choose(WAVE, True)
    assert [c.channel for c in plots.curves(results.traces, {}, shown).curves].count(WAVE) == 1
    for channel in plots.choice.channels:
        plots.choose(channel, False)
    assert "Choose" in plots.curves(results.traces, {}, shown).hint


def test_the_joints_of_all_frames_outlive_their_predictions() -> None:
    results = found()
    assert np.flatnonzero(results.traces.known).tolist() == [i for i in range(12) if i != 5]
    np.testing.assert_allclose(results.traces.joints3d_m[3], results.get(3).joints3d_m, atol=1e-5)
    results.put(3, None)
    assert not results.traces.known[3]


def test_the_lowest_value_is_never_left_out() -> None:
    values = np.random.default_rng(0).uniform(0.5, 1, 1000)
    for at in (0, 7, 499, 999):
        marked = values.copy()
        marked[at] = 0.1
        for columns in (1, 3, 64, 1000, 5000):
            kept = lowest(marked, columns)
            assert kept.min() == 0.1
            assert len(kept) == min(columns, 1000)


def test_every_place_that_is_read_can_be_typed() -> None:
    shown = Clip(Path("long.mp4"), np.arange(4000) / 29.97, FRAME_PX, 29.97)
    for index in (0, 1, 29, 1799, 1800, 3999):
        assert typed_frame(str(index + 1), shown) == index
        assert typed_time(clock(float(shown.times_s[index]), 2), shown) == index
        assert typed_time(f"{shown.times_s[index]:.2f} s", shown) == index
    assert typed_frame("0", shown) == 0
    assert typed_frame("999999", shown) == 3999
    assert typed_frame("1:00", shown) == typed_time("60", shown) == shown.index_at(60)
    assert [typed_frame(text, shown) for text in ("", "here", "-3", "1:2:3:4", "nan")] == [None] * 5


def test_a_clock_never_shows_sixty_seconds() -> None:
    assert clock(59.999, 2) == "1:00.00"


def test_thumbnails_are_spread_evenly() -> None:
    for frames, room in ((1, 1), (5, 20), (1000, 7), (100, 100)):
        shown = frames_shown(frames, room)
        assert len(shown) == room
        assert list(shown) == sorted(shown)
        assert 0 <= shown[0] <= shown[-1] < frames
        assert abs(shown[0] - (frames - 1 - shown[-1])) <= 1
    assert frames_shown(0, 5) == frames_shown(5, 0) == ()


def test_playing_backwards_and_faster() -> None:
    session = Session()
    session.open(clip())
    session.shuttle(-1)
    assert (session.playback.index, session.playback.speed, session.playback.playing) == (11, -1, True)
    session.shuttle(-1)
    assert session.playback.speed == -2
    session.shuttle(1)
    assert session.playback.speed == 2, "it turns round without becoming faster"
    for _ in range(5):
        session.shuttle(1)
    assert session.playback.speed == 4
    session.play(False)
    session.set_speed(0.25)
    session.play(True)
    assert (session.playback.speed, session.playback.playing) == (0.25, True)


def test_the_log_is_bounded_and_says_when() -> None:
    log = Log(lambda: datetime(2024, 5, 6, 7, 8, 9))
    for number in range(KEEP + 3):
        log.add(f"line {number}")
    assert len(log.entries) == KEEP
    assert log.entries is log.entries
    log.add("It broke.", problem=True, details="Traceback\n  here\n")
    assert str(log.entries[-1]) == "2024-05-06 07:08:09  It broke.\nTraceback\n  here"
