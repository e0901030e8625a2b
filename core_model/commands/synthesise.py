"""`puppetpose synthesise`: the pose of one clip in the appearance of another, from another side, as a video."""

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.backdrop import Backdrop
    from core_model.data.video import VideoReader
    from core_model.motion import Motion
    from core_model.prediction import Factors
    from core_model.predictor import Predictor
    from core_model.recombination import Person

MOST_FPS = 60
"""Faster motions are thinned out."""
DESCRIPTION = """\
Put a person together anew, frame by frame: the pose, camera and place of POSE, the body and appearance of another clip,
single parts of yet others, seen from another side. Writes a video. POSE may be a motion (BVH, AMC, NPZ), too: then
--appearance says who moves so, in the place of their clip.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("synthesise", help="a person put together anew", description=DESCRIPTION)
    parser.add_argument(
        "pose", type=Path, metavar="POSE", help="the clip whose pose, camera and place are taken, or a motion file"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.mp4")
    parser.add_argument(
        "--appearance", type=Path, metavar="CLIP", help="the clip whose person it is to be (default: POSE)"
    )
    parser.add_argument(
        "--part",
        type=_part,
        action="append",
        default=[],
        metavar="NAME=CLIP",
        help="one part as in another clip (head, torso, l_upper_arm, ...); may be given several times",
    )
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.png", help="a texture sheet to wear: `puppetpose appearance`, then paint"
    )
    parser.add_argument("--azimuth", type=float, default=0.0, metavar="DEG", help="seen from so far to the left")
    parser.add_argument("--elevation", type=float, default=0.0, metavar="DEG", help="seen from so far above")
    common.add_network_options(parser)
    common.add_adapted_option(parser)
    parser.set_defaults(run=run)


def _part(text: str) -> tuple[str, Path]:
    from core_model.skeleton import PARTS

    name, _, path = text.partition("=")
    if name not in PARTS or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=CLIP with a name of {', '.join(PARTS)}")
    return name, Path(path)


def run(arguments: argparse.Namespace) -> int:
    """Look at all clips, put together, write. Raises MediaError, NobodyFoundError, SheetError, CheckpointError,
    OutputError."""
    from core_model.backdrop import build_backdrop
    from core_model.data.video import open_video
    from core_model.export.folder import written_aside
    from core_model.export.texture_sheet import read_sheet
    from core_model.export.video import write_video
    from core_model.motion import smooth_motion

    sheet = read_sheet(arguments.sheet) if arguments.sheet else None
    clip = _place(arguments)
    predictor = common.load_predictor(arguments.checkpoint, arguments.device, arguments.adapted)
    people = {path: common.person_in(path, predictor) for path in _clips(arguments)}
    with open_video(clip) as reader:
        motion = smooth_motion(common.follow(reader, predictor))
        shots = _shots(arguments.pose, reader, motion)
        own = arguments.appearance in (None, clip)  # somebody else has another detail
        source = reader.frame if own else lambda _: None
        frames = _frames(arguments, predictor, people, sheet, shots, build_backdrop(reader, motion), source)
        with written_aside(arguments.out) as aside:
            write_video(aside, zip(shots.times_s, frames, strict=True), shots.fps)
    print(arguments.out)
    return 0


def _place(arguments: argparse.Namespace) -> Path:
    """The clip before whose background it happens. A motion file has none: then it is the appearance's."""
    from core_model.data.mocap.loading import SUFFIXES
    from core_model.errors import PuppetPoseError

    pose: Path = arguments.pose
    if pose.suffix.lower() not in SUFFIXES:
        return pose
    if arguments.appearance is None:
        raise PuppetPoseError(f"{pose.name} says how to move, but not who moves.", "Name a clip with --appearance.")
    return arguments.appearance  # type: ignore[no-any-return]


class _Shots(NamedTuple):
    """What is to be put together, frame by frame."""

    poses: "Sequence[Factors | None]"  # without appearance; None where nobody is
    places: list[int]  # the frames of the clip whose background is behind
    times_s: list[float]
    fps: float


def _shots(pose: Path, reader: "VideoReader", motion: "Motion") -> _Shots:
    from core_model.data.mocap.loading import SUFFIXES, load_motion
    from core_model.recombination import driven_by, pose_of

    own = [pose_of(motion, i, reader.frame_size_px) for i in range(len(reader))]
    if pose.suffix.lower() not in SUFFIXES:
        times_s = reader.pts_s if np.isfinite(reader.pts_s).all() else np.arange(len(reader)) / reader.fps
        return _Shots(own, list(range(len(reader))), times_s.tolist(), float(reader.fps))
    moves = load_motion(pose)
    step = max(1, round(moves.fps / MOST_FPS))
    start = next(i for i, known in enumerate(own) if known is not None)
    poses = list(driven_by(own[start], moves.angles_rad[::step], moves.rotation[::step]))  # type: ignore[arg-type]
    fps = moves.fps / step
    return _Shots(poses, [start] * len(poses), (np.arange(len(poses)) / fps).tolist(), fps)


def _clips(arguments: argparse.Namespace) -> list[Path]:
    """The clips whose people are wanted, each once."""
    return list(dict.fromkeys([arguments.appearance or arguments.pose, *(path for _, path in arguments.part)]))


def _frames(
    arguments: argparse.Namespace,
    predictor: "Predictor",
    people: "dict[Path, Person]",
    sheet: np.ndarray | None,
    shots: _Shots,
    backdrop: "Backdrop",
    source: "Callable[[int], np.ndarray | None]",
) -> Iterator[np.ndarray]:
    """Every frame; where nobody was found, as it is."""
    from core_model.recombination import put_into_frame, turned, worn_by

    person = people[arguments.appearance or arguments.pose]
    parts = [(name, people[path]) for name, path in arguments.part]
    around, above = math.radians(arguments.azimuth), math.radians(arguments.elevation)
    progress = common.Progress(len(shots.poses), "Putting together")
    for done, (pose, index) in enumerate(zip(shots.poses, shots.places, strict=True), 1):
        place, _ = backdrop.full(index)
        if pose is not None:
            dressed = worn_by(turned(pose, around, above), person, parts, sheet)
            made = predictor.synthesise(dressed.edited(background=_crop(place, dressed.box_px)))
            place = put_into_frame(place, made, source(index))
        yield place
        progress.step(done)
    progress.end()


def _crop(place: np.ndarray, box_px: np.ndarray) -> np.ndarray:
    from core_model.geometry.crop import crop_image
    from core_model.prediction import CROP_PX

    return crop_image(place, box_px, CROP_PX)
