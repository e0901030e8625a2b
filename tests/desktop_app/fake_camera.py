"""A camera that gives drawn frames, and who writes them."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fake_predictor import FRAME_PX

from core_model.errors import MediaError


class FakeCamera:
    """Grey frames, a hundred a second; `pull` it out, and it gives no more."""

    name = "Drawn camera"

    def __init__(self, frame_s: float = 0.01) -> None:
        self.frame_s, self.given, self.closed, self.pulled = frame_s, 0, False, False

    def read(self) -> tuple[np.ndarray, float]:
        """The next."""
        if self.pulled:
            raise MediaError("Drawn camera gives no more pictures.", "Plug it in and open it again.")
        time.sleep(self.frame_s)
        self.given += 1
        return np.full((FRAME_PX[1], FRAME_PX[0], 3), 40 + self.given % 200, dtype=np.uint8), self.given * self.frame_s

    def close(self) -> None:
        """Let go."""
        self.closed = True


@dataclass(frozen=True)
class FakeFound:
    """A camera that can be opened."""

    name: str = "Drawn camera"
    source: str = "0"


class FakeWriter:
    """Writes how many frames it got."""

    def __init__(self, path: Path) -> None:
        self.path, self.count, self.size_px = path, 0, FRAME_PX

    def add(self, pts_s: float, image: np.ndarray) -> None:
        """One more."""
        self.count += 1

    def close(self) -> None:
        """The file is whole."""
        self.path.write_text(str(self.count))
