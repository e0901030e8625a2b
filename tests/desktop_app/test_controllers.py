"""When things are computed: controllers on a session, their worker replaced by one that waits to be told."""

from pathlib import Path

import numpy as np
import pytest
from by_hand import Hand, frame, loaded
from fake_core import fake_core
from fake_predictor import FRAME_PX, FakePredictor

from desktop_app.controllers.chronicle import Chronicle
from desktop_app.controllers.dressing import Dresser
from desktop_app.controllers.inference import Inference
from desktop_app.controllers.smoothing import Smoother
from desktop_app.controllers.synthesis import Synthesiser
from desktop_app.session import results
from desktop_app.session.activity import Analysis, Phase, Problem
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session


@pytest.fixture
def session() -> Session:
    """A clip of 25 frames a second, starting at seven seconds."""
    session = Session()
    session.open(Clip(Path("clip.mp4"), np.arange(50) / 25 + 7, FRAME_PX, 25.0))
    return session


def test_a_frame_is_looked_at_once(session: Session) -> None:
    predictor = FakePredictor()
    hand, network = loaded(session, predictor)
    inference = Inference(session, network, fake_core())
    for index in (3, 4, 3):
        inference.show(frame(index))
        while hand.waiting:
            hand.turn()
    assert predictor.predicted == 2
    assert session.prediction is session.results.get(3)


def test_what_was_seen_before_needs_no_network(session: Session) -> None:
    predictor = FakePredictor()
    session.put_prediction(3, predictor.predict(frame(3).image))
    known = session.results
    session.open(session.clip)
    session.results.remember(known.state, known.seen)
    hand, network = loaded(session, looking := FakePredictor())
    inference = Inference(session, network, fake_core())
    inference.show(frame(3))
    hand.turn()
    assert looking.predicted == 0
    assert session.prediction.reconstruction is not None
    np.testing.assert_array_equal(session.prediction.joints3d_m, known.get(3).joints3d_m)
    assert session.results.floor_m == known.floor_m


def test_played_again_nothing_grows_and_nothing_that_was_seen_changes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "KEEP", 4)
    predictor = FakePredictor()
    for index in range(10):
        session.put_prediction(index, predictor.predict(frame(index).image))
    hand, network = loaded(session, looking := FakePredictor())
    session.put_engine(predict_ms=9999.0)  # looking anew is slow, as the first time: what was seen comes all the same
    inference = Inference(session, network, fake_core())
    seen, version = dict(session.results.seen), session.results.version
    session.play(True)
    for _ in range(3):
        for index in range(10):
            inference.show(frame(index))
            while hand.waiting:
                hand.turn()
            assert session.prediction is not None
            assert len(session.results.held()) == 4
    assert looking.predicted == 0
    assert session.results.version == version
    assert session.results.seen.keys() == seen.keys()
    assert all(session.results.seen[index] is one for index, one in seen.items())


def test_what_is_made_again_of_a_frame_forgotten_meanwhile_is_dropped(session: Session) -> None:
    prediction = FakePredictor().predict(frame(3).image)
    session.put_prediction(3, prediction)
    session.results.forget([3])
    session.put_again(3, prediction)
    assert not session.results.known(3)
    assert session.results.missing_from(0) == [range(50)]


def test_while_playing_frames_are_shown_with_their_predictions(session: Session) -> None:
    hand, network = loaded(session, FakePredictor())
    inference = Inference(session, network, fake_core())
    inference.show(frame(0))
    hand.turn()
    session.play(True)
    shown: list[tuple[int, bool]] = []
    session.changed.connect(lambda: shown.append((session.frame.index, session.prediction is not None)))
    for index in (1, 2, 3):
        inference.show(frame(index))
    hand.turn()
    assert shown[-1] == (3, True)
    assert all(known for _, known in shown)


def test_a_slow_first_look_does_not_keep_overlays_from_playing_and_a_slow_second_does(session: Session) -> None:
    hand, network = loaded(session, FakePredictor())
    inference = Inference(session, network, fake_core())
    for index in (0, 1):
        inference.show(frame(index))
        while hand.waiting:
            hand.turn()
        session.put_engine(predict_ms=9999.0)
        session.play(True)
        inference.show(frame(index + 10))
        shown_at_once = session.frame.index == index + 10
        assert shown_at_once == (index == 1)
        while hand.waiting:
            hand.turn()
        session.put_engine(predict_ms=9999.0)
        session.play(False)


def test_an_answer_for_another_clip_is_dropped(session: Session) -> None:
    hand, network = loaded(session, FakePredictor())
    inference = Inference(session, network, fake_core())
    inference.show(frame(0))
    session.open(Clip(Path("other.mp4"), np.arange(5) / 25, FRAME_PX, 25.0))
    hand.turn()
    assert session.results.count == 0


