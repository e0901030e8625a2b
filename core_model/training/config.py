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

Weight = float | tuple[tuple[float, float], ...]
"""A number, or (step, weight) pairs: straight lines between them, constant before the first and after the last."""


@dataclass(frozen=True)
class LossWeights:
    """How much each term of `core_model.training.objective` counts; zero leaves it out."""

    heat: Weight = 1.0
    expectation: Weight = 0.3
    limbs: Weight = 1.0
    parts: Weight = 0.5
    shape: Weight = 0.2
    agreement: Weight = 1.0
    agreement_limbs: Weight = 1.0
    # of pairs of frames of a clip
    reconstruction: Weight = 0.0
    puppet: Weight = 0.0
    foreground: Weight = 0.0
    cycle_pose: Weight = 0.0
    cycle_atlas: Weight = 0.0
    prior: Weight = 0.0
    equivariance: Weight = 0.0
    time: Weight = 0.0
    one_shape: Weight = 0.0
    one_appearance: Weight = 0.0
    critic: Weight = 0.0  # trains the critic behind `prior` on, against the poses that are read; the encoder not

    def at(self, step: int) -> dict[str, float]:
        """Every term's weight at a step."""
        return {name: _weight_at(value, step) for name, value in vars(self).items()}


@dataclass(frozen=True)
class TrainConfig:
    """The pose encoder's training."""

    folder: str = "runs/pose"
    seed: int = 0
    steps: int = 4000
    batch: int = 32  # images a step, of all processes together
    piece: int = 0  # images computed at once, which is what batch norm sees; 0: a process's whole share of the batch
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    clip_norm: float = 5.0  # longest gradient
    warmup_steps: int = 200
    decay_from: float = 0.7  # of all steps; from there the rate falls linearly to a hundredth
    ema: float = 0.998
    train_trunk: bool = False  # sensible on CUDA; on a CPU a step takes several times as long
    trunk_rate: float = 0.1  # the trunk's learning rate, relative to the tail's
    device: str = "auto"  # auto, cpu, cuda
    precision: str = "auto"  # bf16-mixed, 32-true; auto: the former where the device computes in bf16
    threads: int = 1
    workers: int = 1  # processes that prepare batches ahead; 0: none, the training process does it
    save_every_s: float = 60.0
    judge_every: int = 250  # steps between two judgements on held-out people; 0: never
    judge_people: int = 96
    patience: int = 0  # judgements without improvement before the run ends early; 0: it never does
    preview_every: int = 250  # steps between two preview pictures; 0: none
    start_from: str = ""  # a checkpoint; empty: ImageNet trunk, fresh tail
    imagenet: str = ""  # the Lite0 weights file (.pth), needed when start_from is empty
    pool: str = "cache/pool"  # rendered people
    people: int = 0  # are rendered into it first, as far as they are not there; 0: it is taken as it is
    first_people: int = 0  # begin when so many are there; 0: learn from all that are there when the run begins
    people_per_step: int = 0  # learn from so many more with every step: those not yet rendered are waited for
    unlabelled: str = ""  # unlabelled crops as `puppetpose data` writes them: a folder of files, or one file
    unlabelled_fraction: float = 0.5  # of each batch
    pairs: int = 0  # pairs of frames of these clips a step, besides the batch
    decoder: str = ""  # a checkpoint whose decoder makes pictures of them; empty: the bundled one
    prior: str = ""  # the pose prior, needed where the terms `prior` or `critic` have a weight
    losses: LossWeights = field(default_factory=LossWeights)

    def __post_init__(self) -> None:
        allowed = {"device": ("auto", "cpu", "cuda"), "precision": ("auto", "bf16-mixed", "32-true")}
        for name, values in allowed.items():
            if (value := getattr(self, name)) not in values:
                raise ConfigError(f"The setting {name!r} is {value!r}.", f"Give it one of: {', '.join(values)}.")
        nothing = dict.fromkeys(("pairs", "people", "first_people", "people_per_step"), 0)
        for name, least in {"steps": 1, "batch": 1, "threads": 1, "judge_people": 1, **nothing}.items():
            if getattr(self, name) < least:
                raise ConfigError(f"The setting {name!r} is {getattr(self, name)}.", f"Give it at least {least}.")
        if self.people_per_step and not self.first_people:
            raise ConfigError(
                "It is not said how many people `people_per_step` begins with.", "Set `first_people`, too."
            )
        if self.pairs and not self.unlabelled:
            raise ConfigError("There are no clips to take `pairs` from.", "Set `unlabelled`, or `pairs` to 0.")
        if (self.losses.prior or self.losses.critic) and not self.prior:
            raise ConfigError(
                "The term `prior` or `critic` has a weight, but there is no pose prior.",
                "Train one (python -m core_model.training.prior) and name its file in `prior`.",
            )

    def counts(self) -> tuple[int, int, int]:
        """How many rendered and how many unlabelled images, and how many pairs of frames are in a batch."""
        share = self.unlabelled_fraction if self.unlabelled else 0.0
        pairs = self.pairs if self.unlabelled else 0
        return max(1, round(self.batch * (1 - share))), round(self.batch * share), pairs

    def pieces(self, processes: int) -> int:
        """Into how many pieces each process cuts its share of a batch. Raises ConfigError if that does not go even."""
        total, rest = divmod(self.batch, self.piece) if self.piece else (processes, 0)
        if rest or total % processes or any(count % total for count in self.counts()):
            rendered, unlabelled, pairs = self.counts()
            raise ConfigError(
                f"{rendered} rendered images, {unlabelled} unlabelled ones and {pairs} pairs a batch cannot be shared "
                f"evenly: {total} pieces, {processes} processes.",
                "Choose `batch`, `piece`, `unlabelled_fraction` and `pairs` so that they divide one another.",
            )
        return total // processes


FREE = frozenset(
    {"folder", "device", "threads", "workers", "save_every_s", "judge_every", "patience", "preview_every"}
    | {"pool", "people", "unlabelled"}  # where they lie; what is in them must stay
)
"""Settings that may change between two parts of one run: they do not change what is learnt."""


def changed(before: Mapping[str, Any], config: TrainConfig) -> list[str]:
    """What a run was begun with (as `as_json` has it) and is not continued with, in words."""
    now = as_json(config)
    names = sorted((before.keys() | now.keys()) - FREE)
    return [
        f"{name} (was {before.get(name)}, is {now.get(name)})" for name in names if before.get(name) != now.get(name)
    ]


def as_json(config: TrainConfig) -> dict[str, Any]:
    """The config as JSON has it."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(config)))
    return plain


def load_config(path: Path) -> TrainConfig:
    """Read a TOML file. Raises ConfigError with the nearest known key, or the type that was expected."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The config {path} cannot be read ({error.strerror}).", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML ({error}).", "Mend that line.") from error
    return from_mapping(raw)


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
