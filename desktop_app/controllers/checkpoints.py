"""The checkpoint in use: the one that the studio began with, or a training run's. What one saw is never mixed with what
another saw: each has results of its own, put aside while the other is in use."""

from collections.abc import Mapping
from dataclasses import replace
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
from desktop_app.session.clips import Clips
from desktop_app.session.kept import no_looks
from desktop_app.session.runs import Compared
from desktop_app.session.state import Session

Looked = tuple[np.ndarray, Mapping[int, Seen]]
"""States (T,) of a clip's results, and what was seen."""


class Checkpoints:
    """Takes a run's checkpoint into use, and goes back; compares both on the frame on show."""

    def __init__(self, session: Session, network: Network, worker: Worker, analyser: Analyser, core: Core) -> None:
        self._session, self._network, self._worker = session, network, worker
        self._analyser, self._core = analyser, core
        self._first: Predictor | None = None  # the studio began with it
        self._last: Predictor | None = None  # of a run
        self._aside: dict[str, dict[int | None, Looked]] = {}  # by digest, then by clip
        self._clips: Clips | None = None
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
            before, now = session.engine.checkpoint_digest, predictor.checkpoint_digest
            self._aside[before] = looked(session)
            self._network.change(predictor)
            look_again(session, self._aside.get(now, {}))
            session.note(f"Checkpoint in use: {predictor.checkpoint_name}.")
        session.runs.put_use(folder=folder, file=file, name=predictor.checkpoint_name)

    def _update(self) -> None:
        session = self._session
        if session.clips is not self._clips:
            self._clips, self._aside = session.clips, {}
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
        aside = self._aside.get(first.checkpoint_digest, {}).get(session.clips.shown)
        known = aside[1].get(frame.index) if aside else None

        def look(_: Predictor) -> Seen | None:
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


def looked(session: Session) -> dict[int | None, Looked]:
    """What the checkpoint in use saw of each clip."""
    clips, results = session.clips, session.results
    found: dict[int | None, Looked] = {item.number: (item.kept.state, item.kept.seen) for item in clips.items}
    return found | {clips.shown: (results.state.copy(), dict(results.seen))}


def look_again(session: Session, before: Mapping[int | None, Looked]) -> None:
    """Of each clip nothing is known but what another checkpoint saw before."""
    clips = session.clips
    for item in clips.items:
        if item.number != clips.shown:
            state, seen = of_length(before.get(item.number), len(item.kept.state))
            clips.change(item.number, kept=replace(item.kept, state=state, seen=seen, looks=no_looks))
    session.see_anew(*of_length(before.get(clips.shown), len(session.results.state)))


def of_length(before: Looked | None, count: int) -> Looked:
    """What was seen of a clip with so many frames; nothing where it had not been opened then."""
    return before if before and len(before[0]) == count else (np.zeros(count, np.uint8), {})


def compare(index: int, first: Seen, now: Seen) -> Compared:
    """Two looks at a frame; the pelvis is joint 0."""
    a, b = (seen.joints3d_m - seen.joints3d_m[:1] for seen in (first, now))
    apart_mm = 1e3 * float(np.linalg.norm(a - b, axis=1).mean())
    apart_px = float(np.linalg.norm(first.joints2d_px - now.joints2d_px, axis=1).mean())
    return Compared(index, apart_mm, apart_px, (float(first.confidence.mean()), float(now.confidence.mean())))
