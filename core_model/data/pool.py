"""A pool of rendered people on disk: renderers write round and round, a trainer reads at random.

Rendering, not training, is what a CPU has too little of; each picture is therefore seen a few times, every time
augmented otherwise. The arrays are memory-mapped, so writers and the reader share them without copies.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from core_model.errors import ConfigError, PuppetPoseError
from core_model.skeleton import NUM_JOINTS

_INDEX = "pool.json"
_RENDER = "Render one: python -m core_model.data.pool --folder FOLDER --count 20000"
SEED = 1000
"""Of people that are rendered to be trained on."""
PATIENCE_S = 60.0
"""Nobody who renders takes longer over one person."""
TILES = 16
"""People that a process draws before it reads them back."""
_TOLD_S = 2.0
_LOOKED_AT = 64
"""Pictures that a fingerprint takes in; of the joints it takes all."""


Holds = Literal["pictures", "people_alone"]
"""`core_model.data.people.Rendered`: finished pictures; `Drawn`: what whoever learns puts into pictures himself."""
_Fields = dict[str, tuple[tuple[int, ...], type[np.generic]]]


def _fields(size_px: int, holds: Holds) -> _Fields:
    pictures: _Fields = {
        "image": ((size_px, size_px, 3), np.uint8),
        "parts": ((size_px, size_px), np.uint8),
        "joints_visible": ((NUM_JOINTS,), np.uint8),
    }
    alone: _Fields = {"drawn": ((size_px, size_px, 4), np.uint8)}
    return (pictures if holds == "pictures" else alone) | {
        "joints2d_px": ((NUM_JOINTS, 2), np.float32),
        "joints3d_m": ((NUM_JOINTS, 3), np.float32),
        "focal_px": ((), np.float32),
        "principal_px": ((2,), np.float32),
    }


class SamplePool:
    """A ring of `capacity` rendered people of side `size_px`; `holds` says which fields there are of each.

    `lanes` writers may write at the same time: each has every `lanes`-th place, so that who is where does not depend on
    who is fastest.
    """

    def __init__(self, folder: Path, mode: Literal["r", "r+"] = "r") -> None:
        index = folder / _INDEX
        if not index.exists():
            raise ConfigError(f"There is no pool of rendered people in {folder}.", _RENDER)
        self.folder, self.mode = folder, mode
        try:
            about = json.loads(index.read_text())
            self.capacity, self.size_px = int(about["capacity"]), int(about["size_px"])
            self.holds: Holds = about.get("holds", "pictures")
            self.lanes = int(about.get("lanes", 1))
            self.arrays = {
                name: np.memmap(folder / f"{name}.bin", dtype=dtype, mode=mode, shape=(self.capacity, *shape))
                for name, (shape, dtype) in _fields(self.size_px, self.holds).items()
            }
            self._written = np.memmap(folder / "written.bin", dtype=np.int64, mode=mode, shape=(self.lanes,))
        except (ValueError, KeyError, OSError) as error:
            raise ConfigError(
                f"The pool of rendered people in {folder} is damaged ({error}).", f"Delete it. {_RENDER}"
            ) from error

    def __reduce__(self) -> "tuple[type[SamplePool], tuple[Path, str]]":
        """Another process maps the same files; nothing is copied."""
        return SamplePool, (self.folder, self.mode)

    @classmethod
    def create(
        cls, folder: Path, capacity: int, size_px: int, holds: Holds = "pictures", lanes: int = 1
    ) -> "SamplePool":
        """A new, empty pool (sparse files: they grow as they fill); an existing one of the same shape is kept."""
        folder.mkdir(parents=True, exist_ok=True)
        index, about = folder / _INDEX, dict[str, object](capacity=capacity, size_px=size_px)
        about |= {} if holds == "pictures" and lanes == 1 else {"holds": holds, "lanes": lanes}
        if not index.exists() or json.loads(index.read_text()) != about:
            for name, (shape, dtype) in _fields(size_px, holds).items():
                np.memmap(folder / f"{name}.bin", dtype=dtype, mode="w+", shape=(capacity, *shape))
            np.memmap(folder / "written.bin", dtype=np.int64, mode="w+", shape=(lanes,))
            index.write_text(json.dumps(about))
        return cls(folder, "r+")

    @property
    def written(self) -> int:
        """How many samples were ever written, without a gap."""
        lane = int(self._written.argmin())
        return int(self._written[lane]) * self.lanes + lane

    def written_in(self, lane: int) -> int:
        """How many samples were ever written in a lane."""
        return int(self._written[lane])

    @property
    def filled(self) -> int:
        """How many samples can be read."""
        return min(self.written, self.capacity)

    def write(self, rendered: object, lane: int = 0) -> None:
        """Put one sample in the oldest place of a lane (one writer at a time)."""
        place = (int(self._written[lane]) * self.lanes + lane) % self.capacity
        for name, array in self.arrays.items():
            array[place] = getattr(rendered, name)
        self._written[lane] += 1

    def wait_for(self, count: int, patience_s: float = PATIENCE_S, over: Callable[[], bool] = lambda: False) -> None:
        """Return when the first `count` people are there, or the waiting is `over`.

        Raises ConfigError when none has come for so long.
        """
        seen, since_s = self.written, time.monotonic()
        while self.written < count and not over():
            time.sleep(0.02)
            if self.written != seen:
                seen, since_s = self.written, time.monotonic()
            elif time.monotonic() - since_s > patience_s:
                raise ConfigError(
                    f"Only {self.filled} of {count} rendered people are in {self.folder}, and no more are coming.",
                    _RENDER,
                )

    def read(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """Copies of the samples at `places` (B,)."""
        return {name: array[places] for name, array in self.arrays.items()}

    def fingerprint(self, count: int) -> str:
        """Changes when any of the first `count` people does."""
        digest = hashlib.sha256(f"{self.size_px} {count}".encode())
        digest.update(self.arrays["joints2d_px"][:count].tobytes())
        pictures = self.arrays["image" if self.holds == "pictures" else "drawn"]
        digest.update(pictures[: count : max(1, count // _LOOKED_AT)].tobytes())
        return digest.hexdigest()[:16]


def fill(folder: Path, capacity: int, size_px: int, seed: int, count: int) -> None:
    """Render `count` more people into the pool; the oldest make room when it is full."""
    pool, started = SamplePool.create(folder, capacity, size_px), time.monotonic()
    for done in render(pool, count, seed):
        if done % 500 == 0:
            print(f"{pool.written} written, {done / (time.monotonic() - started):.0f}/s", flush=True)


def render(pool: SamplePool, count: int, seed: int, split: Literal["train", "held_out"] = "train") -> Iterator[int]:
    """Write `count` more people; tells after each how many are done."""
    if count <= 0:
        return
    from core_model.data.people.renderer import PeopleRenderer

    renderer = PeopleRenderer(seed=seed + pool.written, size_px=pool.size_px, split=split)
    for done in range(1, count + 1):
        pool.write(renderer.sample())
        yield done


def draw_lane(folder: Path, lane: int, count: int, seed: int, tiles: int = TILES) -> None:
    """Draw people alone into one lane until the pool holds `count`, or who asked for them is gone."""
    from core_model.data.people.renderer import PeopleRenderer

    pool, parent = SamplePool(folder, "r+"), os.getppid()
    own = len(range(lane, count, pool.lanes)) - pool.written_in(lane)
    renderer = PeopleRenderer([seed, lane, pool.written_in(lane)], pool.size_px, tiles=tiles)
    while own > 0 and os.getppid() == parent:
        people = renderer.draw_alone(min(tiles, own))
        for person in people:
            pool.write(person, lane)
        own -= len(people)


def draw(pool: SamplePool, count: int, seed: int) -> Iterator[int]:
    """Draw people alone until the pool holds `count`, a process a lane; tells now and then how many are there.

    Raises PuppetPoseError if a process breaks down.
    """
    start = multiprocessing.get_context("spawn")  # OpenGL contexts do not survive a fork
    lanes = [
        start.Process(target=draw_lane, args=(pool.folder, lane, count, seed), daemon=True)
        for lane in range(pool.lanes)
    ]
    for lane in lanes:
        lane.start()
    try:
        while running := [lane for lane in lanes if lane.is_alive()]:
            running[0].join(_TOLD_S)
            yield pool.written
    finally:
        for lane in lanes:
            lane.terminate()
            lane.join()
    if any(lane.exitcode for lane in lanes):
        raise PuppetPoseError("Rendering people broke down; the last lines above say why.", "Mend that, then go on.")


def main() -> None:
    """Render people for training."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("cache/pool"))
    parser.add_argument("--count", type=int, required=True, help="how many to render")
    parser.add_argument("--capacity", type=int, default=48000, help="how many are kept: 0.15 MB each")
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--alone", type=int, default=0, metavar="PROCESSES", help="people alone, drawn by so many")
    a = parser.parse_args()
    if a.alone:
        pool, started = SamplePool.create(a.folder, a.capacity, a.size, "people_alone", a.alone), time.monotonic()
        before = pool.written
        for written in draw(pool, a.count, a.seed):
            print(f"{written} written, {(written - before) / (time.monotonic() - started):.0f}/s", flush=True)
    else:
        fill(a.folder, a.capacity, a.size, a.seed, a.count)


if __name__ == "__main__":
    main()
