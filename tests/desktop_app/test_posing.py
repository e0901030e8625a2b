"""Whole poses, both sides alike, the space of poses, and frames between edited ones."""

from math import radians

import numpy as np
import pytest
from fake_predictor import FRAME_PX, FakePredictor

from core_model import pose_space
from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.skeleton import JOINT, LIMB_MIRROR
from desktop_app.application import Studio
from desktop_app.session.edits import Edit
from desktop_app.session.grip import Ask
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.presets import PRESETS
from desktop_app.session.staging import Moves
from desktop_app.session.state import Session
from desktop_app.views import pose_space_group

KNEE = (JOINT["l_ankle"] - 1, 1)


@pytest.fixture
def session() -> Session:
    """Eleven frames looked at, the first on show."""
    from pathlib import Path

    session = Session()
    session.open(Clip(Path("clip.mp4"), np.arange(20) / 25, FRAME_PX, 25.0))
    image = np.full((FRAME_PX[1], FRAME_PX[0], 3), 100, np.uint8)
    for index in range(11):
        session.put_prediction(index, FakePredictor().predict(image + index))
    session.put_frame(Frame(0, image))
    return session


def show(session: Session, index: int) -> None:
    session.put_frame(Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100 + index, np.uint8)))


def added(session: Session, index: int) -> float:
    """To the knee as predicted."""
    predicted = session.results.seen[index].angles_rad[KNEE]
    return float(session.edits.get(index, Edit()).angles_rad.get(KNEE, predicted) - predicted)


def keyed(session: Session, values: dict[int, float]) -> None:
    """Frames edited by hand."""
    for index, value in values.items():
        show(session, index)
        session.edit_angle(KNEE, session.prediction.angles_rad[KNEE] + value)


def test_frames_between_follow_smoothly_and_those_outside_stay(session: Session) -> None:
    keyed(session, {2: 0.2, 8: 0.8})
    session.interpolate()
    between = [added(session, index) for index in range(2, 9)]
    assert between == sorted(between)
    assert between[0] == pytest.approx(0.2)
    assert between[3] == pytest.approx(0.5)
    assert between[-1] == pytest.approx(0.8)
    assert between[1] - between[0] < between[3] - between[2]  # it starts slowly
    assert {index for index in range(20) if index not in session.edits} == {0, 1, *range(9, 20)}


def test_filling_is_one_step(session: Session) -> None:
    keyed(session, {2: 0.2, 8: 0.8})
    session.interpolate()
    session.undo()
    assert sorted(session.edits) == [2, 8]
    session.redo()
    assert sorted(session.edits) == list(range(2, 9))


def test_keys_moved_later_are_followed_when_filled_again(session: Session) -> None:
    keyed(session, {2: 0.2, 8: 0.8})
    session.interpolate()
    keyed(session, {8: 0.2})
    session.interpolate()
    assert added(session, 5) == pytest.approx(0.2)
    keyed(session, {5: 0.6})  # a filled frame that is edited becomes a key
    session.interpolate()
    assert added(session, 5) == pytest.approx(0.6)
    assert 0.2 < added(session, 4) < 0.6


def test_the_loop_bounds_what_is_filled_and_reset(session: Session) -> None:
    keyed(session, {2: 0.2, 8: 0.8})
    session.set_loop(2, 5)
    session.interpolate()
    assert sorted(session.edits) == [2, 3, 4, 5, 8]
    session.reset_range()
    assert sorted(session.edits) == [8]
    session.undo()
    assert sorted(session.edits) == [2, 3, 4, 5, 8]


def test_the_camera_goes_the_short_way_round(session: Session) -> None:
    from core_model.orbit import orbit_of

    for index, turn in ((0, 170), (10, -170)):
        show(session, index)
        session.edit_orbit("azimuth_rad", radians(turn))
    session.interpolate()
    show(session, 5)
    turn = orbit_of(session.factors.camera).azimuth_rad
    assert abs((turn - radians(180) + np.pi) % (2 * np.pi) - np.pi) < radians(15)


def test_a_motion_moves_the_person_at_its_own_pace(session: Session) -> None:
    angles_rad, c, s = np.linspace(0, 0.6, 31)[:, None, None] * np.ones((20, 2)), np.cos(0.5), np.sin(0.5)
    turned = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    rotation = np.array([np.eye(3)] * 16 + [turned] * 15)
    show(session, 2)
    before = session.factors.camera.rotation
    session.drive(Moves("walk.bvh", 50.0, angles_rad, rotation))  # 25 frames a second are on show
    assert sorted(session.edits) == list(range(2, 11))  # of the others nothing is known
    show(session, 4)
    assert session.factors.angles_rad[KNEE] == pytest.approx(angles_rad[4][0, 0])
    np.testing.assert_allclose(session.factors.camera.rotation, before, atol=1e-6)
    show(session, 10)
    np.testing.assert_allclose(session.factors.camera.rotation, before @ turned, atol=1e-6)
    session.undo()
    assert not session.edits


def test_mirrored_twice_a_pose_is_as_it_was(session: Session) -> None:
    session.edit_angle(KNEE, 1.0)
    before = session.factors.angles_rad
    session.mirror_pose()
    assert session.factors.angles_rad[LIMB_MIRROR[KNEE[0]], 1] == before[KNEE]
    session.mirror_pose()
    np.testing.assert_allclose(session.factors.angles_rad, before)


def test_both_sides_are_edited_alike_where_that_is_wanted(session: Session) -> None:
    session.show(symmetric=True)
    session.edit_angle(KNEE, 0.9)
    twin = (int(LIMB_MIRROR[KNEE[0]]), 1)
    assert session.factors.angles_rad[KNEE] == session.factors.angles_rad[twin] == 0.9


def test_presets_are_symmetric_and_within_the_limits() -> None:
    for pose in PRESETS:
        inside = (pose.angles_rad >= LIMITS_RAD[..., 0]) & (pose.angles_rad <= LIMITS_RAD[..., 1])
        assert inside[FREE_ANGLES].all(), pose.name
        np.testing.assert_array_equal(pose.angles_rad, pose.angles_rad[LIMB_MIRROR])


def test_the_pane_has_the_axes_that_the_core_has() -> None:
    assert (pose_space_group.NUM_AXES, pose_space_group.REACH) == (pose_space.NUM_AXES, pose_space.REACH)


def test_a_slider_of_the_pose_space_moves_the_pose(studio: Studio, qtbot) -> None:
    studio.window.pose.space.group.unfold()
    qtbot.waitUntil(lambda: studio.session.scores is not None)
    studio.window.pose.space.rows[3].slider.setValue(25)
    qtbot.waitUntil(lambda: studio.session.grip.wish is None and bool(studio.session.edit))
    assert studio.session.factors.angles_rad[13, 0] == pytest.approx(0.25)
    assert studio.session.history.undo_label == "pose axis 4"


@pytest.mark.parametrize(("whole", "label"), [(Ask.PLAUSIBLE, "plausible pose"), (Ask.IMAGINED, "imagined pose")])
def test_whole_poses_are_one_step(studio: Studio, qtbot, whole: Ask, label: str) -> None:
    studio.session.grip.ask(whole)
    qtbot.waitUntil(lambda: studio.session.grip.wish is None)
    assert studio.session.history.undo_label == label
    studio.session.undo()
    assert not studio.session.edit
