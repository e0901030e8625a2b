"""The checkpoint in use: the one that the studio began with, or a training run's. What one saw is never mixed with what
another saw: each has results of its own, put aside while the other is in use."""

from pathlib import Path
from typing import Any

import numpy as np

from core_model.errors import NobodyFoundError
from core_model.seen import Seen, seen_of
from desktop_app.controllers.analysis import Analyser
from desktop_app.controllers.core import Core, Predictor
from desktop_app.controllers.network import COMPARE, Network
from desktop_app.controllers.run_watcher import TAKE
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.playback import Clip
from desktop_app.session.runs import Compared
from desktop_app.session.state import Session


class Checkpoints:
    """Takes a run's checkpoint into use, and goes back; compares both on the frame on show."""

    def __init__(self, session: Session, network: Network, worker: Worker, analyser: Analyser, core: Core) -> None:
        self._session, self._network, self._worker = session, network, worker
        self._analyser, self._core = analyser, core
        self._first: Predictor | None = None  # the studio began with it
        self._last: Predictor | None = None  # of a run
        self._aside: dict[str, tuple[np.ndarray, dict[int, Seen]]] = {}  # by digest: what was seen of the clip
        self._clip: Clip | None = None
        self._asked: object = None  # the prediction that was compared last
        session.changed.connect(self._update)

    def take(self, folder: Path, file: str) -> None:
        """See the clip with a run's checkpoint, as it is on the disk now."""
        first = self._first = self._first or self._network.base
        runs = self._session.runs
        if first is None or runs.in_use.preparing:
            return

        def ready(predictor: Any) -> None:
            self._last = predictor
            runs.put_use(preparing=False, last=(folder, file))
            self._use(predictor, folder, file)

        runs.put_use(preparing=True)
        self._worker.ask(TAKE, lambda: self._core.with_encoder(first, folder / file), ready, self._failed)

    def exchange(self) -> None:
        """From a run's checkpoint to the first one, and back."""
        use = self._session.runs.in_use
        if use.preparing or use.last is None or self._first is None or self._last is None:
            return
        if use.folder is None:
            self._use(self._last, *use.last)
        else:
            self._use(self._first, None, "")

    def _use(self, predictor: Predictor, folder: Path | None, file: str) -> None:
        session = self._session
        if predictor.checkpoint_digest != session.engine.checkpoint_digest:
            self._analyser.cancel()
            results = session.results
            self._aside[session.engine.checkpoint_digest] = (results.state.copy(), dict(results.seen))
            self._network.change(predictor)
            session.see_anew(*self._aside.get(predictor.checkpoint_digest, ()))
            session.note(f"Checkpoint in use: {predictor.checkpoint_name}.")
        session.runs.put_use(folder=folder, file=file, name=predictor.checkpoint_name)

    def _update(self) -> None:
        session = self._session
        if session.clip is not self._clip:
            self._clip, self._aside = session.clip, {}
        self._compare()

    def _compare(self) -> None:
        """The frame on show, once it is at rest."""
        session, first, frame, seen = self._session, self._first, self._session.frame, self._session.prediction
        clip, wanted = session.clip, session.runs.in_use.folder is not None and session.runs.choice.in_sight
        if not wanted or first is None or frame is None or seen is None or clip is None or session.playback.playing:
            return
        now = session.results.seen.get(frame.index)
        if self._asked is seen or now is None:
            return
        self._asked = seen

        def look(_: Predictor) -> Seen | None:
            known = self._aside.get(first.checkpoint_digest, (None, {}))[1].get(frame.index)
            if known is not None:
                return known
            try:
                return seen_of(self._core.follower(first).follow(frame.image, 0.0, seen.box_px))
            except NobodyFoundError:
                return None

        def compared(other: Seen | None) -> None:
            if self._asked is seen:
                session.runs.put_compared(None if other is None else compare(frame.index, other, now))

        self._network.ask(COMPARE, look, compared, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.runs.put_use(preparing=False)
        self._session.report(Problem.of(failure.error, "Using the run's checkpoint", failure.details))


def compare(index: int, first: Seen, now: Seen) -> Compared:
    """Two looks at a frame; the pelvis is joint 0."""
    a, b = (seen.joints3d_m - seen.joints3d_m[:1] for seen in (first, now))
    apart_mm = 1e3 * float(np.linalg.norm(a - b, axis=1).mean())
    apart_px = float(np.linalg.norm(first.joints2d_px - now.joints2d_px, axis=1).mean())
    return Compared(index, apart_mm, apart_px, (float(first.confidence.mean()), float(now.confidence.mean())))
