"""A recipe as it is read: stages in order, what each takes from which, and what tells its result from others."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core_model.errors import ConfigError
from core_model.training.config import FREE, as_json, load_config
from core_model.training.recipe.kinds import KINDS, Clips, Encoder, Kind

VERSION = 1
"""Raised whenever the same recipe would give something else."""


@dataclass(frozen=True)
class Stage:
    """One step from raw data to the checkpoint."""

    name: str
    settings: Kind
    takes: Mapping[str, tuple[str, ...]]  # role -> names of stages


@dataclass(frozen=True)
class Recipe:
    """Stages, none of which takes anything from a later one."""

    folder: Path
    stages: tuple[Stage, ...]

    @property
    def samples(self) -> int:
        """Pictures that are rendered or learnt from, in all stages together."""
        return sum(stage.settings.samples for stage in self.stages)

    def within(self, samples: int) -> "Recipe":
        """The same with about so many samples, shared among the stages as they are now."""
        share = samples / self.samples
        stages = (replace(stage, settings=stage.settings.scaled(share)) for stage in self.stages)
        return replace(self, stages=tuple(stages))

    def fingerprints(self) -> dict[str, str]:
        """Of each stage's result, 16 hexadecimal digits. Raises PuppetPoseError where a file is not there."""
        found: dict[str, str] = {}
        for stage in self.stages:
            about = {
                "version": VERSION,
                "kind": type(stage.settings).__name__,
                "settings": _plain(stage.settings),
                "takes": {role: [found[name] for name in names] for role, names in stage.takes.items()},
                "files": _told_apart(stage.settings),
            }
            found[stage.name] = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
        return found

    def folders(self) -> dict[str, Path]:
        """Where each stage's result lies, or will."""
        return {name: self.folder / f"{name}-{digits[:8]}" for name, digits in self.fingerprints().items()}


def load_recipe(path: Path) -> Recipe:
    """Read a TOML file: the folder, and a table a stage. Raises ConfigError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The recipe {path} cannot be read ({error.strerror}).", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML ({error}).", "Mend that line.") from error
    folder = raw.pop("folder", "runs/recipe")
    stages: list[Stage] = []
    for name, table in raw.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path} has a setting {name!r} outside its stages.", "Put it into a stage's table.")
        stages.append(_stage(name, table, {stage.name: stage for stage in stages}, path.parent))
    if not stages:
        raise ConfigError(f"{path} has no stages.", "Take assets/training/recipe.toml as an example.")
    return Recipe(Path(folder), tuple(stages))


def _stage(name: str, raw: Mapping[str, Any], before: Mapping[str, Stage], folder: Path) -> Stage:
    """A table as a stage; `folder` is that of the recipe."""
    where = f"The stage {name!r}"
    kind = KINDS.get(raw.get("does", ""))
    if kind is None:
        raise ConfigError(f"{where} does {raw.get('does')!r}.", f"Let `does` be one of: {', '.join(KINDS)}.")
    takes = {role: _names(raw[role]) for role in kind.takes if role in raw}
    if missing := [role for role, must in kind.takes.items() if must and role not in takes]:
        raise ConfigError(f"{where} takes nothing as {missing[0]!r}.", "Name an earlier stage there.")
    if unknown := [name for names in takes.values() for name in names if name not in before]:
        raise ConfigError(f"{where} takes from {unknown[0]!r}, which is no stage before it.", "Name an earlier stage.")
    settings = _settings(where, kind, {key: raw[key] for key in raw if key not in ("does", *takes)}, folder)
    if isinstance(settings, Encoder) and "start" in takes:
        settings = replace(settings, config=replace(settings.config, start_from="", imagenet=""))
    return Stage(name, settings, takes)


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _settings(where: str, kind: type[Kind], raw: Mapping[str, Any], folder: Path) -> Kind:
    usual = {field.name: getattr(kind(), field.name) for field in dataclasses.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in usual:
            raise ConfigError(f"{where} has a setting {key!r}.", f"It may have: {', '.join([*kind.takes, *usual])}.")
        if key == "config":  # of an encoder: a file beside the recipe
            value = load_config(folder / value)
        elif isinstance(value, list):
            value = tuple(value)
        elif type(usual[key]) is float and type(value) is int:
            value = float(value)
        if type(value) is not type(usual[key]):
            raise ConfigError(f"{where} has {key} = {value!r}.", f"Give it a {type(usual[key]).__name__}.")
        values[key] = value
    return kind(**values)


def _plain(settings: Kind) -> dict[str, Any]:
    """Settings as JSON has them, but for those of a run that do not change what is learnt."""
    if isinstance(settings, Encoder):
        config = {key: value for key, value in as_json(settings.config).items() if key not in FREE}
        return {"config": config, "begin_with": settings.begin_with}
    return {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}


def _told_apart(settings: Kind) -> list[list[Any]]:
    """Files by their content; videos, which may be large, by size and time."""
    if isinstance(settings, Clips):
        stats = [(file.name, file.stat()) for file in settings.files()]
        return [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]
    return [[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in settings.files()]
