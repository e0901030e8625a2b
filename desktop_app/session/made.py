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
    atlas: np.ndarray | None = None  # (14, 4, *ATLAS_PX) that is worn in it
    near: np.ndarray | None = None  # the look of it that is nearest in pose; see Factors


@dataclass(frozen=True, eq=False, slots=True)
class Worn:
    """An appearance for the factors of a frame, without an image."""

    index: int
    factors: Factors
    atlas: np.ndarray  # (14, 4, *ATLAS_PX)
