"""A recipe carried out, stage by stage; what is there already is left as it is."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core_model.training.recipe.kinds import People
from core_model.training.recipe.making import NAMES, Bench, Told, make
from core_model.training.recipe.plan import Recipe, Stage
from core_model.training.recipe.rendering import Rendering, rendered
from core_model.training.storage import write_whole

_DONE = "done.json"


@dataclass(frozen=True)
class Kept:
    """A stage was made before."""

    stage: Stage
    folder: Path


@dataclass(frozen=True)
class Begun:
    """A stage is begun, or gone on with."""

    stage: Stage
    folder: Path


@dataclass(frozen=True)
class Progress:
    """A stage is so far."""

    stage: Stage
    told: Told


@dataclass(frozen=True)
class Made:
    """A stage is made."""

    stage: Stage
    folder: Path
    seconds: float  # this time; an interrupted part does not count


Event = Kept | Begun | Progress | Made


def result(stage: Stage, folder: Path) -> Path:
    """The file, or the folder, that other stages take."""
    name = NAMES.get(type(stage.settings))
    return folder / name if name else folder


def is_made(stage: Stage, folder: Path) -> bool:
    """Whether all of it is there."""
    if isinstance(stage.settings, People):
        return rendered(folder) >= stage.settings.count
    return (folder / _DONE).exists() and result(stage, folder).exists()


def carry_out(recipe: Recipe, device: str = "auto", threads: int = 1) -> Iterator[Event]:
    """Make what is not there yet. Raises PuppetPoseError."""
    folders = recipe.folders()
    people = {folders[s.name]: s.settings for s in recipe.stages if isinstance(s.settings, People)}
    counts = {folder: settings.count for folder, settings in people.items()}
    results: dict[str, Path] = {}
    rendering = Rendering(people)
    try:
        for stage in recipe.stages:
            folder = folders[stage.name]
            results[stage.name] = result(stage, folder)
            takes = {role: [results[name] for name in names] for role, names in stage.takes.items()}
            yield from _stage(stage, Bench(folder, takes, device, threads, rendering, counts))
        for folder, count in counts.items():
            rendering.wait_for(folder, count)
    finally:
        rendering.stop()


def _stage(stage: Stage, bench: Bench) -> Iterator[Event]:
    if is_made(stage, bench.folder):
        yield Kept(stage, bench.folder)
        return
    yield Begun(stage, bench.folder)
    bench.folder.mkdir(parents=True, exist_ok=True)
    start_s = time.monotonic()
    for told in make(stage.settings, bench):
        bench.rendering.check()
        yield Progress(stage, told)
    if isinstance(stage.settings, People):  # on their way
        return
    seconds = time.monotonic() - start_s
    about = {"stage": stage.name, "takes": {role: [str(p) for p in paths] for role, paths in bench.takes.items()}}
    write_whole(bench.folder / _DONE, json.dumps({**about, "seconds": round(seconds, 1)}, indent=1).encode())
    yield Made(stage, bench.folder, seconds)


def hand_over(recipe: Recipe, out: Path) -> None:
    """Copy the result of the last stage that makes a file. Raises OutputError."""
    folders = recipe.folders()
    last = [stage for stage in recipe.stages if type(stage.settings) in NAMES][-1]
    write_whole(out, result(last, folders[last.name]).read_bytes())
