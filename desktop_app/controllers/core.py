"""What the controllers need of core_model, imported on the worker threads only: torch must not delay the window."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core_model.prediction import Factors, Prediction, Synthesis


class Predictor(Protocol):
    """`core_model.predictor.Predictor`, as far as the studio uses it."""

    device_note: str
    checkpoint_name: str

    def synthesise(self, factors: Factors) -> Synthesis:
        """Factors -> their image."""


class Reader(Protocol):
    """`core_model.data.video.VideoReader`, as far as the studio uses it."""

    @property
    def pts_s(self) -> np.ndarray:
        """(T,) NaN for images."""

    @property
    def frame_size_px(self) -> tuple[int, int]:
        """Width, height."""

    @property
    def fps(self) -> float:
        """On average."""

    @property
    def image_names(self) -> tuple[str, ...] | None:
        """(T,) or None for a video."""

    @property
    def problem(self) -> str | None:
        """A sentence about damage, where there still are frames."""

    def frame(self, index: int) -> np.ndarray:
        """(H, W, 3) uint8."""

    def close(self) -> None:
        """Let go of the file."""


class Follower(Protocol):
    """`core_model.tracking.Follower`, as far as the studio uses it."""

    def follow(self, frame: np.ndarray, pts_s: float) -> Prediction:
        """The person in the next frame. Raises NobodyFoundError."""


class FrameResult(Protocol):
    """What an analysis says of one frame."""

    @property
    def index(self) -> int:
        """Of the frame."""

    @property
    def prediction(self) -> Prediction | None:
        """None where nobody was found."""


class Wardrobe(Protocol):
    """`core_model.wardrobe.Wardrobe`, as far as the studio uses it."""

    def offer(self, prediction: Prediction) -> None:
        """Keep what a frame shows."""

    def dressed(self, factors: Factors, prediction: Prediction) -> Factors:
        """Factors of a prediction, edited, in what the clip knows of how that pose looks."""


@dataclass(frozen=True)
class Core:
    """What that the studio asks of the learning core; tests put others in their place."""

    load_predictor: Callable[[], Predictor]
    follower: Callable[[Predictor], Follower]
    open_video: Callable[[Path], Reader]
    analyse: Callable[[Reader, Predictor, Iterable[int]], Iterator[FrameResult]]
    wardrobe: Callable[[], Wardrobe]


def real_core(checkpoint: Path | None = None, device: str = "auto") -> Core:
    """core_model itself."""

    def load_predictor() -> Predictor:
        from core_model.predictor import Predictor

        return Predictor.load(checkpoint, device)

    def follower(predictor: Any) -> Follower:
        from core_model.tracking import Follower

        return Follower(predictor)

    def open_video(path: Path) -> Reader:
        from core_model.data.video import open_video

        return open_video(path)

    def analyse(reader: Any, predictor: Any, indices: Iterable[int]) -> Iterator[FrameResult]:
        from core_model.tracking import analyse

        return analyse(reader, predictor, indices=indices)

    def wardrobe() -> Wardrobe:
        from core_model.wardrobe import Wardrobe

        return Wardrobe()

    return Core(load_predictor, follower, open_video, analyse, wardrobe)
