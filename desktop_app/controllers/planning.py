"""From what a person fills in to the config of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core_model.assets import asset
from core_model.data.unlabelled.words import dropped_words
from core_model.errors import ConfigError
from core_model.settings import Setting, settings_of
from core_model.training.config import LossWeights, TrainConfig, as_json, from_mapping, load_config
from desktop_app.session.new_run import Found, NewRun, Plan, Start

CROPS = "unlabelled"
"""Folder of a run's crops, within its own."""
_LOSS = "losses."
_ELSEWHERE = frozenset({"folder", "start_from", "imagenet", "unlabelled"})
"""Settings that the page asks for in other ways."""


def form() -> tuple[Setting, ...]:
    """What can be filled in."""
    plain = [each for each in settings_of(TrainConfig) if each.name not in _ELSEWHERE]
    return (*plain, *(replace(each, name=_LOSS + each.name) for each in settings_of(LossWeights)))


def usual(start: Start) -> dict[str, object]:
    """How a run of this kind is begun: as the bundled checkpoint's stages were, with a look at it now and then."""
    config = load_config(asset(f"training/{'pose' if start is Start.NOTHING else 'adapt'}.toml"))
    plain = as_json(config)
    losses = {f"{_LOSS}{name}": _last(value) for name, value in plain.pop("losses").items()}
    looks = max(1, config.steps // 20)
    changed = {"pool": "", "people": 2000, "judge_every": looks, "preview_every": looks, "seed": 0}
    changed |= {"held_out_share": 0.1}
    values = {**plain, **changed, **losses}
    return {each.name: values[each.name] for each in form()}


def _last(weight: Any) -> float:
    """Of a schedule the last weight: a form has one number a term."""
    return float(weight[-1][1]) if isinstance(weight, list) else float(weight)


def config_of(plan: Plan, found: Iterable[Found], people: Path, checkpoint: Path) -> TrainConfig:
    """The config of a plan; rendered people lie in `people` unless it says otherwise. Raises ConfigError."""
    plain: dict[str, object] = {name: value for name, value in plan.values.items() if not name.startswith(_LOSS)}
    plain["losses"] = {name.removeprefix(_LOSS): v for name, v in plan.values.items() if name.startswith(_LOSS)}
    plain["folder"], plain["pool"] = str(plan.folder), plain.get("pool") or str(people / str(plain.get("people")))
    if any(each.crops for each in found):
        plain["unlabelled"] = str(plan.folder / CROPS)
    else:
        plain["pairs"] = 0
    if plan.start is Start.NOTHING:
        plain["imagenet"] = str(plan.start_path or "")
    else:
        plain["start_from"] = str(plan.start_path if plan.start is Start.OTHER and plan.start_path else checkpoint)
    return from_mapping(plain)


def trouble(run: NewRun, people: Path, checkpoint: Path) -> str:
    """Why a run cannot be started as it is; empty where it can."""
    try:
        _check(run, config_of(run.plan, run.found, people, checkpoint))
    except ConfigError as error:
        return str(error)
    return ""


def _check(run: NewRun, config: TrainConfig) -> None:
    plan = run.plan
    if run.surveying:
        raise ConfigError("The videos are still looked at.", "Wait for it, or cancel it.")
    if run.sources and not any(found.crops for found in run.found):
        raise ConfigError("Nothing in these videos can be used.", "Choose others, or none: then rendered people teach.")
    if not plan.folder.name:
        raise ConfigError("The run has no name.", "Give it one.")
    if plan.folder.exists() and any(plan.folder.iterdir()):
        raise ConfigError(f"There is something in {plan.folder} already.", "Give the run another name.")
    needed = {Start.OTHER: "the checkpoint to start from", Start.NOTHING: "the file of ImageNet weights"}
    if (what := needed.get(plan.start)) and not (plan.start_path and plan.start_path.is_file()):
        raise ConfigError(f"It is not said which file is {what}.", "Choose it.")
    for name in ("prior", "decoder"):
        value = getattr(config, name)
        if value and not Path(value).is_file():
            raise ConfigError(f"There is no file {value} ({name}).", "Choose another.")
    if config.pairs and not sum(found.pairs for found in run.found):
        raise ConfigError("No pairs of frames were found in these videos.", "Set `pairs` to 0.")
    config.pieces(1)


def found_of(news: Mapping[str, Any]) -> Found:
    """What a survey says of a video."""
    if "skipped" in news:
        return Found(Path(news["path"]), None, note=news["skipped"])
    lost = dropped_words(news["dropped"])
    notes = [f"Dropped: {lost}." if lost else "", news["problem"] or ""]
    return Found(
        Path(news["path"]),
        Path(news["file"]) if news["kept"] else None,
        news["duration_s"],
        len(news["shots"]),
        news["people"],
        news["sampled"],
        news["kept"],
        news["far_pairs"],
        news["with_background"],
        " ".join(filter(None, notes)),
    )


def duration(seconds: float) -> str:
    """For example `2 h 10 min`.

    >>> duration(50), duration(400), duration(7800)
    ('50 s', '7 min', '2 h 10 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
