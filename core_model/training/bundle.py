"""Make the checkpoint that ships: encoder, locator, decoder in one file, 8-bit ranges and confidence measured, figures
inside.

python -m core_model.training.bundle --encoder E --locator L --decoder D --out assets/checkpoint.safetensors
puppetpose evaluate --checkpoint assets/checkpoint.safetensors --json figures.json
python -m core_model.training.bundle ... --figures figures.json --out assets/checkpoint.safetensors
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core_model.data.batches import to_tensor
from core_model.data.pool import SamplePool
from core_model.networks.decoder import Decoder, in_integers
from core_model.networks.eight_bit import Ranges, input_ranges
from core_model.networks.encoder import PoseEncoder
from core_model.networks.locator import LocatorChain, LocatorHead, letterbox
from core_model.networks.trunk import Trunk
from core_model.predictor import Predictor
from core_model.runtime import choose_engine
from core_model.skeleton import JOINT
from core_model.synthesis import joints_of, planes_of, stand
from core_model.training.calibration import RIGHT_WITHIN, calibrate
from core_model.training.checkpoint import EYES, Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.trainer import commit

NETWORKS = ("trunk", "tail", EYES, "locator", "decoder")
RANGED = 96
"""Rendered people that tell what the convolutions read."""


def merge(sources: list[Checkpoint]) -> Checkpoint:
    """One checkpoint with all networks; of a network in several sources the last counts. `about` keeps each story."""
    states: dict[str, dict] = {}
    about: dict[str, object] = {}
    for source in sources:
        held = sorted(set(source.states) & set(NETWORKS))
        states |= {name: source.states[name] for name in held}
        about["+".join(held)] = {key: _portable(value) for key, value in source.about.items() if key != "format"}
    if EYES in states and _same(states[EYES], states.get("trunk", {})):
        del states[EYES]
    return Checkpoint(states, about)


def _same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    """Whether two states are the same once saved."""
    return one.keys() == other.keys() and all(torch.equal(one[k].half(), other[k].half()) for k in one)


def _portable(value: object) -> object:
    """The same without the folders of the machine that trained: of an absolute path its last part."""
    if isinstance(value, dict):
        return {key: _portable(inner) for key, inner in value.items()}
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


def measure_confidence(predictor: Predictor, pool: SamplePool, count: int, seed: int = 0) -> dict[str, float]:
    """Calibration on `count` rendered people of the pool: right is within 0.2 of the torso in the picture."""
    said, right = [], []
    for place in np.random.default_rng(seed).integers(0, pool.filled, count):
        raw = {name: values[0] for name, values in pool.read(np.array([place])).items()}
        box = np.array([0.0, 0.0, pool.size_px, pool.size_px])
        seen = predictor.predict(raw["image"], box_px=box, focal_px=float(raw["focal_px"]), synthesise=False)
        true = raw["joints2d_px"]
        torso = max(
            np.linalg.norm(true[JOINT["r_shoulder"]] - true[JOINT["l_hip"]]),
            np.linalg.norm(true[JOINT["l_shoulder"]] - true[JOINT["r_hip"]]),
        )
        inside = ((true > 0) & (true < pool.size_px)).all(axis=1)
        said.append(seen.confidence[inside])
        right.append((np.linalg.norm(seen.joints2d_px - true, axis=1) < RIGHT_WITHIN * torso)[inside])
    return calibrate(np.concatenate(said), np.concatenate(right))


def measure_ranges(checkpoint: Checkpoint, pool: SamplePool, count: int = RANGED, seed: int = 0) -> dict[str, Ranges]:
    """What the dense convolutions of each network read on `count` rendered people, a multiple of 16.

    First and last layers stay as they are.
    """
    encoder, eyes, head, decoder = PoseEncoder(), Trunk(), LocatorHead(), Decoder()
    checkpoint.restore_eyes(eyes)
    for name, part in (("trunk", encoder.trunk), ("tail", encoder.tail), ("locator", head), ("decoder", decoder)):
        checkpoint.restore(name, part)
    images = pool.read(np.random.default_rng(seed).integers(0, pool.filled, count))["image"]
    seen = [to_tensor(part) for part in np.split(images, count // 16)]
    framed = [to_tensor(letterbox(image)[0][None]) for image in images[:32]]
    predictor = Predictor(checkpoint, "", choose_engine("cpu"))
    painted = [torch.from_numpy(_painted(predictor, image)) for image in images[:32]]
    locator = LocatorChain(eyes, head).eval()
    return {
        "encoder": input_ranges(encoder.eval(), seen, _dense("trunk.stem", "tail.heat", "tail.limbs", "tail.parts")),
        "locator": input_ranges(locator, framed, _dense("trunk.stem", "head.out")),
        "decoder": input_ranges(decoder.eval(), painted, in_integers),
    }


def _dense(*but: str) -> Callable[[str], bool]:
    """Chooses by module name; depthwise convolutions are not worth it."""
    return lambda name: name not in but and "depthwise" not in name


def _painted(predictor: Predictor, image: np.ndarray) -> np.ndarray:
    """What the decoder reads (1, 11, S, S) of a person who fills an image."""
    box_px = np.array([0.0, 0.0, image.shape[1], image.shape[0]])
    factors = predictor.predict(image, box_px=box_px, synthesise=False).factors
    joints3d_m, joints2d_px = joints_of(factors)
    figure = stand(joints2d_px, joints3d_m, box_px)
    return planes_of(factors, figure)[None]


def bundled(sources: Sequence[Path], pool: SamplePool, count: int) -> Checkpoint:
    """The networks of checkpoints in one, with what was measured on `count` people of a pool."""
    merged = merge([load_checkpoint(path) for path in sources])
    ranges = measure_ranges(merged, pool, min(RANGED, -(-count // 16) * 16))
    merged = replace(merged, about={**merged.about, "eight_bit": ranges})
    quick = Predictor(merged, "", choose_engine("cpu"))
    measured = {
        "calibration": measure_confidence(quick, pool, count),
        "careful_calibration": measure_confidence(quick.careful(), pool, count),
    }
    return replace(merged, about={**merged.about, **measured, "commit": commit(), "benchmark": {}})


def main() -> None:
    """Merge, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("encoder", "locator", "decoder"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pool", type=Path, default=Path("cache/pool"))
    parser.add_argument("--count", type=int, default=400, help="rendered people for the calibration")
    parser.add_argument("--figures", type=Path, help="what `puppetpose evaluate --json` wrote about this checkpoint")
    a = parser.parse_args()
    whole = bundled([a.encoder, a.locator, a.decoder], SamplePool(a.pool), a.count)
    about = {**whole.about, "benchmark": json.loads(a.figures.read_text()) if a.figures else {}}
    save_checkpoint(a.out, replace(whole, about=about))
    print(f"{a.out}: {a.out.stat().st_size / 1e6:.1f} MB, calibration {about['calibration']}")


if __name__ == "__main__":
    main()
