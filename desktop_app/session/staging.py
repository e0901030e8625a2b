"""What is changed in the whole clip, not in one frame: who is seen, on which body, before what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np

from core_model.prediction import Factors


@dataclass(frozen=True, eq=False, slots=True)
class Pose:
    """All angles of somebody, and where they come from."""

    name: str
    angles_rad: np.ndarray  # (20, 2)


@dataclass(frozen=True, eq=False, slots=True)
class Moves:
    """A motion from a file."""

    name: str
    fps: float
    angles_rad: np.ndarray  # (T, 20, 2)
    rotation: np.ndarray  # (T, 3, 3) body frame -> world

    @property
    def poses_rad(self) -> tuple[tuple[int, np.ndarray], ...]:
        """Frames, and the angles (20, 2) in them."""
        return tuple(enumerate(self.angles_rad))


@dataclass(frozen=True, eq=False, slots=True)
class Guest:
    """Somebody from another clip."""

    name: str
    shape: np.ndarray  # (12,)
    poses_rad: tuple[tuple[int, np.ndarray], ...]  # frames of their clip, and the angles (20, 2) in them
    person: Any  # how they look: the core's own, opaque here


@dataclass(frozen=True, eq=False, slots=True)
class Outfit:
    """Where an appearance comes from: this clip where neither an atlas nor a guest is given."""

    name: str
    atlas: np.ndarray | None = None  # (14, 4, *ATLAS_PX) worn as it is in every pose: of a single frame, or a sheet
    guest: Guest | None = None
    lasting: bool = True  # still to be had when another clip is on show


OWN = Outfit("All frames of this clip")


class Ground(Enum):
    """What lies behind the person."""

    CLEAN = "The clean place of the clip"
    FILLED = "This frame, filled"
    COLOUR = "A plain colour"
    IMAGE = "An image"


@dataclass(frozen=True, eq=False, slots=True)
class Behind:
    """A background, and what it is made of."""

    ground: Ground
    rgb: tuple[int, int, int] = (0, 0, 0)  # of the plain colour
    image: np.ndarray | None = None  # (H, W, 3) uint8
    name: str = ""  # of the image


CLEAN, FILLED = Behind(Ground.CLEAN), Behind(Ground.FILLED)


@dataclass(frozen=True, slots=True)
class Staging:
    """The changed things only; everything else follows the clip."""

    outfit: Outfit = OWN
    other: Outfit = OWN  # blended with it
    share: float = 0.0  # of the other, in [0, 1]
    parts: Mapping[int, Outfit] = field(default_factory=dict)  # parts that come from elsewhere
    shape: Mapping[int, float] = field(default_factory=dict)  # index into SHAPE_GROUPS: value in [-1, 1]
    behind: Behind = CLEAN

    def __bool__(self) -> bool:
        return self != Staging()

    @property
    def dressed(self) -> bool:
        """Whether the person wears anything but what the clip shows."""
        return self.outfit is not OWN or self.share > 0 or bool(self.parts)

    def with_part(self, part: int, outfit: Outfit | None) -> "Staging":
        """One part from elsewhere, or as the rest."""
        parts = {p: o for p, o in self.parts.items() if p != part}
        return replace(self, parts=parts if outfit is None else {**parts, part: outfit})

    def with_shape(self, group: int, value: float | None) -> "Staging":
        """One group of limbs longer or shorter, or as predicted."""
        shape = {g: v for g, v in self.shape.items() if g != group}
        return replace(self, shape=shape if value is None else {**shape, group: min(max(float(value), -1.0), 1.0)})

    def apply(self, factors: Factors) -> Factors:
        """The factors on the changed body; always another object, since appearance and place may be others, too."""
        shape = np.array(factors.shape, copy=True)
        for group, value in self.shape.items():
            shape[group] = value
        return factors.edited(shape=shape)
