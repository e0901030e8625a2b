"""What a training run is made of: one flat, typed table, read from TOML. An unknown key is an error, not a silence."""

import dataclasses
import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from core_model.errors import ConfigError


@dataclass(frozen=True)
class TrainConfig:
    """The pose encoder's training. Losses are weighted by the `weight_*` numbers; zero leaves a term out."""

    folder: str = "runs/pose"
    seed: int = 0
    steps: int = 4000
    batch: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    warmup_steps: int = 200
    decay_from: float = 0.7  # of all steps; from there the rate falls linearly to a hundredth
    ema: float = 0.998
    threads: int = 1
    save_every_s: float = 60.0
    start_from: str = ""  # a checkpoint; empty: ImageNet trunk, fresh tail
    imagenet: str = ""  # the Lite0 weights file (.pth), needed when start_from is empty
    pool: str = "cache/pool"  # rendered people
    unlabelled: str = ""  # a folder of unlabelled crops, as `core_model.data.clip_pairs` writes them
    unlabelled_fraction: float = 0.5  # of each batch
    weight_heat: float = 1.0
    weight_expectation: float = 0.3
    weight_limbs: float = 1.0
    weight_parts: float = 0.5
    weight_shape: float = 0.2
    weight_agreement: float = 1.0


def load_config(path: Path) -> TrainConfig:
    """Read a TOML file. Raises ConfigError with the nearest known key, or the type that was expected."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The config {path} cannot be read ({error.strerror}).", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML ({error}).", "Mend that line.") from error
    return from_mapping(raw)


def from_mapping(raw: dict[str, object]) -> TrainConfig:
    """Check names and types, then build the config."""
    fields = {f.name: f for f in dataclasses.fields(TrainConfig)}
    values: dict[str, object] = {}
    for key, value in raw.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known settings: {', '.join(sorted(fields))}."
            raise ConfigError(f"There is no setting named {key!r}.", hint)
        expected = type(fields[key].default)
        if expected is float and type(value) is int:
            value = float(value)
        if type(value) is not expected:
            raise ConfigError(f"The setting {key!r} is {value!r}.", f"Give it a value of type {expected.__name__}.")
        values[key] = value
    return TrainConfig(**values)  # type: ignore[arg-type]
