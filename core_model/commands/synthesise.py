"""`puppetpose synthesise`: the pose of one clip in the appearance of another, from another side, as a video."""

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.backdrop import Backdrop
    from core_model.data.video import VideoReader
    from core_model.motion import Motion
    from core_model.predictor import Predictor
    from core_model.recombination import Person

DESCRIPTION = """\
Put a person together anew, frame by frame: the pose, camera and place of POSE, the body and appearance of another clip,
single parts of yet others, seen from another side. Writes a video.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("synthesise", help="a person put together anew", description=DESCRIPTION)
    parser.add_argument("pose", type=Path, metavar="POSE", help="the clip whose pose, camera and place are taken")
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
    predictor = common.load_predictor(arguments.checkpoint, arguments.device, arguments.adapted)
    people = {path: common.person_in(path, predictor) for path in _clips(arguments)}
    with open_video(arguments.pose) as reader:
        motion = smooth_motion(common.follow(reader, predictor))
        frames = _frames(arguments, predictor, people, sheet, reader, motion, build_backdrop(reader, motion))
        times_s = reader.pts_s if np.isfinite(reader.pts_s).all() else np.arange(len(reader)) / reader.fps
        with written_aside(arguments.out) as aside:
            write_video(aside, zip(times_s.tolist(), frames, strict=True), float(reader.fps))
    print(arguments.out)
    return 0


def _clips(arguments: argparse.Namespace) -> list[Path]:
    """The clips whose people are wanted, each once."""
    return list(dict.fromkeys([arguments.appearance or arguments.pose, *(path for _, path in arguments.part)]))


def _frames(
    arguments: argparse.Namespace,
    predictor: "Predictor",
    people: "dict[Path, Person]",
    sheet: np.ndarray | None,
    reader: "VideoReader",
    motion: "Motion",
    backdrop: "Backdrop",
) -> Iterator[np.ndarray]:
    """Every frame of the clip; where nobody was found, as it is."""
    from core_model.recombination import pose_of, put_into_frame, turned, worn_by

    person = people[arguments.appearance or arguments.pose]
    parts = [(name, people[path]) for name, path in arguments.part]
    around, above = math.radians(arguments.azimuth), math.radians(arguments.elevation)
    progress = common.Progress(len(reader), "Putting together")
    for i in range(len(reader)):
        pose = pose_of(motion, i, reader.frame_size_px)
        place, _ = backdrop.full(i)
        if pose is not None:
            dressed = worn_by(turned(pose, around, above), person, parts, sheet)
            place = put_into_frame(place, predictor.synthesise(dressed.edited(background=_crop(place, dressed.box_px))))
        yield place
        progress.step(i + 1)
    progress.end()


def _crop(place: np.ndarray, box_px: np.ndarray) -> np.ndarray:
    from core_model.geometry.crop import crop_image
    from core_model.prediction import CROP_PX

    return crop_image(place, box_px, CROP_PX)
