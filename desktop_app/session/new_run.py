"""A training run that is being thought of: what it would learn from, start from, and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from core_model.settings import Setting


class Start(Enum):
    """What a run begins with."""

    BUNDLED = "The studio's checkpoint"
    OTHER = "Another checkpoint"
    NOTHING = "Nothing (ImageNet features)"


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a video."""

    path: Path
    crops: Path | None  # the file of what is kept; None where nothing can be used
    seconds: float = 0.0
    shots: int = 0
    people: int = 0
    sampled: int = 0  # frames looked at
    kept: int = 0
    pairs: int = 0  # of frames far apart
    outlined: int = 0  # kept frames of which the background is known, and so the outline
    note: str = ""  # what was dropped, and why; or why it cannot be used


@dataclass(frozen=True, slots=True)
class Surveying:
    """A survey that goes on."""

    name: str = ""  # of the video
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the person has filled in."""

    folder: Path = Path()
    start: Start = Start.BUNDLED
    start_path: Path | None = None  # the other checkpoint, or the ImageNet weights
    values: Mapping[str, object] = field(default_factory=dict)
    """By name; weights of losses as `losses.NAME`."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """All of it, and what follows from it."""

    sources: tuple[Path, ...] = ()  # files and folders
    found: tuple[Found, ...] = ()
    surveying: Surveying | None = None
    settings: tuple[Setting, ...] = ()
    plan: Plan = Plan()
    trouble: str = ""  # why it cannot be started as it is
    warnings: tuple[str, ...] = ()
    estimate: str = ""
    measuring: bool = False
    beginning: bool = False

    @property
    def kept(self) -> int:
        """Crops to learn from."""
        return sum(found.kept for found in self.found)

    @property
    def summary(self) -> str:
        """What was found, in a sentence."""
        if not self.found:
            return ""
        usable = [found for found in self.found if found.crops]
        told = f"{len(usable)} of {len(self.found)} videos can be used" if len(self.found) > 1 else ""
        shots, pairs = sum(found.shots for found in usable), sum(found.pairs for found in usable)
        people, outlined = sum(found.people for found in usable), sum(found.outlined for found in usable)
        counts = (
            f"{self.kept} crops kept of {sum(found.sampled for found in usable)} frames; shots {shots}, "
            f"people {people}, pairs far apart {pairs}, outlines {outlined}"
        )
        return ": ".join(filter(None, (told, counts))) + "."
