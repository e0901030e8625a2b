"""The frame on show is looked at, once, and the newest frame only."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from core_model.errors import NobodyFoundError
from core_model.prediction import Prediction
from desktop_app.controllers.core import Core, Follower, Predictor
from desktop_app.controllers.network import PREDICT, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.corrections import Box
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.state import Session

LIVE_LIMIT_MS = 250.0
"""While playing, frames wait for their predictions when that takes no longer than this, so that overlays fit; else
they are shown without."""


class Inference:
    """Asks for a prediction of every frame that comes to rest, and of as many as possible while playing.

    What was seen before is made again from the frame, without looking anew.
    """

    def __init__(self, session: Session, network: Network, core: Core) -> None:
        self._session, self._network, self._core = session, network, core
        self._follower: tuple[tuple[Clip, str], Follower] | None = None  # touched on the network's thread only
        self._looks: tuple[str | None, int] = (None, 0)  # with which checkpoint, and how many
        self._asked: tuple[Frame, tuple[Box | None, bool], str] | None = None
        session.changed.connect(self._update)

    def show(self, frame: Frame) -> None:
        """Put a decoded frame on show; while playing together with its prediction, if that is quick."""
        session = self._session
        last_ms = session.engine.predict_ms
        once = self._looks == (session.engine.checkpoint_digest, 1)  # a first look prepares much: it tells no pace
        quick = frame.index in session.results.seen or once or (last_ms is not None and last_ms < LIVE_LIMIT_MS)
        live = quick and session.playback.playing and session.engine.ready
        if live and not session.analysis.running and not session.results.known(frame.index):
            self._ask(frame)
        else:
            session.put_frame(frame)

    def _update(self) -> None:
        """A frame that has come to rest."""
        session, frame = self._session, self._session.frame
        if frame is None or not session.engine.ready or session.playback.playing:
            return
        if session.clip and session.clip.live:  # its frames come with their predictions
            return
        if self._asked == (frame, session.correcting.made.of(frame.index), session.engine.checkpoint_digest):
            return
        if not session.results.known(frame.index):
            self._ask(frame)

    def _ask(self, frame: Frame) -> None:
        clip = self._session.clip
        if clip is None:
            return
        corrected = self._session.correcting.made.of(frame.index)
        digest = self._session.engine.checkpoint_digest
        self._asked = frame, corrected, digest
        seen = self._session.results.seen.get(frame.index)

        def predict(predictor: Predictor) -> tuple[Prediction | None, float | None]:
            start = perf_counter()
            if seen is not None:
                return _whole(self._core.retake(frame.image, seen), predictor), None
            prediction = self._predict(predictor, clip, frame, *corrected)
            return prediction, (perf_counter() - start) * 1e3

        def predicted(answer: Any) -> None:
            same = self._session.correcting.made.of(frame.index) == corrected
            if same and self._session.clip is clip and self._session.engine.checkpoint_digest == digest:
                self._put(frame, *answer)

        self._network.ask(PREDICT, predict, predicted, self._failed)

    def _predict(
        self, predictor: Predictor, clip: Clip, frame: Frame, crop_px: Box | None, exchanged: bool
    ) -> Prediction | None:
        """On the network's thread: the person is followed from frame to frame, and located anew after a jump."""
        key = (clip, predictor.checkpoint_digest)
        if self._follower is None or self._follower[0] != key:
            self._follower = (key, self._core.follower(predictor))
        try:
            crop = None if crop_px is None else np.array(crop_px)
            prediction = self._follower[1].follow(frame.image, float(clip.pts_s[frame.index]), crop)
        except NobodyFoundError:
            return None
        return _whole(self._core.exchanged_sides(prediction) if exchanged else prediction, predictor)

    def _put(self, frame: Frame, prediction: Prediction | None, predict_ms: float | None) -> None:
        session, again = self._session, predict_ms is None
        if not session.results.known(frame.index):
            if again and prediction is not None:
                session.put_again(frame.index, prediction)
            else:
                session.put_prediction(frame.index, prediction)
        if not again:
            digest = session.engine.checkpoint_digest
            self._looks = digest, 1 + (self._looks[1] if self._looks[0] == digest else 0)
            session.put_engine(predict_ms=predict_ms)
        if session.playback.playing or session.playback.index == frame.index:
            session.put_frame(frame)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Looking at this frame", failure.details))


def _whole(prediction: Prediction, predictor: Predictor) -> Prediction:
    """With its reconstruction."""
    return replace(prediction, reconstruction=predictor.synthesise(prediction.factors))
