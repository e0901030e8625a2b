"""What the averaged network sees in a few people, and what a decoder makes of it, as one sheet of pictures.

Held-out people. A run that learns from pairs of frames shows some of those before them: of frames that are held out,
where it holds some out (`held_out_share`), or else of those that it learns from, of which nothing is known that it
could have learnt by heart.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.assets import BUNDLED, asset
from core_model.colours import PART_RGB
from core_model.data.batches import to_tensor
from core_model.data.clips import Clips
from core_model.data.mocap.poses import load_poses
from core_model.data.pool import SamplePool
from core_model.export.images import write_jpeg
from core_model.export.overlay import draw_overlay
from core_model.networks.decoder import Decoder
from core_model.networks.encoder import INPUT_PX, PARTS_PX, EncoderMaps
from core_model.prediction import CROP_PX
from core_model.puppet import Puppet
from core_model.skeleton import BACKGROUND
from core_model.training.checkpoint import load_checkpoint
from core_model.training.differentiable import read, stand
from core_model.training.judge import points_px, see
from core_model.training.novel import random_fill, random_views, stand_before
from core_model.training.picture import appearance, figure_of, make_picture

COUNT = 6
"""People shown, or fewer where there are fewer."""
KEPT = 100
"""Files kept, of 0.2 MB at most each."""
_SEED = 77_002
_GREY = 0.35


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A column a person."""

    image: np.ndarray  # (len(rows) x INPUT_PX, n x INPUT_PX, 3) uint8
    rows: tuple[str, ...]


def preview(
    teacher: Callable[[Tensor], EncoderMaps], people: SamplePool, clips: Clips | None = None, decoder: str = ""
) -> Sheet:
    """Look at people, and at pairs of frames of clips. `decoder` is a checkpoint; empty: the bundled one."""
    sources = targets = people.read(np.arange(min(COUNT, people.filled)))["image"]
    if clips is not None:
        sources, targets = (
            np.concatenate([both, alone[: COUNT // 2]])
            for alone, both in zip((sources, targets), _pairs(clips), strict=True)
        )
    maps = see(teacher, targets)
    points, mass = points_px(maps.heat)
    at_source = maps if sources is targets else see(teacher, sources)
    made, novel = _made(sources, at_source, maps, decoder)
    rows: dict[str, Iterable[np.ndarray]] = {
        "source": sources,
        "target": targets,
        "reconstruction": made,
        "skeleton": [draw_overlay(*row) for row in zip(targets, points, mass, strict=True)],
        "parts": [_coloured(*row) for row in zip(targets, maps.parts.argmax(1), strict=True)],
        "novel image": novel,
    }
    if sources is targets:
        rows = {"image": targets, **{name: row for name, row in rows.items() if name not in ("source", "target")}}
    return Sheet(np.concatenate([np.concatenate(list(row), axis=1) for row in rows.values()]), tuple(rows))


def write_preview(folder: Path, step: int, image: np.ndarray) -> Path:
    """Keep a sheet as `step_000250.jpg`, and thin out those before. Raises OutputError."""
    path = folder / f"step_{step:06d}.jpg"
    folder.mkdir(parents=True, exist_ok=True)
    write_jpeg(path, image)
    thin(folder)
    return path


def thin(folder: Path, kept: int = KEPT) -> None:
    """When there are more files than `kept`, every second one goes, but never the newest: the older, the sparser."""
    files = sorted(folder.glob("step_*.jpg"), key=lambda file: int(file.stem.partition("_")[2]))
    if len(files) > kept:
        for file in files[-2::-2]:
            file.unlink(missing_ok=True)


def _pairs(clips: Clips) -> tuple[np.ndarray, np.ndarray]:
    """Sources and targets (COUNT // 2, INPUT_PX, INPUT_PX, 3) uint8, always the same."""
    pairs = clips.held_out if len(clips.held_out) else clips.pairs
    chosen = pairs[np.random.default_rng(_SEED).integers(0, len(pairs), COUNT // 2)]
    sources, targets = (
        np.stack([cv2.resize(clips.clip(row[0]).image[row[which]], (INPUT_PX, INPUT_PX)) for row in chosen])
        for which in (1, 2)
    )
    return sources, targets


@lru_cache(maxsize=1)
def _painter(path: Path) -> tuple[Decoder, Puppet, np.ndarray]:
    """A decoder, what it paints on, and poses (N, 20, 2) that nothing was trained on."""
    decoder = Decoder()
    load_checkpoint(path).restore("decoder", decoder)
    return decoder.eval().requires_grad_(False), Puppet.load(), load_poses("held_out").angles_rad


def _made(sources: np.ndarray, seen: EncoderMaps, target: EncoderMaps, decoder: str) -> tuple[np.ndarray, np.ndarray]:
    """Sources' appearance in the targets' poses, and in recorded ones (N, INPUT_PX, INPUT_PX, 3) uint8, over grey."""
    network, puppet, poses = _painter(Path(decoder) if decoder else asset(BUNDLED))
    rng, count = np.random.default_rng(_SEED), len(sources)
    with torch.no_grad():
        large = functional.interpolate(to_tensor(sources), (CROP_PX, CROP_PX), mode="bilinear", align_corners=False)
        reading, wanted = (read(maps._replace(heat=maps.heat.clamp_min(1e-30).log())) for maps in (seen, target))
        atlas = appearance(large, figure_of(stand(reading), puppet, CROP_PX))
        angles = torch.from_numpy(poses[rng.integers(0, len(poses), count)])
        recorded = stand_before(angles, reading.shape, random_views(count, rng), random_fill(count, rng))
        pictures = [
            make_picture(atlas, figure_of(standing, puppet, CROP_PX), network).over(torch.full_like(large, _GREY))
            for standing in (stand(wanted), recorded)
        ]
    made, novel = (
        (functional.interpolate(p, (INPUT_PX, INPUT_PX), mode="area") * 255).clamp(0, 255).byte() for p in pictures
    )
    return made.permute(0, 2, 3, 1).numpy(), novel.permute(0, 2, 3, 1).numpy()


def _coloured(image: np.ndarray, parts: torch.Tensor) -> np.ndarray:
    """The image in grey with its parts (PARTS_PX, PARTS_PX) laid over it in their colours."""
    side = INPUT_PX // PARTS_PX
    index = parts.numpy().repeat(side, 0).repeat(side, 1)
    grey = np.repeat(image.mean(axis=2, keepdims=True) / 2, 3, axis=2)
    colours = np.append(PART_RGB, np.zeros((1, 3), np.uint8), axis=0)[index]
    return np.where((index == BACKGROUND)[..., None], grey, grey / 2 + colours / 2 + 32).clip(0, 255).astype(np.uint8)
