"""What the session holds true, without window, threads or network."""

from dataclasses import replace
from math import radians
from pathlib import Path

import numpy as np
import pytest
from fake_predictor import FRAME_PX, FakePredictor

from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.orbit import orbit_of
from desktop_app.session.activity import Problem
from desktop_app.session.edits import Edit
from desktop_app.session.made import Synthesised
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.resolve import resolve
from desktop_app.session.results import KEEP, Results
from desktop_app.session.state import Session

ANGLE = (11, 0)


def frame(index: int) -> Frame:
    """A light one."""
    return Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100, np.uint8))


@pytest.fixture
def session() -> Session:
    """Two frames looked at, the first on show."""
    session = Session()
    session.open(Clip(Path("clip.mp4"), np.arange(10) / 25 + 7.0, FRAME_PX, 25.0))
    for index in (1, 0):
        session.put_frame(frame(index))
        session.put_prediction(index, FakePredictor().predict(frame(index).image))
    return session


def test_an_edit_changes_its_angle_only(session: Session) -> None:
    session.edit_angle(ANGLE, 0.25)
    changed = session.factors.angles_rad != session.prediction.angles_rad
    assert np.argwhere(changed).tolist() == [list(ANGLE)]
    assert session.factors.camera is session.prediction.factors.camera


def test_no_edit_leaves_the_limits(session: Session) -> None:
    for limb, axis in np.argwhere(FREE_ANGLES):
        for value in (-9.0, 9.0):
            session.edit_angle((int(limb), int(axis)), value)
            low, high = LIMITS_RAD[limb, axis]
            assert low <= session.factors.angles_rad[limb, axis] <= high


def test_camera_edits_keep_the_other_numbers_and_the_pose(session: Session) -> None:
    before = orbit_of(session.factors.camera)
    session.edit_orbit("azimuth_rad", radians(80))
    after = orbit_of(session.factors.camera)
    assert after.azimuth_rad == pytest.approx(radians(80))
    assert (after.elevation_rad, after.roll_rad, after.distance_m) == pytest.approx(
        (before.elevation_rad, before.roll_rad, before.distance_m)
    )
    assert (session.factors.angles_rad == session.prediction.angles_rad).all()


def test_undo_and_redo_are_inverse(session: Session) -> None:
    states = [session.edit]
    for change in (
        lambda: session.edit_angle(ANGLE, 0.1),
        lambda: session.edit_orbit("roll_rad", 0.3),
        lambda: session.edit_angle((4, 0), 0.2),
        session.reset_all,
    ):
        change()
        states.append(session.edit)
    for state in reversed(states[:-1]):
        session.undo()
        assert session.edit == state
    for state in states[1:]:
        session.redo()
        assert session.edit == state
    session.redo()
    assert session.edit == states[-1]


def test_one_drag_is_one_step(session: Session) -> None:
    for drag in (0.2, 0.4):
        for value in np.linspace(0, drag, 20):
            session.edit_angle(ANGLE, float(value), dragging=True)
        session.end_drag()
    session.undo()
    assert session.edit.angles_rad[ANGLE] == pytest.approx(0.2)
    session.undo()
    assert not session.edit


def test_a_new_change_forgets_what_was_undone(session: Session) -> None:
    session.edit_angle(ANGLE, 0.1)
    session.undo()
    session.edit_angle(ANGLE, 0.3)
    session.redo()
    assert session.edit.angles_rad == {ANGLE: 0.3}


def test_edits_stay_with_their_frame_and_undo_goes_there(session: Session) -> None:
    session.edit_angle(ANGLE, 0.1)
    session.put_frame(frame(1))
    assert not session.edit
    assert resolve(session).edited_frames == (0,)
    session.seek(1)
    session.undo()
    assert session.playback.index == 0
    assert resolve(session).edited_frames == ()


def test_resets(session: Session) -> None:
    session.edit_angle((10, 0), 0.1)
    session.edit_angle((10, 1), 0.1)
    session.edit_angle(ANGLE, 0.1)
    session.edit_orbit("roll_rad", 0.1)
    session.reset_angle((10, 0))
    assert set(session.edit.angles_rad) == {(10, 1), ANGLE}
    session.reset_limbs({10})
    assert set(session.edit.angles_rad) == {ANGLE}
    session.reset_orbit()
    assert session.edit == Edit({ANGLE: 0.1})
    session.reset_all()
    assert session.factors is session.prediction.factors


