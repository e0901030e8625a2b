"""core_model itself, imported on the worker threads only: torch must not delay the window."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core_model.prediction import Factors, Prediction
from core_model.seen import Seen
from desktop_app.controllers.core import (
    AdaptNews,
    Arrays,
    Backdrop,
    Camera,
    Core,
    Crops,
    Each,
    Follower,
    FoundCamera,
    FrameResult,
    Joints,
    Person,
    PoseSpace,
    Predictor,
    Reader,
    SmoothMotion,
    Wardrobe,
    Writer,
)
from desktop_app.controllers.real_training import real_training
from desktop_app.session.made import Others
from desktop_app.session.traces import Traces


def real_core(checkpoint: Path | None = None, device: str = "auto") -> Core:
    """The whole of it."""

    def load_predictor() -> Predictor:
        from core_model.predictor import Predictor

        predictor = Predictor.load(checkpoint, device)
        assert predictor.checkpoint_digest  # read here, on the worker thread
        return predictor

    return Core(
        load_predictor, _follower, _open_video, _analyse, _exchanged_sides, _retake, _wardrobe, _person, _meet,
        _backdrop, _random_pose, _reach, _pose_space, _load_moves, _adapt, _with_delta, _save_delta, _load_delta,
        _smooth, _others, _find_cameras, _open_camera, _record, _with_encoder, real_training(checkpoint),
    )  # fmt: skip


def _follower(predictor: Any) -> Follower:
    from core_model.tracking import Follower

    return Follower(predictor)


def _open_video(path: Path) -> Reader:
    from core_model.data.video import open_video

    return open_video(path)


def _analyse(reader: Any, predictor: Any, indices: Iterable[int], crops: Crops) -> Iterator[FrameResult]:
    from core_model.boxes import CROP_MARGIN
    from core_model.geometry.crop import square_box
    from core_model.tracking import analyse

    boxes_px = np.full((len(reader), 4), np.nan)
    for index, crop in crops.items():  # a person's tight box is wanted, of which the square is then made again
        boxes_px[index] = square_box(np.reshape(crop, (2, 2)), 1 / CROP_MARGIN)
    return analyse(reader, predictor, indices=indices, boxes_px=boxes_px)


def _exchanged_sides(prediction: Prediction) -> Prediction:
    from core_model.relabel import exchanged_sides

    return exchanged_sides(prediction)


def _retake(frame: np.ndarray, seen: Seen) -> Prediction:
    from core_model.retake import retake

    return retake(frame, seen)


def _wardrobe(arrays: Arrays) -> Wardrobe:
    from core_model.wardrobe import Wardrobe

    return Wardrobe.of_arrays(arrays) if arrays else Wardrobe()


def _person(arrays: Arrays) -> Person:
    from core_model.recombination import Person

    return Person.of_arrays(arrays)


def _meet(reader: Any, predictor: Any) -> Iterator[tuple[int, int, Person | None]]:
    from core_model.recombination import meet

    return meet(reader, predictor)


def _backdrop(reader: Any, joints: Joints, each: Each) -> Backdrop:
    from core_model.backdrop import build_backdrop
    from core_model.motion import empty_motion

    motion = empty_motion(reader.pts_s)
    for index, (joints2d_px, joints3d_m) in joints.items():
        motion.joints2d_px[index], motion.joints3d_m[index] = joints2d_px, joints3d_m
    return build_backdrop(reader, motion, each)


@lru_cache(maxsize=1)
def _recorded() -> tuple[np.ndarray, np.ndarray]:
    """Names (N,) and angles (N, 20, 2) of the bundled poses."""
    from core_model.data.mocap.poses import load_poses

    poses = load_poses()
    return poses.clip, poses.angles_rad


def _random_pose() -> tuple[str, np.ndarray]:
    names, angles_rad = _recorded()
    drawn = int(np.random.default_rng().integers(len(names)))
    return str(names[drawn]).rpartition("/")[2], angles_rad[drawn]


def _reach(factors: Factors, joint: int, target: np.ndarray, rest_rad: np.ndarray) -> np.ndarray:
    from core_model.reaching import reach

    return reach(factors, joint, target, rest_rad)


def _pose_space() -> PoseSpace:
    from core_model.pose_space import PoseSpace

    return PoseSpace.load()


def _load_moves(path: Path) -> tuple[float, np.ndarray, np.ndarray]:
    from core_model.data.mocap.loading import load_motion

    motion = load_motion(path)
    return motion.fps, motion.angles_rad, motion.rotation


def _adapt(predictor: Any, reader: Any, seen: list[tuple[int, Seen]]) -> Iterator[AdaptNews]:
    import torch

    from core_model.data.clip_shots import shot_of, sure_frames
    from core_model.runtime import training_threads
    from core_model.training.adapting import adapt, delta_of, networks_of

    torch.set_num_threads(training_threads())
    of_frame, known, delta = dict(seen), None, None
    frames = ((i, reader.frame(i)) for i in sure_frames(seen))
    shots = [shot_of(frame, _retake(frame, of_frame[i])) for i, frame in frames]
    for news in adapt(shots, *networks_of(predictor.checkpoint)):
        if news.state is not known:
            known, delta = news.state, delta_of(predictor.checkpoint, news, reader.path.name)
        yield AdaptNews(news.share_done, news.step, news.now / news.before - 1, news.picture, delta)


def _with_delta(predictor: Any, delta: Any) -> Predictor:
    adapted: Predictor = predictor.adapted(delta)
    return adapted


def _with_encoder(predictor: Any, path: Path) -> Predictor:
    from core_model.training.checkpoint import load_checkpoint

    other: Predictor = predictor.with_encoder(load_checkpoint(path), path)
    assert other.checkpoint_digest  # read here, on the worker thread
    return other


def _save_delta(path: Path, delta: Any) -> None:
    from core_model.training.checkpoint import save_checkpoint

    save_checkpoint(path, delta)


def _load_delta(path: Path) -> object:
    from core_model.training.checkpoint import load_checkpoint

    return load_checkpoint(path)


def _smooth(found: Traces, pts_s: np.ndarray, sigma_s: float, sides: np.ndarray | None) -> SmoothMotion:
    from core_model.evaluation.steadiness import jitter_mm
    from core_model.motion import sides_of, smooth_motion

    raw = _motion(found, pts_s)
    sides = sides_of(raw) if sides is None else sides
    calm = smooth_motion(raw, sigma_s, sides)
    jitter = jitter_mm(raw.joints3d_m), jitter_mm(calm.joints3d_m)
    return SmoothMotion(calm.angles_rad, calm.joints3d_m, jitter, sides)


def _motion(found: Traces, pts_s: np.ndarray) -> Any:
    """Frames without a gap between them are one person's."""
    from core_model.motion import empty_motion

    known, motion = found.known, empty_motion(pts_s)
    motion.angles_rad[known], motion.focal_px[known] = found.angles_rad[known], found.focal_px[known]
    motion.joints3d_m[known], motion.joints2d_px[known] = found.joints3d_m[known], found.joints2d_px[known]
    motion.confidence[known] = found.confidence[known]
    motion.track[known] = np.cumsum(np.diff(known, prepend=False) & known)[known]
    return motion


def _others(factors: Factors) -> Others:
    from core_model.other_depths import other_depths

    found = other_depths(factors)
    joints_m = np.stack([other.joints3d_m for other in found]) if found else np.zeros((0, 21, 3))
    return Others(factors, tuple(other.angles_rad for other in found), joints_m)


def _find_cameras() -> list[FoundCamera]:
    from core_model.data.camera import find_cameras

    return list(find_cameras())


def _open_camera(source: str) -> Camera:
    from core_model.data.camera import open_camera

    return open_camera(source)


def _record(path: Path) -> Writer:
    from core_model.export.video import VideoWriter

    return VideoWriter(path, fps=30.0, preset="ultrafast")  # it must keep pace with the camera
