"""`puppetpose analyse`: a clip, a folder of images or an image -> `poses.npz`, and the skeleton drawn over it."""

import argparse
import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model import __version__
from core_model.commands import common

if TYPE_CHECKING:
    from core_model.data.video import VideoReader
    from core_model.motion import Motion
    from core_model.predictor import Predictor

DESCRIPTION = """\
Find the person in every frame and write DIR/poses.npz: 3D joints in the camera frame (metres), 2D joints in the frame
(pixels), confidence, limb angles. Rows of frames without anybody are NaN. Ctrl-C keeps what is done.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "analyse", help="poses of a clip, folder of images or image", description=DESCRIPTION
    )
    parser.add_argument("input", type=Path, metavar="VIDEO|FOLDER|IMAGE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument("--overlay", action="store_true", help="also draw the skeleton over the frames")
    parser.add_argument(
        "--boxes",
        type=Path,
        metavar="FILE.npz",
        help="the person's tight boxes instead of the locator's: box_px (N, 4) x0 y0 x1 y1 with image_names (N,) or "
        "pts_s (N,); the network sees the square about a box's centre with 1.25 times its longer side; frames without "
        "a box are followed or located as usual",
    )
    common.add_json_option(parser)
    common.add_careful_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse and write. Raises PuppetPoseError; returns 130 after Ctrl-C."""
    from core_model.data.video import open_video
    from core_model.export.folder import output_folder

    with open_video(arguments.input) as reader:
        boxes_px = None
        if arguments.boxes is not None:
            from core_model.commands.boxes_file import load_boxes

            boxes_px = load_boxes(arguments.boxes, reader)
        folder = output_folder(arguments.out)
        if reader.problem:
            print(f"puppetpose: {reader.problem}", file=sys.stderr)
        predictor = common.predictor_of(arguments)
        print(f"Network: {predictor.checkpoint_name} on {predictor.device_note}", file=sys.stderr)
        files = [folder / "poses.npz"]
        with redirect_stdout(sys.stderr if arguments.json else sys.stdout):  # programs read one line
            analysis = analyse_clip(reader, predictor, folder, boxes_px)
            if arguments.overlay and not analysis.interrupted:
                files.append(draw(reader, analysis.motion, folder))
    if arguments.json:
        found = int((analysis.motion.track >= 0).sum())
        figures = {"files": [str(path) for path in files], "frames": len(analysis.motion.track), "found": found}
        print(json.dumps({**figures, "interrupted": analysis.interrupted, "frames_per_s": round(analysis.rate, 2)}))
    return 130 if analysis.interrupted else 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """How an analysis went."""

    motion: "Motion"  # smoothed
    interrupted: bool
    rate: float  # frames/s


def analyse_clip(
    reader: "VideoReader", predictor: "Predictor", folder: Path, boxes_px: np.ndarray | None = None
) -> Analysis:
    """Analyse all frames and write `poses.npz`: also after Ctrl-C and before an error, with what is done so far."""
    from core_model.export.poses import About, write_poses
    from core_model.motion import empty_motion, record, smooth_motion
    from core_model.tracking import analyse

    damaged: list[str] = []
    raw, analysed = empty_motion(reader.pts_s), np.zeros(len(reader), dtype=bool)
    progress = common.Progress(len(reader), "Analysing")
    path, interrupted = folder / "poses.npz", False
    about = About(reader.frame_size_px, reader.image_names, analysed, predictor.checkpoint_name, __version__)
    try:
        for result in analyse(reader, predictor, boxes_px=boxes_px):
            record(raw, result)
            analysed[result.index] = True
            if result.damaged:
                damaged.append(result.reason or "")
            progress.step(int(analysed.sum()))
    except KeyboardInterrupt:
        interrupted = True
    finally:
        rate = progress.rate
        progress.end()
        motion = smooth_motion(raw)
        write_poses(path, raw, motion, about)
    _tell(reader, raw, analysed, damaged, path, interrupted)
    print(f"{analysed.sum()} frames, somebody in {(raw.track >= 0).sum()}, {rate:.1f} frames/s: {path}")
    return Analysis(motion, interrupted, rate)


def _tell(
    reader: "VideoReader", raw: "Motion", analysed: np.ndarray, damaged: list[str], path: Path, interrupted: bool
) -> None:
    """Say what went wrong; raise where there is nothing to show for it."""
    from core_model.errors import MediaError, NobodyFoundError

    done, found = int(analysed.sum()), int((raw.track >= 0).sum())
    if damaged:
        print(
            f"puppetpose: {len(damaged)} of {len(reader)} frames could not be read. The first: {damaged[0]}",
            file=sys.stderr,
        )
    if interrupted:
        print(f"Stopped: what was found in {done} of {len(reader)} frames is in {path}.", file=sys.stderr)
    elif len(damaged) == len(reader):
        raise MediaError(f"No frame of {reader.path.name} can be read.", "Copy or export it again.")
    elif not found:
        raise NobodyFoundError(
            f"Nobody was found in {reader.path.name}.",
            f"Give the person's boxes with --boxes, or choose another clip ({path} holds empty rows).",
        )


def draw(reader: "VideoReader", motion: "Motion", folder: Path) -> Path:
    """Write the overlay and say where it is."""
    from core_model.export.overlay import write_overlay

    progress = common.Progress(len(reader), "Drawing")
    try:
        path = write_overlay(folder, reader, motion, progress.step)
    finally:
        progress.end()
    print(f"Skeleton over the frames: {path}")
    return path