def test_the_history_of_another_clip_is_not_undone(session: Session) -> None:
    session.edit_angle(ANGLE, 0.1)
    session.open(Clip(Path("other.mp4"), np.arange(3) / 25, FRAME_PX, 25.0))
    session.undo()
    assert not session.edits


def test_a_problem_loses_nothing(session: Session) -> None:
    session.edit_angle(ANGLE, 0.1)
    before = resolve(session)
    session.report(Problem("This went wrong.", "Do that."))
    after = resolve(session)
    assert (after.clip, after.prediction, after.edit) == (before.clip, before.prediction, before.edit)
    assert after.problem.what == "This went wrong."


def test_frames_are_addressed_by_time() -> None:
    clip = Clip(Path("vfr.mp4"), np.array([3.0, 3.1, 3.5, 3.6]), FRAME_PX, 8.0)
    assert [clip.index_at(t) for t in (0.0, 0.05, 0.1, 0.3, 0.5, 0.55, 9.0)] == [0, 0, 1, 1, 2, 2, 3]


def test_images_are_played_at_a_rate_of_their_own() -> None:
    clip = Clip(Path("folder"), np.full(4, np.nan), FRAME_PX, float("nan"), ("a", "b", "c", "d"))
    assert [clip.index_at(float(t)) for t in clip.times_s] == [0, 1, 2, 3]
    assert np.isfinite(clip.duration_s)


def test_loop_ends_give_way(session: Session) -> None:
    session.set_loop(first=6)
    assert session.playback.loop == (6, 9)
    session.set_loop(last=3)
    assert session.playback.loop == (3, 3)
    session.set_loop(first=0)
    session.set_loop(last=9)
    assert session.playback.loop is None


def test_missing_runs_cover_every_unknown_frame_once() -> None:
    rng = np.random.default_rng(0)
    for start in range(12):
        results = Results(12)
        known = set(rng.choice(12, size=5, replace=False).tolist())
        for index in known:
            results.put(index, None)
        runs = results.missing_from(start)
        assert sorted(i for run in runs for i in run) == sorted(set(range(12)) - known)


def test_of_a_long_clip_few_predictions_are_held_and_every_frame_is_remembered() -> None:
    results, prediction = Results(KEEP + 50), FakePredictor().predict(frame(0).image)
    for _ in range(2):  # analysed, then made again as they are played
        for index in range(KEEP + 50):
            results.put(index, prediction)
        assert [index for index, _ in results.held()] == list(range(50, KEEP + 50))
        assert results.count == len(results.seen) == KEEP + 50


def test_a_moved_camera_leaves_the_person_where_they_stand(session: Session) -> None:
    predictor = FakePredictor()
    session.edit_orbit("azimuth_rad", 1.2)
    session.edit_orbit("distance_m", 2.0)
    session.put_synthesised(Synthesised(0, session.factors, predictor.synthesise(session.factors)))
    space = resolve(session).space
    np.testing.assert_allclose(space.joints_m, session.prediction.joints3d_m, atol=1e-6)
    assert not np.allclose(space.camera_to_world, np.eye(4))


def test_the_ghost_is_the_prediction(session: Session) -> None:
    session.edit_angle(ANGLE, -0.5)
    session.put_synthesised(Synthesised(0, session.factors, FakePredictor().synthesise(session.factors)))
    space = resolve(session).space
    assert space.ghost_m is session.prediction.joints3d_m
    assert np.abs(space.joints_m - space.ghost_m).max() > 0.05


def test_smoothing_calms_jitter_and_keeps_the_raw(session: Session) -> None:
    rng = np.random.default_rng(0)
    clean = session.prediction
    for index in range(10):
        noise = rng.normal(0, 3, clean.joints2d_px.shape)
        session.put_prediction(index, replace(clean, joints2d_px=clean.joints2d_px + noise))
    session.put_frame(frame(5))
    raw, calm = session.prediction.joints2d_px, resolve(session).joints2d_px
    assert np.abs(calm - clean.joints2d_px).mean() < 0.6 * np.abs(raw - clean.joints2d_px).mean()
    session.show(smooth=False)
    assert resolve(session).joints2d_px is raw
    session.show(smooth=True)
    session.edit_angle(ANGLE, 0.1)
    assert resolve(session).joints2d_px is raw


def test_smoothing_stops_at_frames_that_are_not_known(session: Session) -> None:
    far = replace(session.prediction, joints2d_px=session.prediction.joints2d_px + 500)
    session.put_prediction(1, None)
    session.put_prediction(2, far)
    np.testing.assert_array_equal(resolve(session).joints2d_px, session.prediction.joints2d_px)
