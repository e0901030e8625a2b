"""What a training run is made of: one typed table, read from TOML. An unknown key is an error, not a silence."""

import dataclasses
import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core_model.errors import ConfigError
from core_model.settings import setting, settings_of

Weight = float | tuple[tuple[float, float], ...]
"""A number, or (step, weight) pairs: straight lines between them, constant before the first and after the last."""
_WEIGHT = {"least": 0.0, "most": 1000.0, "advanced": True}


@dataclass(frozen=True)
class LossWeights:
    """How much each term of `core_model.training.objective` counts; zero leaves it out."""

    heat: Weight = setting(1.0, "joints of rendered people: heat-maps", **_WEIGHT)
    expectation: Weight = setting(0.3, "joints of rendered people: the mean of their heat-maps", **_WEIGHT)
    limbs: Weight = setting(1.0, "directions of rendered people's limbs in space", **_WEIGHT)
    parts: Weight = setting(0.5, "which part each pixel of rendered people is", **_WEIGHT)
    shape: Weight = setting(0.2, "limb proportions of rendered people", **_WEIGHT)
    agreement: Weight = setting(1.0, "crops: the same joints after a change of the picture", **_WEIGHT)
    agreement_limbs: Weight = setting(1.0, "crops: the same limbs after a change of the picture", **_WEIGHT)
    taught_heat: Weight = setting(1.0, "lessons: joints as careful looks saw them, heat-maps", **_WEIGHT)
    taught_expectation: Weight = setting(0.3, "lessons: the mean of their heat-maps", **_WEIGHT)
    taught_limbs: Weight = setting(2.0, "lessons: directions of the limbs in space", **_WEIGHT)
    taught_parts: Weight = setting(0.5, "lessons: which part each pixel is", **_WEIGHT)
    reconstruction: Weight = setting(0.0, "pairs: one frame in the looks of the other is that frame", **_WEIGHT)
    puppet: Weight = setting(0.0, "pairs: the posed puppet looks like the parts that are seen", **_WEIGHT)
    foreground: Weight = setting(0.0, "pairs: the person's outline", **_WEIGHT)
    cycle_pose: Weight = setting(0.0, "pairs: the pose of a novel picture is read back", **_WEIGHT)
    cycle_atlas: Weight = setting(0.0, "pairs: the looks of a novel picture are read back", **_WEIGHT)
    prior: Weight = setting(0.0, "pairs: poses that people hold", **_WEIGHT)
    equivariance: Weight = setting(0.0, "pairs: a turned picture is a turned pose", **_WEIGHT)
    time: Weight = setting(0.0, "pairs: neighbouring frames have neighbouring poses", **_WEIGHT)
    one_shape: Weight = setting(0.0, "pairs: one person has one body", **_WEIGHT)
    one_appearance: Weight = setting(0.0, "pairs: one person has the same looks in both frames", **_WEIGHT)
    critic: Weight = setting(0.0, "trains the critic behind `prior` on, against the poses that are read", **_WEIGHT)

    def at(self, step: int) -> dict[str, float]:
        """Every term's weight at a step."""
        return {name: _weight_at(value, step) for name, value in vars(self).items()}


