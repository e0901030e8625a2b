"""How good the averaged network is on people it never learns from: rendered once, kept in the run's folder."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core_model.data.augment import in_crop_camera
from core_model.data.batches import to_tensor
from core_model.data.pool import SamplePool, render
from core_model.evaluation import metrics
from core_model.geometry.kinematics import joints_from_directions
from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps
from core_model.networks.readout import decode_mode, unflip_torch
from core_model.skeleton import JOINT, LIMBS
from core_model.training.calibration import RIGHT_WITHIN, calibrated
from core_model.training.pose_losses import pooled_limbs
from core_model.views import SHARPNESS, SURE_AT_ONCE

SEED = 77_001
"""Of the renderer; the benchmark's is another, so that stopping a run does not choose what is measured in the end."""
MM_A_POINT = 2.0
"""How many mm of limb error weigh as much as a point (1 %) of PCK in the score that is to rise."""
_CHUNK = 16
_TORSO = np.array([[JOINT["r_shoulder"], JOINT["l_hip"]], [JOINT["l_shoulder"], JOINT["r_hip"]]])


def held_out_people(folder: Path, count: int) -> SamplePool:
    """`count` rendered people of held-out bodies, clothes and mocap subjects, always the same."""
    for _ in render_held_out(folder, count):
        pass
    return SamplePool(folder)


def render_held_out(folder: Path, count: int) -> Iterator[int]:
    """Render them where they are not there yet; tells after each how many are done."""
    if (folder / "pool.json").exists() and (pool := SamplePool(folder)).written == pool.capacity == count:
        return
    shutil.rmtree(folder, ignore_errors=True)  # an interrupted rendering
    yield from render(SamplePool.create(folder, count, INPUT_PX), count, SEED, "held_out")


def see(teacher: Callable[[torch.Tensor], EncoderMaps], images: np.ndarray) -> EncoderMaps:
    """The maps of images (N, INPUT_PX, INPUT_PX, 3) uint8, on the CPU, heat soft-maxed."""
    parts: list[EncoderMaps] = []
    places = np.arange(-(-len(images) // _CHUNK) * _CHUNK) % len(images)  # whole chunks: one size to compile for
    with torch.no_grad():
        for chunk in places.reshape(-1, _CHUNK):
            maps = teacher(to_tensor(images[chunk]))
            heat = maps.heat.flatten(2).softmax(-1).view_as(maps.heat)
            parts.append(EncoderMaps(*(m.cpu() for m in (heat, *maps[1:]))))
    return EncoderMaps(*(torch.cat(column)[: len(images)] for column in zip(*parts, strict=True)))


def points_px(heat: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Soft-maxed heat-maps (N, 21, H, W) -> joints (N, 21, 2) in pixels of the input, and their mass (N, 21)."""
    count, joints = heat.shape[:2]
    points, mass = decode_mode(heat.flatten(0, 1).double().numpy())
    return points.reshape(count, joints, 2) * (INPUT_PX / MAP_PX), mass.reshape(count, joints)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`figures`: pck_2d: percent of the visible joints that are nearer than 0.2 x the torso. limbs_mm: P-MPJPE of the
    skeleton that has the predicted limb vectors and the true lengths. score: of both, higher is better.
    """

    figures: dict[str, float]
    calibration: dict[str, float]  # of the confidence; empty where there are too few joints to tell


def judge(teacher: Callable[[torch.Tensor], EncoderMaps], people: SamplePool) -> Verdict:
    """Over all people of the pool."""
    truth = people.read(np.arange(people.filled))
    maps = see(teacher, truth["image"])
    predicted_px, mass = points_px(maps.heat)
    right = _right(predicted_px, truth)
    pck = float(100 * right[truth["joints_visible"].astype(bool)].mean())
    limbs_mm = _limbs_mm(pooled_limbs(maps.limbs, maps.heat), truth, people.size_px)
    figures = {"pck_2d": pck, "limbs_mm": limbs_mm, "score": pck - limbs_mm / MM_A_POINT}
    return Verdict(figures, _calibration(teacher, truth, maps, mass))


def _right(predicted_px: np.ndarray, truth: dict[str, np.ndarray]) -> np.ndarray:
    """Which joints (N, 21) are where they should be."""
    ends = truth["joints2d_px"][:, _TORSO]
    torso_px = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=-1).max(1)
    return metrics.pck_2d(predicted_px, truth["joints2d_px"], torso_px, RIGHT_WITHIN)


def _calibration(
    teacher: Callable[[torch.Tensor], EncoderMaps], truth: dict[str, np.ndarray], maps: EncoderMaps, mass: np.ndarray
) -> dict[str, float]:
    """Of what a predictor would say: where one look is not sure enough, it takes another, at the mirror image."""
    heat, unsure = maps.heat.clone(), np.flatnonzero(mass.mean(axis=1) < SURE_AT_ONCE)
    if len(unsure):
        twin = unflip_torch(see(teacher, truth["image"][unsure][:, :, ::-1]))
        weights = torch.from_numpy(np.stack([mass[unsure].mean(1), points_px(twin.heat)[1].mean(1)]) ** SHARPNESS)
        one, other = (weights / weights.sum(0)).to(heat.dtype)[..., None, None, None]
        heat[unsure] = one * heat[unsure] + other * twin.heat
    predicted_px, mass = points_px(heat)
    true_px = truth["joints2d_px"]
    inside = ((true_px > 0) & (true_px < INPUT_PX)).all(axis=-1)
    return calibrated(mass[inside], _right(predicted_px, truth)[inside])


def _limbs_mm(vectors: torch.Tensor, truth: dict[str, np.ndarray], size_px: int) -> float:
    """Limb vectors (N, 20, 3) of any length against the people they are said to belong to."""
    columns = (truth["joints3d_m"], truth["focal_px"], truth["principal_px"])
    true_m = np.stack([in_crop_camera(*row, size_px) for row in zip(*columns, strict=True)])
    lengths_m = np.linalg.norm(true_m[:, LIMBS[:, 1]] - true_m[:, LIMBS[:, 0]], axis=-1)
    directions = torch.nn.functional.normalize(vectors.double(), dim=-1)
    predicted_m = joints_from_directions(directions, torch.from_numpy(lengths_m).double()).numpy()
    return float(metrics.p_mpjpe_mm(predicted_m, true_m.astype(np.float64)).mean())
