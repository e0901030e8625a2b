"""Appearance, body and background of the whole clip: one history with the edits of frames."""

from pathlib import Path

import numpy as np
import pytest
from fake_people import FakePerson, FakeWardrobe
from fake_predictor import FRAME_PX, FakePredictor

from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.prediction import ATLAS_PX
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.staging import FILLED, OWN, Behind, Ground, Guest, Outfit, Pose
from desktop_app.session.state import Session

SHEET = Outfit("sheet.png", atlas=np.ones((14, 4, *ATLAS_PX), np.float32))


def frame(index: int) -> Frame:
    """A light one."""
    return Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100, np.uint8))


@pytest.fixture
def session() -> Session:
    """Two frames looked at, the first on show."""
    session = Session()
    session.open(Clip(Path("clip.mp4"), np.arange(10) / 25, FRAME_PX, 25.0))
    for index in (1, 0):
        session.put_frame(frame(index))
        session.put_prediction(index, FakePredictor().predict(frame(index).image))
    return session


def test_undo_and_redo_are_inverse(session: Session) -> None:
    stage = session.stage
    states = [(session.edit, stage.staging)]
    for change in (
        lambda: stage.wear(SHEET),
        lambda: session.edit_angle((11, 0), 0.1),
        lambda: stage.blend(SHEET),
        lambda: stage.set_share(0.4),
        lambda: stage.wear_part(3, SHEET),
        lambda: stage.set_shape(2, 0.7),
        lambda: stage.set_behind(FILLED),
        stage.reset_appearance,
        stage.reset_shape,
        stage.reset,
    ):
        change()
        states.append((session.edit, stage.staging))
    assert len({label for label in iter(lambda: session.history.undo_label, None) if not session.undo()}) == 10
    assert (session.edit, stage.staging) == states[0]
    for state in states[1:]:
        session.redo()
        assert (session.edit, stage.staging) == state


def test_one_drag_of_a_limb_is_one_step(session: Session) -> None:
    for value in np.linspace(0, 5, 20):
        session.stage.set_shape(2, float(value), dragging=True)
    session.end_drag()
    assert session.stage.staging.shape == {2: 1.0}
    session.undo()
    assert not session.stage.staging


def test_it_holds_for_every_frame_and_the_pose_for_one(session: Session) -> None:
    session.stage.set_shape(2, 0.7)
    session.edit_angle((11, 0), 0.1)
    for index in (0, 1):
        session.put_frame(frame(index))
        assert session.factors.shape[2] == pytest.approx(0.7)
        assert bool(session.edit) == (index == 0)


def test_the_factors_are_the_same_until_something_changes(session: Session) -> None:
    session.stage.wear(SHEET)
    factors = session.factors
    assert factors is session.factors is not session.prediction.factors
    session.stage.put_clean(1, np.zeros((2, 2, 3), np.uint8))
    assert session.factors is factors, "that is another frame"
    session.stage.put_clean(0, np.zeros((2, 2, 3), np.uint8))
    assert session.factors is not factors
    session.stage.reset()
    assert session.factors is session.prediction.factors


def test_the_clean_place_is_used_where_it_is_wanted(session: Session) -> None:
    session.stage.put_clean(0, crop := np.zeros((2, 2, 3), np.uint8))
    assert session.clean is crop
    for behind in (FILLED, Behind(Ground.COLOUR, (1, 2, 3))):
        session.stage.set_behind(behind)
        assert session.clean is None


def test_a_pose_of_another_frame_is_taken_within_the_limits(session: Session) -> None:
    session.put_frame(frame(1))
    session.copy_pose()
    copied = session.factors.angles_rad
    session.put_frame(frame(0))
    session.take_pose(session.copied)
    np.testing.assert_allclose(session.factors.angles_rad[FREE_ANGLES], copied[FREE_ANGLES])
    session.take_pose(Pose("far off", np.full((20, 2), 9.0)))
    assert (session.factors.angles_rad <= LIMITS_RAD[..., 1] + 1e-9).all()
    session.undo()
    session.undo()
    assert session.factors is session.prediction.factors


def test_another_clip_keeps_guests_and_sheets_but_no_single_frames(session: Session) -> None:
    guest = Guest("them", np.zeros(12), (), FakePerson(FakeWardrobe({}), np.zeros(12), ()))
    session.stage.offer(there := Outfit("them", guest=guest))
    session.stage.offer(SHEET)
    for _ in range(2):
        session.wear_frame()
    assert [outfit.name for outfit in session.stage.outfits[3:]] == ["Frame 1 alone"]
    session.stage.set_shape(1, 0.5)
    session.copy_pose()
    session.open(Clip(Path("other.mp4"), np.arange(3) / 25, FRAME_PX, 25.0))
    assert session.stage.outfits == (OWN, there, SHEET)
    assert not session.stage.staging
    assert session.copied is not None
    session.undo()
    assert not session.stage.staging


def test_the_body_of_somebody_else(session: Session) -> None:
    session.stage.take_shape("them", np.linspace(-2, 2, 12))
    np.testing.assert_allclose(session.factors.shape, np.linspace(-2, 2, 12).clip(-1, 1))
    session.undo()
    assert session.factors is session.prediction.factors