def test_the_reconstruction_is_made_when_the_analysis_left_it_out(session: Session) -> None:
    predictor = FakePredictor()
    hand, network = loaded(session, predictor)
    _synthesiser = Synthesiser(session, network, Dresser(fake_core()))  # the session holds it weakly
    session.put_prediction(0, predictor.predict(frame(0).image, synthesise=False))
    session.put_frame(frame(0))
    hand.turn()
    assert session.synthesised.factors is session.prediction.factors
    assert not hand.waiting


def test_an_edited_person_wears_what_all_frames_show(session: Session) -> None:
    worn: list[float] = []

    class Watched(FakePredictor):
        def synthesise(self, factors):
            worn.append(float(factors.atlas.mean()))
            return super().synthesise(factors)

    hand, network = loaded(session, predictor := Watched())
    _synthesiser = Synthesiser(session, network, Dresser(fake_core()))  # the session holds it weakly
    for index in (0, 1, 2):
        session.put_prediction(index, predictor.predict(frame(index).image))
    session.put_frame(frame(0))
    session.edit_angle((11, 0), 0.1)
    hand.turn()
    session.put_prediction(3, predictor.predict(frame(3).image))
    session.edit_angle((11, 0), 0.2)
    hand.turn()
    assert worn == [3, 4]  # each frame offered once
    factors = session.factors
    assert session.synthesised.factors is factors  # an answer to what was asked, whatever it wears
    session.reset_all()
    assert not hand.waiting
    assert worn == [3, 4]  # as predicted: the frame's own appearance, which is there already


def test_a_failing_image_is_not_asked_for_again_and_again(session: Session) -> None:
    class Broken(FakePredictor):
        def synthesise(self, factors):
            raise RuntimeError("no")

    hand, network = loaded(session, Broken())
    _synthesiser = Synthesiser(session, network, Dresser(fake_core()))  # the session holds it weakly
    session.put_prediction(0, FakePredictor().predict(frame(0).image))
    session.put_frame(frame(0))
    session.edit_angle((11, 0), 0.1)
    hand.turn()
    assert session.problem is not None
    assert not hand.waiting


def test_the_motion_is_smoothed_once_for_all_that_came_in(session: Session) -> None:
    hand, predictor = Hand(), FakePredictor()
    _smoother = Smoother(session, hand, fake_core())  # type: ignore[arg-type]
    session.put_prediction(0, predictor.predict(frame(0).image))
    assert not hand.waiting, "nobody looks"
    session.plots.show(in_sight=True)
    for index in range(1, 5):
        session.put_prediction(index, predictor.predict(frame(index).image))
    hand.turn()
    assert session.plots.calm.version == 1
    hand.turn()
    assert session.plots.calm.version == 5
    assert not hand.waiting
    session.show(sigma_s=0.2)
    hand.turn()
    assert session.plots.calm.sigma_s == 0.2


def test_smoothing_takes_a_rest_while_the_analysis_runs(session: Session) -> None:
    hand, predictor, now_s = Hand(), FakePredictor(), [0.0]
    _smoother = Smoother(session, hand, fake_core(), lambda: now_s[0])  # type: ignore[arg-type]
    session.plots.show(in_sight=True)
    result = predictor.predict(frame(0).image)
    session.put_batch([(0, result)], Analysis(Phase.RUNNING, 1, 50))
    now_s[0] = 2.0  # so long it takes
    hand.turn()
    session.put_batch([(1, result)], Analysis(Phase.RUNNING, 2, 50))
    assert not hand.waiting
    now_s[0] = 11.0
    session.put_batch([(2, result)], Analysis(Phase.RUNNING, 3, 50))
    hand.turn()
    session.put_batch([(3, result)], Analysis(Phase.IDLE, 4, 50))
    hand.turn()
    assert session.plots.calm.version == 4, "the last frames are never waited for"


def test_what_happens_is_written_down(session: Session) -> None:
    watched = Session()
    _chronicle = Chronicle(watched, lambda: 5.0)
    watched.open(session.clip)
    watched.put_engine(phase=Phase.RUNNING, device_note="CPU", checkpoint_name="best")
    watched.put_analysis(Analysis(Phase.STARTING, 0, 50))
    watched.put_batch([(0, None)], Analysis(Phase.IDLE, 1, 50))
    problem = Problem("It broke.", "Mend it.", "Traceback")
    watched.report(problem)
    watched.report(problem)
    lines = [entry.text for entry in watched.log.entries]
    assert [line.split()[0] for line in lines] == ["Opened", "The", "Analysing", "The", "It"]
    assert "1 of 50 frames" in lines[3]
    assert watched.log.entries[-1].details == "Traceback"
