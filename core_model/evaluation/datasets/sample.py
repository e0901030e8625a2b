"""What every reader yields, and what readers share."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType

import numpy as np

from core_model.data.images import read_image
from core_model.data.video import VideoReader, open_video
from core_model.errors import MediaError, PuppetPoseError
from core_model.evaluation.datasets.protocol import Protocol
from core_model.evaluation.metrics import Array

JointNames = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One person in one image. J joints in the data set's own order."""

    name: str
    group: str  # the action or the sequence
    view: str  # the camera; empty where there is one
    frame: int  # its number in the sequence, from 0
    load_image: Callable[[], Array]  # (H, W, 3) uint8 RGB
    ours: JointNames  # (J,) our names of the joints; None where we have no such joint
    joints2d_px: Array  # (J, 2)
    visible: Array  # (J,) bool: counted by 2D figures
    joints3d_m: Array | None  # (J, 3) in the camera frame of `core_model.geometry`; None where nobody knows
    box_px: Array  # (4,) tight box of the person
    focal_px: float | None
    universal_scale: float = 1.0  # size of the data set's universal skeleton over that of this person

    def rows(self, joints: Sequence[str]) -> list[int]:
        """Where these joints of ours are in this sample's order."""
        return [self.ours.index(joint) for joint in joints]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A published data set: how to read a folder of it, and what is measured on it."""

    title: str
    read: Callable[[Path], Iterator[Sample]]
    protocols: tuple[Protocol, ...]


def existing(path: Path, dataset: str) -> Path:
    """The path, which must be there. MediaError says what was expected where."""
    if not path.exists():
        raise MediaError(f"{dataset}: there is no {path}.", "Give the folder that the archives were unpacked into.")
    return path


def library(name: str, dataset: str) -> ModuleType:
    """A library that only one reader needs. PuppetPoseError says how to install it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise PuppetPoseError(
            f"Reading {dataset} needs {name.split('.')[0]}, which is not installed.",
            'Install it: python -m pip install "puppetpose[benchmarks]"',
        ) from error


def image_file(path: Path) -> Callable[[], Array]:
    """Loads an image when called."""
    return partial(read_image, path)


def video_frame(path: Path, frame: int) -> Callable[[], Array]:
    """Loads a frame when called. One video is kept open: frames of one after another are decoded on the way."""
    return lambda: _opened(path).frame(frame)


def fitted_focal_px(points_m: Array, points_px: Array) -> float:
    """The focal length of the camera that carries points (..., 3) onto pixels (..., 2), by least squares.

    u = f x/z + cx, v = f y/z + cy in the unknowns f, cx, cy; lens distortion is averaged over.
    """
    points_m, points_px = np.reshape(points_m, (-1, 3)), np.reshape(points_px, (-1, 2))
    slope = points_m[:, :2] / points_m[:, 2:]
    axes = np.broadcast_to(np.eye(2), (len(slope), 2, 2))
    unknowns = np.concatenate([slope[..., None], axes], axis=2).reshape(-1, 3)
    return float(np.linalg.lstsq(unknowns, points_px.reshape(-1), rcond=None)[0][0])


def tight_box(points_px: Array) -> Array:
    """(..., J, 2) -> (..., 4)."""
    return np.concatenate([points_px.min(-2), points_px.max(-2)], axis=-1)


@lru_cache(maxsize=1)
def _opened(path: Path) -> VideoReader:
    return open_video(path)
