"""What the controllers need of core_model, imported on the worker threads only: torch must not delay the window."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from core_model.prediction import Factors, Prediction, Synthesis
from core_model.seen import Seen
from desktop_app.controllers.training_core import TrainingCore
from desktop_app.session.made import Others
from desktop_app.session.traces import Traces

Each = Callable[[int, int], None]
"""Hears how many are done, and of how many."""


class Predictor(Protocol):
    """`core_model.predictor.Predictor`, as far as the studio uses it."""

    device_note: str
    checkpoint_name: str

    @property
    def checkpoint_digest(self) -> str:
        """Tells whether two checkpoints are the same."""

    def careful(self) -> "Predictor":
        """The same, for whoever has time."""

    def synthesise(self, factors: Factors) -> Synthesis:
        """Factors -> their image."""

    def people(self, frame: np.ndarray) -> np.ndarray:
        """(N, 4) the squares about all who may be in a frame."""


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


class Camera(Protocol):
    """`core_model.data.camera.Camera`."""

    name: str

    def read(self) -> tuple[np.ndarray, float]:
        """Wait for the next frame (H, W, 3) uint8, and its time in seconds. Raises MediaError."""

    def close(self) -> None:
        """Let go of it."""


class FoundCamera(Protocol):
    """`core_model.data.camera.FoundCamera`."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def source(self) -> str:
        """To open it by."""


class Writer(Protocol):
    """`core_model.export.video.VideoWriter`, as far as the studio uses it."""

    count: int
    size_px: tuple[int, int]

    def add(self, pts_s: float, image: np.ndarray) -> None:
        """One more frame."""

    def close(self) -> None:
        """The file is whole."""


class Follower(Protocol):
    """`core_model.tracking.Follower`, as far as the studio uses it."""

    def follow(self, frame: np.ndarray, pts_s: float, crop_px: np.ndarray | None = None) -> Prediction:
        """The person in the next frame, in a square where one is given. Raises NobodyFoundError."""


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

    def dressed(self, factors: Factors, prediction: Prediction | None = None) -> Factors:
        """Factors of any pose in what the clip knows of how that pose looks; that of a prediction included."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, to be kept."""


class Person(Protocol):
    """`core_model.recombination.Person`, as far as the studio uses it."""

    @property
    def wardrobe(self) -> Wardrobe:
        """How they look."""

    @property
    def shape(self) -> np.ndarray:
        """(12,)"""

    @property
    def poses_rad(self) -> tuple[tuple[int, np.ndarray], ...]:
        """Frames and angles (20, 2)."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, to be kept."""


class Backdrop(Protocol):
    """`core_model.backdrop.Backdrop`, as far as the studio uses it."""

    def behind(self, factors: Factors, index: int) -> Factors:
        """The factors of a frame with the clean background."""

    def full(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """A frame without the person (H, W, 3) uint8, and where it is known (H, W) bool."""


class PoseSpace(Protocol):
    """`core_model.pose_space.PoseSpace`, as far as the studio uses it."""

    def scores(self, angles_rad: np.ndarray) -> np.ndarray:
        """How far a pose lies along each axis."""

    def moved(self, angles_rad: np.ndarray, axis: int, score: float) -> np.ndarray:
        """A pose moved along one of them."""

    def plausible(self, angles_rad: np.ndarray) -> np.ndarray:
        """The nearest that people hold."""

    def imagined(self, rng: np.random.Generator) -> np.ndarray:
        """One that nobody recorded."""


@dataclass(frozen=True, eq=False, slots=True)
class AdaptNews:
    """How far adapting is."""

    share_done: float
    steps: int
    change: float  # see `session.adaptation`
    picture: np.ndarray
    delta: object | None  # the best so far, to keep and to use; None while nothing is better than the checkpoint


Crops = Mapping[int, tuple[float, float, float, float]]
"""By frame: the square in which the person is."""
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False, slots=True)
class SmoothMotion:
    """A motion without jitter; rows of frames without anybody are NaN."""

    angles_rad: np.ndarray  # (T, 20, 2)
    joints3d_m: np.ndarray  # (T, 21, 3) camera frame
    jitter_mm: tuple[float, float]  # before and after
    sides: np.ndarray  # (T, 8) which pairs were exchanged: given again, it costs half


Joints = dict[int, tuple[np.ndarray, np.ndarray]]
"""By frame: (21, 2) px and (21, 3) m."""


@dataclass(frozen=True)
class Core:
    """What that the studio asks of the learning core; tests put others in their place."""

    load_predictor: Callable[[], Predictor]
    follower: Callable[[Predictor], Follower]
    open_video: Callable[[Path], Reader]
    analyse: Callable[[Reader, Predictor, Iterable[int], Crops], Iterator[FrameResult]]
    exchanged_sides: Callable[[Prediction], Prediction]
    retake: Callable[[np.ndarray, Seen], Prediction]
    wardrobe: Callable[[Arrays], Wardrobe]  # of none: an empty one
    person: Callable[[Arrays], Person]
    meet: Callable[[Reader, Predictor], Iterator[tuple[int, int, Person | None]]]
    backdrop: Callable[[Reader, Joints, Each], Backdrop]
    random_pose: Callable[[], tuple[str, np.ndarray]]
    reach: Callable[[Factors, int, np.ndarray, np.ndarray], np.ndarray]
    pose_space: Callable[[], PoseSpace]
    load_moves: Callable[[Path], tuple[float, np.ndarray, np.ndarray]]  # fps, angles, rotations
    adapt: Callable[[Predictor, Reader, list[tuple[int, Seen]]], Iterator[AdaptNews]]
    with_delta: Callable[[Predictor, object], Predictor]
    save_delta: Callable[[Path, object], None]
    load_delta: Callable[[Path], object]
    smooth: Callable[[Traces, np.ndarray, float, np.ndarray | None], SmoothMotion]
    """What was found at times pts_s (T,), the window's standard deviation in seconds, and the sides if known."""
    others: Callable[[Factors], Others]
    find_cameras: Callable[[], list[FoundCamera]]
    open_camera: Callable[[str], Camera]  # by what `find_cameras` says, or a video that stands in for one
    record: Callable[[Path], Writer]
    with_encoder: Callable[[Predictor, Path], Predictor]
    """The same, but for what a training run's checkpoint holds."""
    training: TrainingCore
