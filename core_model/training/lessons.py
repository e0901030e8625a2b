"""Look at unlabelled crops carefully, and write down what a network that looks once can learn from it.

puppetpose data CLIPS                                        # or: python -m core_model.training.photographs FOLDER
python -m core_model.training.lessons cache/unlabelled --out cache/lessons.npz
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from core_model.data.batches import read_crops
from core_model.data.lessons import Lessons
from core_model.errors import ConfigError
from core_model.networks.encoder import MAP_PX
from core_model.networks.readout import decode_mode
from core_model.predictor import Predictor
from core_model.training.checkpoint import load_checkpoint
from core_model.views import Look, read

LEAST_SURE = 0.4
"""Mean sureness of the joints below which a crop teaches nothing: perhaps it shows nobody."""


def lessons_of(crops: np.ndarray, look: Look, progress: Callable[[int], None] = lambda _: None) -> Lessons:
    """What careful looks say of crops (N, S, S, 3) uint8, without those in which they see hardly anything.

    Raises ConfigError if that is all of them.
    """
    kept = [row for row in _rows(crops, look, progress) if row[2].mean() >= LEAST_SURE]
    if not kept:
        raise ConfigError("In none of the crops is anybody surely seen.", "Take clips that show people clearly.")
    return Lessons(*(np.stack(column) for column in zip(*kept, strict=True)))


def _rows(crops: np.ndarray, look: Look, progress: Callable[[int], None]) -> Iterator[tuple[np.ndarray, ...]]:
    """In the order of `Lessons`."""
    for done, crop in enumerate(crops, 1):
        side = float(crop.shape[0])
        reading = read(look, crop, np.array([0.0, 0.0, side, side]), careful=True)
        points, sureness = decode_mode(reading.heat)
        likely = np.exp(reading.parts - reading.parts.max(axis=0))
        likely /= likely.sum(axis=0)
        as_float = [x.astype(np.float32) for x in (points / MAP_PX, sureness, reading.limbs)]
        yield crop, *as_float, likely.astype(np.float16)
        progress(done)


def main() -> None:
    """Read crops, look, write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crops", type=Path, help="a folder of files of crops, or one file")
    parser.add_argument("--out", type=Path, default=Path("cache/lessons.npz"))
    parser.add_argument("--encoder", type=Path, help="of a training run; else that of the bundled checkpoint")
    a = parser.parse_args()
    predictor, started = Predictor.load(), time.monotonic()
    if a.encoder:
        predictor = predictor.with_encoder(load_checkpoint(a.encoder), a.encoder)
    crops = read_crops(a.crops)

    def tell(done: int) -> None:
        if done % 100 == 0:
            print(f"{done} of {len(crops)} looked at, {done / (time.monotonic() - started):.1f}/s", flush=True)

    lessons = lessons_of(crops, predictor.look, tell)
    lessons.write(a.out)
    print(f"{len(lessons)} of {len(crops)} crops teach something: {a.out}")


if __name__ == "__main__":
    main()
