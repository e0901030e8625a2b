"""`puppetpose export`: the motion of a clip as files that other programs open."""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.export.recording import Recording
    from core_model.motion import Motion
    from core_model.retarget.take import Take

DESCRIPTION = """\
Write the motion of a clip, or of the poses.npz that `puppetpose analyse` made of one, as BVH, GLB, TRC, C3D, CSV, NPZ,
COCO keypoints (.json) or a folder of OpenPose JSON (a name without suffix). Columns, units, axes: docs/exports.md.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("export", help="BVH, GLB, TRC, C3D, CSV, NPZ, JSON", description=DESCRIPTION)
    parser.add_argument("input", type=Path, metavar="VIDEO|POSES.npz")
    parser.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help="one or more files")
    parser.add_argument("--format", choices=FORMATS, help="of all files, instead of what their suffixes say")
    parser.add_argument("--fps", type=float, metavar="N", help="frames a second (default: those of the clip)")
    parser.add_argument("--units", choices=("m", "cm"), default="m", help="of BVH (default: m)")
    parser.add_argument("--rest", choices=("T", "A"), default="T", help="pose at rest of BVH and GLB (default: T)")
    parser.add_argument("--names", choices=("mixamo", "h36m"), default="mixamo", help="of bones (default: mixamo)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--smooth", type=float, metavar="SECONDS", help="width of the smoothing (default: 0.06)")
    how.add_argument("--raw", action="store_true", help="as the network said it, frame by frame")
    parser.add_argument("--foot-lock", action="store_true", help="feet that stand do not slide")
    parser.add_argument("--json", action="store_true", help="tell the result to a program")
    common.add_network_options(parser)
    parser.set_defaults(run=run)


FORMATS = ("bvh", "glb", "trc", "c3d", "csv", "npz", "coco", "openpose")
"""Those of `core_model.export.formats`, which takes torch to import."""


def run(arguments: argparse.Namespace) -> int:
    """Analyse where need be, retarget, write. Raises MediaError, NobodyFoundError, OutputError, PuppetPoseError."""
    from core_model.errors import PuppetPoseError
    from core_model.export.formats import format_of, write_frames, write_take
    from core_model.retarget.style import Style

    if arguments.raw and arguments.foot_lock:
        raise PuppetPoseError("Raw motion jitters too much to hold its feet.", "Leave out --raw or --foot-lock.")
    forms = [(path, format_of(path, arguments.format)) for path in arguments.out]
    _check_targets(arguments.input, arguments.out)
    recording = _recording(arguments)
    motion = _cleaned(recording.motion, arguments)
    take = None if all(form.of_frames for _, form in forms) else _take(motion, arguments)
    style = Style(arguments.rest, arguments.names, arguments.units)
    for path, form in forms:
        if form.of_frames:
            write_frames(form, path, replace(recording, motion=motion))
        elif take is not None:
            write_take(form, path, take, style)
    _tell(arguments, recording, take)
    return 0


def _check_targets(source: Path, paths: list[Path]) -> None:
    """Before the work: what cannot be written later."""
    from core_model.export.folder import OutputError

    for path in paths:
        if not path.resolve().parent.is_dir():
            raise OutputError(f"There is no folder {path.parent}.", "Make it, or choose another.")
        if not os.access(path if path.exists() else path.resolve().parent, os.W_OK):
            raise OutputError(f"{path} may not be written.", "Mend its permissions, or choose another name.")
        if path.exists() and source.exists() and path.samefile(source):
            raise OutputError(f"{path} is what the motion is read from.", "Choose another name.")
    if len({path.resolve() for path in paths}) < len(paths):
        raise OutputError("Two files have the same name.", "Give each its own.")


def _recording(arguments: argparse.Namespace) -> "Recording":
    """From `poses.npz`, or by looking at the clip."""
    from core_model.backdrop.camera import camera_during
    from core_model.data.video import open_video
    from core_model.export.recording import Recording, read_poses

    if arguments.input.suffix.lower() == ".npz":
        return read_poses(arguments.input)
    with open_video(arguments.input) as reader:
        predictor = common.load_predictor(arguments.checkpoint, arguments.device)
        motion = common.follow(reader, predictor)
        camera = camera_during(reader, motion) if reader.image_names is None else None
        return Recording(motion, reader.frame_size_px, reader.image_names, arguments.input.stem, camera)


def _cleaned(raw: "Motion", arguments: argparse.Namespace) -> "Motion":
    """Smoothed as asked for; the raw motion stays as it is."""
    from core_model.errors import PuppetPoseError
    from core_model.motion import smooth_motion
    from core_model.smoothing import SIGMA_S

    if arguments.raw:
        return raw
    sigma_s = SIGMA_S if arguments.smooth is None else arguments.smooth
    if not 0 < sigma_s <= 10:
        raise PuppetPoseError(f"A smoothing of {sigma_s:g} s cannot be.", "Give up to 10, or --raw for none.")
    return smooth_motion(raw, sigma_s)


def _take(motion: "Motion", arguments: argparse.Namespace) -> "Take":
    from core_model.retarget.contact import feet_locked
    from core_model.retarget.take import take_of

    take = take_of(motion, arguments.fps)
    return feet_locked(take) if arguments.foot_lock else take


def _tell(arguments: argparse.Namespace, recording: "Recording", take: "Take | None") -> None:
    """What was written, and what cleaning did to it."""
    files = [str(path) for path in arguments.out]
    if take is None:
        print(json.dumps({"files": files}) if arguments.json else "\n".join(files))
        return
    from core_model.retarget.take import take_of

    before, after = _steadiness(take_of(recording.motion, arguments.fps)), _steadiness(take)
    filled = int((take.gap_s > 0).sum())
    told = {"files": files, "frames": len(take.times_s), "fps": take.fps, "start_s": float(take.times_s[0])}
    told |= {
        "camera": recording.camera,
        "filled": filled,
        "longest_gap_s": float(take.gap_s.max()),
        "raw": before,
        "written": after,
    }
    if arguments.json:
        print(json.dumps(told))
        return
    if recording.camera == "moving":
        print("puppetpose: The camera moves, or the clip has cuts: its way is part of the person's.", file=sys.stderr)
    if filled:
        print(f"puppetpose: {filled} frames without anybody were filled in.", file=sys.stderr)
    print(f"{told['frames']} frames at {take.fps:.6g} a second, from {told['start_s']:.3f} s of the clip")
    for name, words in (("jitter_mm", "Jitter"), ("foot_skate_mm", "Foot skate")):
        if (old := before[name]) is not None and (new := after[name]) is not None:
            print(f"{words}: {old:.1f} mm a frame as the network said, {new:.1f} mm as written")
    print("\n".join(files))


def _steadiness(take: "Take") -> dict[str, float | None]:
    """Figures of a take, None where they cannot be told."""
    import math

    from core_model.evaluation.steadiness import foot_skate_mm, jitter_mm

    figures = {
        "jitter_mm": jitter_mm(take.joints_m),
        "foot_skate_mm": foot_skate_mm(take.joints_m, down=(0.0, -1.0, 0.0)),
    }
    return {name: None if math.isnan(value) else value for name, value in figures.items()}
