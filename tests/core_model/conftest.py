"""Clips whose every frame carries its number, written with PyAV."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

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
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=container_options or {}) as container:
            stream = container.add_stream(codec, rate=25, options=options or {})
            stream.width, stream.height = (HEIGHT_PX, WIDTH_PX) if turned % 2 else (WIDTH_PX, HEIGHT_PX)
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, 100)
            if aspect is not None:
                stream.codec_context.sample_aspect_ratio = aspect
            if rotation is not None:
                stream.set_display_rotation(rotation)
            for number, time in enumerate(pts):
                image = np.ascontiguousarray(np.rot90(numbered(number), turned))
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