@dataclass(frozen=True)
class TrainConfig:
    """The pose encoder's training."""

    folder: str = setting("runs/pose", "the run's folder", path="folder")
    seed: int = setting(0, "of all that is random", least=0, most=2**31 - 1, advanced=True)
    steps: int = setting(4000, "optimiser steps of the whole run", least=1, most=10_000_000)
    batch: int = setting(32, "images a step, of all processes together", least=1, most=4096)
    piece: int = setting(
        0, "images computed at once, which is what batch norm sees; 0: a process's whole share of the batch",
        least=0, most=4096, advanced=True,
    )  # fmt: skip
    learning_rate: float = setting(1e-3, "of the tail, after the warm-up", least=0.0, most=1.0)
    weight_decay: float = setting(0.02, "of AdamW", least=0.0, most=10.0, advanced=True)
    clip_norm: float = setting(5.0, "longest gradient", least=0.0, most=1e6, advanced=True)
    warmup_steps: int = setting(200, "steps over which the rate rises", least=0, most=10_000_000, advanced=True)
    decay_from: float = setting(
        0.7, "share of all steps; from there the rate falls linearly to a hundredth", least=0, most=1, advanced=True
    )
    ema: float = setting(
        0.998, "how much of the averaged network a step leaves as it was", least=0, most=1, advanced=True
    )
    train_trunk: bool = setting(
        False, "the trunk learns, too; sensible on CUDA, on a CPU a step takes several times as long"
    )
    trunk_rate: float = setting(
        0.1, "the trunk's learning rate, relative to the tail's", least=0, most=100, advanced=True
    )
    trunk_still: int = setting(
        0, "blocks of the trunk, from the picture on, that do not learn: there it is slowest, and knows enough",
        least=0, most=16, advanced=True,
    )  # fmt: skip
    device: str = setting("auto", "where it is computed", choices=("auto", "cpu", "cuda"))
    precision: str = setting(
        "auto", "auto: bf16-mixed where the device computes in bf16",
        choices=("auto", "bf16-mixed", "32-true"), advanced=True,
    )  # fmt: skip
    threads: int = setting(1, "threads of the training process", least=1, most=256)
    workers: int = setting(
        1, "processes that prepare batches ahead; 0: none, the training process does it", least=0, most=256
    )
    save_every_s: float = setting(60.0, "time between two checkpoints", unit="s", least=0, most=86_400)
    judge_every: int = setting(
        250, "steps between two judgements on held-out people; 0: never", least=0, most=10_000_000
    )
    judge_people: int = setting(96, "held-out people, rendered once", least=1, most=100_000, advanced=True)
    patience: int = setting(
        0, "judgements without improvement before the run ends early; 0: it never does", least=0, most=10_000
    )
    preview_every: int = setting(250, "steps between two preview pictures; 0: none", least=0, most=10_000_000)
    start_from: str = setting("", "a checkpoint; empty: ImageNet trunk, fresh tail", path="file")
    imagenet: str = setting("", "the Lite0 weights (.pth), needed when start_from is empty", path="file")
    pool: str = setting("cache/pool", "rendered people", path="folder")
    people: int = setting(
        0, "are rendered into the pool first, as far as they are not there; 0: it is taken as it is",
        least=0, most=10_000_000,
    )  # fmt: skip
    first_people: int = setting(
        0, "learning begins when so many are there; 0: it is from all that are there when the run begins",
        least=0, most=10_000_000, advanced=True,
    )  # fmt: skip
    people_per_step: int = setting(
        0, "learn from so many more with every step; those not yet rendered are waited for",
        least=0, most=100_000, advanced=True,
    )  # fmt: skip
    unlabelled: str = setting(
        "", "unlabelled crops as `puppetpose data` writes them: a folder of files, or one file", path="folder"
    )
    unlabelled_fraction: float = setting(0.5, "share of each batch that is unlabelled crops", least=0, most=1)
    lessons: str = setting(
        "", "what careful looks say of unlabelled crops, as python -m core_model.training.lessons writes it",
        path="file", advanced=True,
    )  # fmt: skip
    lessons_fraction: float = setting(
        0.5, "share of each batch that is crops with lessons", least=0, most=1, advanced=True
    )
    pairs: int = setting(0, "pairs of frames of these clips a step, besides the batch", least=0, most=1024)
    held_out_share: float = setting(
        0.0, "share of each person's frames in these clips, the last ones, that nothing is learnt from: the pictures "
        "of a run with `pairs` are of them; 0: the pictures are of frames that it learns from",
        least=0, most=0.9, advanced=True,
    )  # fmt: skip
    decoder: str = setting(
        "", "a checkpoint whose decoder makes pictures of them; empty: the bundled one", path="file", advanced=True
    )
    prior: str = setting("", "the pose prior, needed where the terms `prior` or `critic` have a weight", path="file")
    losses: LossWeights = field(default_factory=LossWeights)

    def __post_init__(self) -> None:
        for each in settings_of(TrainConfig):
            if trouble := each.trouble(getattr(self, each.name)):
                raise ConfigError(*trouble)
        if self.people_per_step and not self.first_people:
            raise ConfigError(
                "It is not said how many people `people_per_step` begins with.", "Set `first_people`, too."
            )
        if self.unlabelled and self.lessons and self.unlabelled_fraction + self.lessons_fraction > 1:
            raise ConfigError(
                "Unlabelled crops and lessons would be more than the whole batch.",
                "Lower `unlabelled_fraction` or `lessons_fraction`.",
            )
        if self.pairs and not self.unlabelled:
            raise ConfigError("There are no clips to take `pairs` from.", "Set `unlabelled`, or `pairs` to 0.")
        if (self.losses.prior or self.losses.critic) and not self.prior:
            raise ConfigError(
                "The term `prior` or `critic` has a weight, but there is no pose prior.",
                "Train one (python -m core_model.training.prior) and name its file in `prior`.",
            )

    def counts(self) -> tuple[int, int, int, int]:
        """How many rendered images a batch has, unlabelled ones, pairs of frames, and images with lessons."""
        share = self.unlabelled_fraction if self.unlabelled else 0.0
        taught = self.lessons_fraction if self.lessons else 0.0
        pairs = self.pairs if self.unlabelled else 0
        rendered = max(1, round(self.batch * (1 - share - taught)))
        return rendered, round(self.batch * share), pairs, round(self.batch * taught)

    def pieces(self, processes: int) -> int:
        """Into how many pieces each process cuts its share of a batch. Raises ConfigError if that does not go even."""
        total, rest = divmod(self.batch, self.piece) if self.piece else (processes, 0)
        if rest or total % processes or any(count % total for count in self.counts()):
            rendered, unlabelled, pairs, taught = self.counts()
            raise ConfigError(
                f"{rendered} rendered images, {unlabelled} unlabelled ones, {taught} with lessons and {pairs} pairs a "
                f"batch cannot be shared evenly: {total} pieces, {processes} processes.",
                "Choose `batch`, `piece`, the two fractions and `pairs` so that they divide one another.",
            )
        return total // processes


