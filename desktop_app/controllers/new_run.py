"""A new training run: videos are looked at, settings checked, time estimated, and then it is begun."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from core_model.errors import ConfigError
from core_model.power import warnings
from core_model.training.config import TrainConfig, as_toml
from core_model.training.launch import last_words
from core_model.training.measuring import Measured
from desktop_app.controllers.core import Core
from desktop_app.controllers.planning import CROPS, config_of, duration, form, found_of, trouble, usual
from desktop_app.controllers.training_core import Measuring, Survey
from desktop_app.jobs.worker import Failure, Job, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.new_run import NewRun, Plan, Start, Surveying
from desktop_app.session.state import Session

MEASURE, BEGIN, LAUNCH = range(3)
"""Slots of the worker."""
_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.05


class NewRunDesk:
    """Everything that the page can ask for."""

    def __init__(self, session: Session, worker: Worker, core: Core, folder: Path) -> None:
        """Runs, the people rendered for them and what was found in videos go into `folder`."""
        self._session, self._worker, self._core = session, worker, core.training
        self._runs, self._people, self._looked_at = folder / "runs", folder / "people", folder / "survey"
        self._survey: Survey | None = None
        self._job: Job | None = None
        self._measuring: Measuring | None = None
        self.begun: Callable[[Path], None] = lambda folder: None

    def open(self) -> None:
        """The page is shown: a new plan, where there is none yet."""
        run = self._run
        if not run.plan.values:
            plan = Plan(self._free_folder(), values=usual(Start.BUNDLED))
            run = replace(run, settings=form(), plan=plan)
        self._put(replace(run, warnings=warnings()))

    def add(self, paths: Sequence[Path]) -> None:
        """More videos, or folders of them: they are looked at."""
        sources = tuple(dict.fromkeys((*self._run.sources, *(path.absolute() for path in paths))))
        self._put(replace(self._run, sources=sources))
        self._look()

    def remove(self, paths: Sequence[Path]) -> None:
        """Without these."""
        gone = frozenset(paths)
        self._put(replace(self._run, sources=tuple(path for path in self._run.sources if path not in gone)))
        self._look()

    def cancel(self) -> None:
        """Look, or measure, no further; what was found stays."""
        if self._measuring:
            self._measuring.stop()
        if self._job:
            self._job.cancel()
        if self._survey:
            self._survey.stop()
        self._job = self._survey = self._measuring = None
        self._put(replace(self._run, surveying=None, measuring=False))

    def set_value(self, name: str, value: object) -> None:
        """Fill in a setting."""
        plan = self._run.plan
        self._plan(values={**plan.values, name: value})

    def set_folder(self, folder: Path) -> None:
        """Where the run shall be."""
        self._plan(folder=folder)

    def set_start(self, start: Start, path: Path | None) -> None:
        """What it begins with; settings that stand as usual follow."""
        plan = self._run.plan
        before, now = usual(plan.start), usual(start)
        values = {name: now[name] if value == before[name] else value for name, value in plan.values.items()}
        self._plan(start=start, start_path=path, values=values if start != plan.start else plan.values)

    def measure(self) -> None:
        """How long it would take here."""
        run, core = self._run, self._core
        if run.trouble or run.measuring:
            return

        def call() -> Measured:
            config = self._config(run)
            with tempfile.TemporaryDirectory() as folder:
                crops = Path(folder) / CROPS
                _gather(run, crops)
                if config.unlabelled:
                    config = replace(config, unlabelled=str(crops))
                file = Path(folder) / "config.toml"
                file.write_text(as_toml(config), encoding="utf-8")
                self._measuring = core.measure(file)
                return self._measuring.result()

        def measured(found: Any) -> None:
            if self._run.measuring:
                self._put(replace(self._run, measuring=False, estimate=_estimate(run, found)))

        self._put(replace(run, measuring=True, estimate=""))
        self._worker.ask(MEASURE, call, measured, self._failed("Measuring the run"))

    def begin(self) -> None:
        """Begin it, in a process of its own."""
        run, core = self._run, self._core
        if run.trouble or run.beginning:
            return

        def call() -> Path:
            config, folder = self._config(run), run.plan.folder
            folder.mkdir(parents=True)
            _gather(run, folder / CROPS)
            (folder / "config.toml").write_text(as_toml(config), encoding="utf-8")
            _launched(core, folder)
            return folder

        def begun(folder: Any) -> None:
            self._put(replace(self._run, beginning=False, estimate=""))
            self._plan(folder=self._free_folder())
            self._session.note(f"A training run was begun in {folder}.")
            self.begun(folder)

        self._put(replace(run, beginning=True))
        self._worker.ask(BEGIN, call, begun, self._failed("Beginning the run"))

    def go_on(self, folder: Path) -> None:
        """Go on with a run that was stopped, failed or lost."""

        def begun(_: object) -> None:
            self._session.note(f"The training run in {folder} goes on.")
            self.begun(folder)

        self._worker.ask(LAUNCH, lambda: _launched(self._core, folder), begun, self._failed("Going on with the run"))

    def close(self) -> None:
        """What was asked of other processes for the page ends; runs go on."""
        for process in (self._survey, self._measuring):
            if process:
                process.stop()

    @property
    def _run(self) -> NewRun:
        return self._session.new_run

    def _put(self, run: NewRun) -> None:
        if run.plan.values:
            run = replace(run, trouble=trouble(run, self._people, self._core.checkpoint()))
        self._session.put_new_run(run)

    def _plan(self, **changes: Any) -> None:
        self._put(replace(self._run, plan=replace(self._run.plan, **changes), estimate=""))

    def _config(self, run: NewRun) -> TrainConfig:
        return config_of(run.plan, run.found, self._people, self._core.checkpoint())

    def _free_folder(self) -> Path:
        """Named for today."""
        names = (f"{datetime.now():%Y-%m-%d}{end}" for end in ("", *(f"_{n}" for n in range(2, 10_000))))
        return next(folder for name in names if not (folder := self._runs / name).exists())

    def _look(self) -> None:
        """At all sources; what was looked at before is only read."""
        self.cancel()
        sources, core = self._run.sources, self._core
        self._put(replace(self._run, found=(), surveying=Surveying() if sources else None))
        if not sources:
            return

        def news() -> Iterator[Mapping[str, Any]]:
            self._looked_at.mkdir(parents=True, exist_ok=True)
            survey = self._survey = core.survey(sources, self._looked_at)
            try:
                yield from survey
            finally:
                survey.stop()

        self._job = Job(news, self._each, self._looked, self._failed("Looking at the videos"))
        self._worker.start(self._job)

    def _each(self, news: Mapping[str, Any]) -> None:
        if "done" in news:
            going = Surveying(Path(news["file"]).name, news["done"], news["total"])
            self._put(replace(self._run, surveying=going))
        else:
            self._put(replace(self._run, found=(*self._run.found, found_of(news))))

    def _looked(self, _: object) -> None:
        self._put(replace(self._run, surveying=None))

    def _failed(self, doing: str) -> Callable[[Failure], None]:
        def failed(failure: Failure) -> None:
            self._put(replace(self._run, surveying=None, measuring=False, beginning=False))
            self._session.report(Problem.of(failure.error, doing, failure.details))

        return failed


def _launched(core: Any, folder: Path) -> None:
    """Launch it, and wait for its first word. Raises ConfigError."""
    process, end_s = core.launch(folder), time.monotonic() + _PATIENCE_S
    while not core.begun(folder, process):
        if time.monotonic() > end_s:
            raise ConfigError("The run says nothing.", last_words(folder) or "Look at its process in the system.")
        time.sleep(_LOOK_EVERY_S)


def _gather(run: NewRun, folder: Path) -> None:
    """The crops of a run into a folder of its own, without a copy where the disk can do that."""
    for crops in _crops(run):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            os.link(crops, folder / crops.name)
        except OSError:
            shutil.copy2(crops, folder / crops.name)


def _crops(run: NewRun) -> Iterable[Path]:
    return (found.crops for found in run.found if found.crops)


def _estimate(run: NewRun, measured: Measured) -> str:
    """For example `About 12 min: 200 steps of 3.4 s, after 2 min of rendering 2000 people; 1.2 GB of memory.`"""
    values = run.plan.values
    steps, batch = int(str(values["steps"])), int(str(values["batch"]))
    renders_s = measured.people * measured.person_s
    told = f"About {duration(measured.whole_s(steps))}: {steps} steps of {measured.step_s:.2g} s"
    told += f", after {duration(renders_s)} of rendering {measured.people} people" if measured.people else ""
    images = run.kept or int(str(values["people"]))
    told += f"; once through all {'crops' if run.kept else 'people'}: {duration(images / batch * measured.step_s)}"
    return told + (f"; {measured.memory_mb / 1000:.1f} GB of memory." if measured.memory_mb else ".")
