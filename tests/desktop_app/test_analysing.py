"""The analysis of a clip in the window: how it goes, anew, cancelled, while something else is done."""

import time

import numpy as np
import pytest
from fake_predictor import FakePredictor
from PySide6.QtCore import Qt, QTimer

from desktop_app.session.activity import Phase


def test_analysis_fills_the_clip_from_the_playhead(make_studio, qtbot) -> None:
    studio = make_studio()
    studio.session.seek(30)
    qtbot.waitUntil(lambda: studio.session.prediction is not None and studio.session.frame.index == 30)
    order: list[int] = []
    studio.session.changed.connect(lambda: order.append(studio.session.results.count))
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(studio.session.results.state.all()))
    qtbot.waitUntil(lambda: not studio.session.analysis.running)
    assert not studio.window.top_bar.analyse.isEnabled()


def test_analysed_anew_carefully_what_is_not_reached_stays_as_it_was(make_studio, qtbot) -> None:
    studio = make_studio(FakePredictor(predict_s=0.01))
    session = studio.session
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(session.results.state.all()) and not session.analysis.running)
    session.seek(30)
    qtbot.waitUntil(lambda: session.prediction is not None and session.frame.index == 30)
    session.edit_angle((11, 0), 0.5)
    studio.window.actions_["analyse_carefully"].trigger()
    qtbot.waitUntil(lambda: session.analysis.done >= 2)
    studio.window.top_bar.cancel.click()
    qtbot.waitUntil(lambda: not session.analysis.running)
    sure = {index: seen.confidence[-1] for index, seen in session.results.seen.items()}
    assert sure[30] == pytest.approx(1.0), "the one on show comes first"
    assert sure[29] == pytest.approx(0.4)
    assert session.prediction.confidence[-1] == pytest.approx(1.0)
    assert session.edits[30].angles_rad == {(11, 0): 0.5}
    assert bool(session.results.state.all())


def test_cancel_answers_at_once_and_keeps_what_is_done(make_studio, qtbot) -> None:
    studio = make_studio(FakePredictor(predict_s=0.3))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: studio.session.analysis.done >= 1)
    qtbot.wait(20)
    start = time.perf_counter()
    studio.window.top_bar.cancel.click()
    qtbot.waitUntil(lambda: studio.window.top_bar.analyse.isVisible())
    assert time.perf_counter() - start < 0.25
    done = studio.session.results.count
    qtbot.wait(500)
    assert studio.session.results.count == done >= 2
    assert studio.window.top_bar.analyse.text() == "Analyse the rest"


class _BusyPredictor(FakePredictor):
    """A tenth of a second a frame (more on a busy machine), waiting and burning the processor in turns."""

    def __init__(self) -> None:
        super().__init__()
        self.took_s: list[float] = []

    def predict(self, frame: np.ndarray, *, synthesise: bool = True):
        matrix, start = np.ones((300, 300)), time.perf_counter()
        for _ in range(10):
            time.sleep(0.008)
            matrix @ matrix
        self.took_s.append(time.perf_counter() - start)
        return super().predict(frame, synthesise=synthesise)


def test_the_window_never_waits_for_the_analysis(make_studio, qtbot) -> None:
    predictor = _BusyPredictor()
    studio = make_studio(predictor)
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    stamps: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: stamps.append(time.perf_counter()))
    studio.window.actions_["analyse"].trigger()
    timer.start(5)
    qtbot.waitUntil(lambda: studio.session.analysis.done >= 12, timeout=20_000)
    timer.stop()
    lag_s, frame_s = np.diff(stamps) - 0.005, float(np.median(predictor.took_s))
    assert np.median(lag_s) < 0.2 * frame_s
    assert np.percentile(lag_s, 95) < 0.75 * frame_s, "a predictor on this thread would make it 1"


def test_closing_while_analysing_ends_soon(make_studio, qtbot) -> None:
    studio = make_studio(FakePredictor(predict_s=0.2))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: studio.session.analysis.done >= 1)
    start = time.perf_counter()
    studio.window.close()
    assert time.perf_counter() - start < 3


def test_asked_for_before_the_network_is_there_it_says_so(make_studio, qtbot) -> None:
    studio = make_studio()
    session = studio.session
    session.put_engine(phase=Phase.STARTING)
    for name in ("analyse", "analyse_carefully"):
        session.report(None)
        studio.window.actions_[name].trigger()
        assert "network" in session.problem.what
        assert not session.analysis.running
