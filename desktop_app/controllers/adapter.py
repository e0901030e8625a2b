"""Adapting the network to the clip on show, in the background; what came of it is used, saved and loaded here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.controllers.core import AdaptNews, Core, Predictor
from desktop_app.controllers.network import Network
from desktop_app.jobs.worker import Failure, Job, Worker
from desktop_app.session.activity import Phase, Problem
from desktop_app.session.adaptation import Adaptation, Learnt
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session

USE, FILE = range(2)
"""Slots of the worker."""


class Adapter:
    """Starts, stops, and keeps the best so far."""

    def __init__(self, session: Session, network: Network, worker: Worker, core: Core) -> None:
        self._session, self._network, self._worker, self._core = session, network, worker, core
        self._clip: Clip | None = None
        self._job: Job | None = None
        self._base: Predictor | None = None  # as it came with the checkpoint in use
        self._wanted = False  # to be used as soon as the network is ready
        session.changed.connect(self._update)

    def start(self) -> None:
        """Learn from the frames that were looked at."""
        session, clip, base = self._session, self._session.clip, self._network.base
        if clip is None or base is None or session.adaptation.running:
            return
        seen, core = sorted(session.results.seen.items()), self._core
        self._base = base

        def news() -> Iterator[AdaptNews]:
            reader = core.open_video(clip.path)
            try:
                yield from core.adapt(base, reader, seen)
            finally:
                reader.close()

        self._job = Job(news, self._each, self._finished, self._failed)
        self._put(phase=Phase.STARTING, share_done=0.0, steps=0, change=0.0)
        self._worker.start(self._job)

    def stop(self) -> None:
        """End it now, with the best so far."""
        if self._job:
            self._job.cancel()
            self._finished(None)

    def use(self, on: bool) -> None:
        """Make pictures with what was learnt, or as the checkpoint does."""
        base, learnt = self._base, self._session.adaptation.learnt
        if base is None:
            return
        if not on or learnt is None:
            self._take(base, False)
            return
        clip = self._clip

        def ready(adapted: Any) -> None:
            if self._clip is clip:
                self._take(adapted, True)

        self._put(preparing=True)
        self._worker.ask(USE, lambda: self._core.with_delta(base, learnt.delta), ready, self._failed)

    def save(self, path: Path) -> None:
        """Keep what was learnt in a small file."""
        learnt, saved = self._session.adaptation.learnt, f"Saved {path}."
        if learnt is not None:
            self._worker.ask(
                FILE,
                lambda: self._core.save_delta(path, learnt.delta),
                lambda _: self._session.note(saved),
                self._failed,
            )

    def load(self, path: Path) -> None:
        """Use what was learnt before."""
        self._base = base = self._network.base
        clip = self._clip
        if base is None:
            return

        def read() -> tuple[object, Predictor]:
            delta = self._core.load_delta(path)
            return delta, self._core.with_delta(base, delta)

        def ready(found: Any) -> None:
            if self._clip is not clip:
                return
            delta, adapted = found
            self._put(learnt=Learnt(delta))
            self._take(adapted, True)

        self._put(preparing=True)
        self._worker.ask(FILE, read, ready, self._failed)

    def restore(self, learnt: Learnt | None, in_use: bool) -> None:
        """What was learnt of the clip on show when its session was saved."""
        self._put(learnt=learnt)
        self._wanted = in_use and learnt is not None
        self._update()

    def _update(self) -> None:
        """What was learnt of one clip is not for the next."""
        if self._base is not None and self._base is not self._network.base:
            self._base, self._wanted = self._network.base, self._session.adaptation.in_use
        if self._session.clip is self._clip:
            if self._wanted and self._network.predictor is not None:
                self._wanted, self._base = False, self._network.base
                self.use(True)
            return
        self._clip = self._session.clip
        if self._job:
            self._job.cancel()
        in_use, self._job, self._wanted = self._session.adaptation.in_use, None, False
        self._session.put_adaptation(Adaptation())
        if in_use and self._base:
            self._take(self._base, False)

    def _each(self, news: AdaptNews) -> None:
        learnt = self._session.adaptation.learnt
        if news.delta is not None and (learnt is None or learnt.delta is not news.delta):
            learnt = Learnt(news.delta)
        self._put(
            phase=Phase.RUNNING, share_done=news.share_done, steps=news.steps, change=news.change,
            picture=news.picture, learnt=learnt,
        )  # fmt: skip

    def _finished(self, _: object) -> None:
        self._job = None
        self._put(phase=Phase.IDLE)
        if self._session.adaptation.known:
            self.use(True)
        else:
            self._session.report(
                Problem(
                    "Nothing that was learnt made held-out frames better: the picture stays as it is.",
                    "Analyse more of the clip first, or give it more time.",
                )
            )

    def _failed(self, failure: Failure) -> None:
        self._job = None
        self._put(phase=Phase.IDLE, preparing=False)
        self._session.report(Problem.of(failure.error, "Adapting to the clip", failure.details))

    def _take(self, predictor: Predictor, adapted: bool) -> None:
        self._network.use(predictor)
        self._put(in_use=adapted, preparing=False)
        self._session.renew_images()

    def _put(self, **changes: Any) -> None:
        self._session.put_adaptation(replace(self._session.adaptation, **changes))
