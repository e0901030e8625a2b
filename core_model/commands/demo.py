"""`puppetpose demo`: the main job without a window: a clip taken apart, put together again, re-posed and turned."""

import argparse
import math
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.data.video import VideoReader
    from core_model.motion import Motion
    from core_model.prediction import Factors
    from core_model.predictor import Predictor

CLIP = "clips/tfjs_pose_1.mp4"
ARM_DEG, TURN_DEG = 60.0, 40.0
TIMED_EDITS = 40
DESCRIPTION = """\
Analyse a clip (the bundled one by default), draw the skeleton over it, take its clearest frame apart and put it
together again: as it was, with the left arm moved, and seen from another side. Needs no display.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="the main job on the bundled clip", description=DESCRIPTION)
    parser.add_argument("clip", type=Path, nargs="?", metavar="CLIP", help="another clip")
    parser.add_argument("--out", type=Path, default=Path("results"), metavar="DIR", help="default: results")
    common.add_network_options(parser)
    common.add_adapted_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse, draw, re-pose; say where everything is."""
    from core_model.assets import asset
    from core_model.commands.analyse import analyse_clip, draw
    from core_model.data.video import open_video
    from core_model.export.folder import output_folder

    with open_video(arguments.clip or asset(CLIP)) as reader:
        folder = output_folder(arguments.out)
        predictor = common.load_predictor(arguments.checkpoint, arguments.device, arguments.adapted)
        print(f"Network: {predictor.checkpoint_name} on {predictor.device_note}")
        analysis = analyse_clip(reader, predictor, folder)
        if analysis.interrupted:
            return 130
        draw(reader, analysis.motion, folder)
        path = write_edits(reader, predictor, analysis.motion, folder)
        print(f"The frame, put together again, left arm moved, seen from another side: {path}")
    return 0


def write_edits(reader: "VideoReader", predictor: "Predictor", motion: "Motion", folder: Path) -> Path:
    """`edits.png`: input | reconstruction | arm moved | camera turned, and each as a PNG of its own; prints timings."""
    from core_model.export.images import side_by_side, write_png
    from core_model.geometry.crop import crop_image
    from core_model.prediction import CROP_PX

    clearest = int(motion.confidence.mean(axis=1).argmax())
    frame = reader.frame(clearest)
    prediction = predictor.predict(frame, box_px=motion.box_px[clearest], synthesise=False)
    factors = prediction.factors
    pictures = {
        "input": crop_image(frame, prediction.box_px, CROP_PX),
        "reconstruction": predictor.synthesise(factors).image,
        "arm_moved": predictor.synthesise(with_arm_moved(factors)).image,
        "camera_turned": predictor.synthesise(with_camera_turned(factors)).image,
    }
    for name, picture in pictures.items():
        write_png(folder / f"{name}.png", picture)
    write_png(folder / "edits.png", side_by_side(list(pictures.values())))
    times_ms = sorted(_edit_times_ms(predictor, factors))
    p95 = times_ms[math.ceil(0.95 * len(times_ms)) - 1]
    print(f"Slider to image: median {statistics.median(times_ms):.0f} ms, p95 {p95:.0f} ms")
    return folder / "edits.png"


def with_arm_moved(factors: "Factors", by_deg: float = ARM_DEG) -> "Factors":
    """The left arm raised by so much, or lowered where the shoulder does not let it go up."""
    from core_model.limits import LIMITS_RAD
    from core_model.skeleton import JOINT

    limb = JOINT["l_elbow"] - 1
    angles = np.array(factors.angles_rad, copy=True)
    step, (low, high) = math.radians(by_deg), LIMITS_RAD[limb, 0]
    angles[limb, 0] += step if angles[limb, 0] + step <= high else -step
    angles[limb, 0] = np.clip(angles[limb, 0], low, high)
    return factors.edited(angles_rad=angles)


def with_camera_turned(factors: "Factors", by_deg: float = TURN_DEG) -> "Factors":
    """The camera moved round to the person's left."""
    from core_model.recombination import turned

    return turned(factors, math.radians(by_deg))


def _edit_times_ms(predictor: "Predictor", factors: "Factors") -> list[float]:
    """How long an edit takes to become an image, over a swing of the arm."""
    times_ms = []
    for k in range(TIMED_EDITS):
        edited = with_arm_moved(factors, ARM_DEG * math.sin(k / 3))
        start_s = time.perf_counter()
        predictor.synthesise(edited)
        times_ms.append(1e3 * (time.perf_counter() - start_s))
    return times_ms
