"""What was made of the factors on show."""

from dataclasses import dataclass

import numpy as np

from core_model.prediction import Factors, Synthesis


@dataclass(frozen=True, eq=False, slots=True)
class Synthesised:
    """An answer of the decoder, with what it is an answer to."""

    index: int
    factors: Factors
    synthesis: Synthesis
    worn: Factors | None = None  # what it was made of, dressed
    atlas: np.ndarray | None = None  # (14, 4, *ATLAS_PX) its looks as one


@dataclass(frozen=True, eq=False, slots=True)
class Worn:
    """An appearance for the factors of a frame, without an image."""

    index: int
    factors: Factors
    atlas: np.ndarray  # (14, 4, *ATLAS_PX)


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """Where a pose lies in the space of poses."""

    angles_rad: np.ndarray  # (20, 2)
    scores: np.ndarray  # (axes,) standard deviations


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """Where somebody may be in a frame."""

    index: int
    boxes_px: np.ndarray  # (N, 4) squares


@dataclass(frozen=True, eq=False, slots=True)
class Others:
    """Poses that the camera would see like that of the factors, the likeliest first."""

    factors: Factors
    angles_rad: tuple[np.ndarray, ...]  # (20, 2) each
    joints_m: np.ndarray  # (n, 21, 3) camera frame of the factors
