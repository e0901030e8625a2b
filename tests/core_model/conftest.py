"""Clips whose every frame carries its number, written with PyAV; and a stand-in for the network."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core_model.boxes import box_of_points, square_crop
from core_model.errors import NobodyFoundError
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors, Prediction, Synthesis

BITS = 8
BLOCK_PX = 16
WIDTH_PX, HEIGHT_PX = BITS * BLOCK_PX, 64


def numbered(number: int) -> np.ndarray:
    """(64, 128, 3) uint8: the number in black and white blocks along the top, lowest bit left; grey below."""
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 128, dtype=np.uint8)
    for bit in range(BITS):
        image[: HEIGHT_PX // 2, bit * BLOCK_PX : (bit + 1) * BLOCK_PX] = 255 * (number >> bit & 1)
    return image


def number_in(image: np.ndarray) -> int:
    """What `numbered` wrote, from an image of any size."""
    height, width = image.shape[:2]
    row = image[height // 4, :, 1]
    bits = [int(row[int((bit + 0.5) * width / BITS)] > 128) for bit in range(BITS)]
    assert abs(int(image[height * 3 // 4, width // 2, 1]) - 128) < 32, "not upright"
    return sum(value << bit for bit, value in enumerate(bits))


@pytest.fixture
def write_clip(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a clip: `write_clip("name.mp4", pts=[...], codec=..., options=..., frames=...)`."""

    def write(
        name: str = "clip.mp4",
        *,
        pts: Sequence[int] = tuple(range(40)),
        codec: str = "libx264",
        options: dict[str, str] | None = None,
        aspect: Fraction | None = None,
        turned: int = 0,
        rotation: int | None = None,
        container_options: dict[str, str] | None = None,
        draw: Callable[[int], np.ndarray] = numbered,
    ) -> Path:
        path = tmp_path / name
        height, width = np.rot90(draw(0), turned).shape[:2]
        with av.open(str(path), "w", options=container_options or {}) as container:
            stream = container.add_stream(codec, rate=25, options=options or {})
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, 100)
            if aspect is not None:
                stream.codec_context.sample_aspect_ratio = aspect
            if rotation is not None:
                stream.set_display_rotation(rotation)
            for number, time in enumerate(pts):
                image = np.ascontiguousarray(np.rot90(draw(number), turned))
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame.pts, frame.time_base = time, Fraction(1, 100)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


@pytest.fixture
def read_number() -> Callable[[np.ndarray], int]:
    """The number that a frame of such a clip carries."""
    return number_in


@pytest.fixture
def draw_number() -> Callable[[int], np.ndarray]:
    """A frame as in such a clip."""
    return numbered


@pytest.fixture
def write_sound(tmp_path: Path) -> Callable[[str], Path]:
    """A function that writes a file with sound alone."""

    def write(name: str = "sound.mp4") -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=16000)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), dtype=np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


PERSON_RGB = (250, 60, 60)


def person(left: float, top: float = 20, width: float = 20, height: float = 60, size: tuple = (160, 240)) -> np.ndarray:
    """(160, 240, 3) uint8: a red rectangle that `StandIn` takes for a person."""
    image = np.full((*size, 3), 40, dtype=np.uint8)
    image[max(0, round(top)) : max(0, round(top + height)), max(0, round(left)) : max(0, round(left + width))] = (
        PERSON_RGB
    )
    return image


class StandIn:
    """Takes red rectangles for people: the joints lie on a fixed grid over the red in the crop that is looked at."""

    device_note, checkpoint_name = "a stand-in", "stand-in"

    def __init__(self) -> None:
        self.located = self.carefully = 0
        self.looked_at: list[np.ndarray] = []

    def careful(self) -> "StandIn":
        """Counts, and goes on as before."""
        self.carefully += 1
        return self

    def locate(self, frame: np.ndarray) -> tuple[np.ndarray, float]:
        self.located += 1
        red = self._red(frame)
        box = box_of_points(red) if len(red) else np.array([0.0, 0, *frame.shape[1::-1]])
        return square_crop(box, 1.6), float(len(red) > 0)

    def predict(
        self,
        frame: np.ndarray,
        *,
        box_px: np.ndarray | None = None,
        focal_px: float | None = None,
        synthesise: bool = True,
    ) -> Prediction:
        if box_px is None:
            box_px, score = self.locate(frame)
            if not score:
                raise NobodyFoundError("Nobody was found in this frame.", "Give a box.")
        self.looked_at.append(box_px)
        red = self._red(frame)
        red = red[((red >= box_px[:2]) & (red <= box_px[2:])).all(axis=1)] if len(red) else red
        sure = 0.9 if len(red) > 20 else 0.01
        low, high = (red.min(axis=0), red.max(axis=0)) if len(red) else (box_px[:2], box_px[2:])
        joints2d = (low + GRID * (high - low)).astype(np.float32)
        joints3d = np.concatenate([joints2d / 100, np.full((21, 1), 3.0)], axis=1).astype(np.float32)
        height, width = frame.shape[:2]
        camera = Camera(np.eye(3), joints3d[0], 500.0, (width, height))
        factors = Factors(
            angles_rad=np.zeros((20, 2), np.float32),
            shape=np.zeros(12, np.float32),
            camera=camera,
            box_px=box_px,
            atlas=np.zeros((14, 4, *ATLAS_PX), np.float32),
            background=np.zeros((CROP_PX, CROP_PX, 3), np.uint8),
        )
        parts = np.full((CROP_PX, CROP_PX), 14, np.uint8)
        image = self.synthesise(factors) if synthesise else None
        return Prediction(factors, joints3d, joints2d, np.full(21, sure, np.float32), sure, parts, image)

    def synthesise(self, factors: Factors) -> Synthesis:
        """A flat image whose brightness tells the first angle."""
        level = int(np.clip(100 + 100 * factors.angles_rad[0, 0], 0, 255))
        shape = (CROP_PX, CROP_PX)
        return Synthesis(
            np.full((*shape, 3), level, np.uint8),
            np.zeros(shape, np.float32),
            np.full(shape, 14, np.uint8),
            np.zeros((21, 3)),
            np.zeros((21, 2)),
            factors.box_px,
            np.ones(shape, np.float32),
        )

    @staticmethod
    def _red(frame: np.ndarray) -> np.ndarray:
        red = (frame[..., 0] > 150) & (frame[..., 1] < 120)
        return np.argwhere(red)[:, ::-1].astype(np.float64)


GRID = np.random.default_rng(0).uniform(size=(21, 2))
GRID[0], GRID[1], GRID[4], GRID[10], GRID[17] = (0.5, 0.5), (0.4, 0.5), (0.6, 0.5), (0, 0), (1, 1)


@pytest.fixture
def stand_in() -> StandIn:
    """A predictor without a network."""
    return StandIn()


@pytest.fixture
def draw_person() -> Callable[..., np.ndarray]:
    """Frames that the stand-in finds somebody in."""
    return person