FREE = frozenset(
    {"folder", "device", "threads", "workers", "save_every_s", "judge_every", "patience", "preview_every"}
    | {"pool", "people", "unlabelled", "lessons"}  # where they lie; what is in them must stay
)
"""Settings that may change between two parts of one run: they do not change what is learnt."""


def changed(before: Mapping[str, Any], config: TrainConfig) -> list[str]:
    """What a run was begun with (as `as_json` has it) and is not continued with, in words.

    A setting that did not exist then had the value that it has by itself now.
    """
    now, usual = as_json(config), as_json(TrainConfig())
    before = usual | dict(before) | {"losses": usual["losses"] | before.get("losses", {})}
    names = sorted((before.keys() | now.keys()) - FREE)
    return [
        f"{name} (was {before.get(name)}, is {now.get(name)})" for name in names if before.get(name) != now.get(name)
    ]


def as_json(config: TrainConfig) -> dict[str, Any]:
    """The config as JSON has it."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(config)))
    return plain


def load_config(path: Path) -> TrainConfig:
    """Read a TOML file, or JSON as runs keep it. Raises ConfigError with the nearest key, or the expected type."""
    kept = path.suffix.lower() == ".json"
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if kept else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"The config {path} cannot be read ({error.strerror}).", "Check the path.") from error
    except ValueError as error:  # those of tomllib, json and of what is no text
        raise ConfigError(f"{path} is not valid {'JSON' if kept else 'TOML'} ({error}).", "Mend that line.") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} holds no settings.", "Give the config.json of a run, or a TOML file.")
    return from_mapping(raw)


def as_toml(config: TrainConfig) -> str:
    """The config as a file that `load_config` reads: what is other than the defaults."""
    plain, usual = as_json(config), as_json(TrainConfig())
    losses = {key: value for key, value in plain.pop("losses").items() if value != usual["losses"][key]}
    lines = [f"{key} = {_toml(value)}" for key, value in plain.items() if value != usual[key] or key == "folder"]
    if losses:
        lines += ["", "[losses]", *(f"{key} = {_toml(value)}" for key, value in losses.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """JSON's values are TOML's, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def from_mapping(raw: Mapping[str, object]) -> TrainConfig:
    """Check names and types, then build the config."""
    fields = {f.name: f for f in dataclasses.fields(TrainConfig)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        _known(key, fields)
        values[key] = _losses(value) if key == "losses" else _typed(key, value, type(fields[key].default))
    return TrainConfig(**values)


def _known(key: str, names: Mapping[str, object]) -> None:
    if key not in names:
        near = difflib.get_close_matches(key, names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known settings: {', '.join(sorted(names))}."
        raise ConfigError(f"There is no setting named {key!r}.", hint)


def _typed(key: str, value: object, expected: type) -> object:
    if expected is float and type(value) is int:
        value = float(value)
    if type(value) is not expected:
        raise ConfigError(f"The setting {key!r} is {value!r}.", f"Give it a value of type {expected.__name__}.")
    return value


def _losses(raw: object) -> LossWeights:
    """The table [losses]: a number a term, or a list of [step, weight]."""
    if not isinstance(raw, dict):
        raise ConfigError(f"The setting 'losses' is {raw!r}.", "Make it a table: [losses], then one line a term.")
    names = {f.name: f for f in dataclasses.fields(LossWeights)}
    values: dict[str, Weight] = {}
    for key, value in raw.items():
        _known(key, names)
        values[key] = _schedule(key, value) if isinstance(value, list) else _typed(key, value, float)  # type: ignore[assignment]
    return LossWeights(**values)


def _schedule(key: str, raw: list[object]) -> Weight:
    try:
        steps, weights = np.array(raw, np.float64).reshape(len(raw), 2).T
    except (TypeError, ValueError):
        steps = weights = np.zeros(0)
    if not len(steps) or (np.diff(steps) <= 0).any():
        raise ConfigError(
            f"The weight 'losses.{key}' is {raw!r}.", "Give it a number, or pairs [step, weight] with rising steps."
        )
    return tuple(zip(steps.tolist(), weights.tolist(), strict=True))


def _weight_at(weight: Weight, step: int) -> float:
    if not isinstance(weight, tuple):
        return weight
    steps, weights = np.array(weight).T
    return float(np.interp(step, steps, weights))
