"""`puppetpose export`: the motion of a clip as files that other programs open."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.export.recording import Recording
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
    how.add_argument(
        "--smooth", type=float, default=0.06, metavar="SECONDS", help="width of the smoothing (default: 0.06)"
    )
    how.add_argument("--raw", action="store_true", help="as the network said it, frame by frame")
    parser.add_argument("--foot-lock", action="store_true", help="feet that stand do not slide")
    common.add_json_option(parser)
    common.add_careful_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


FORMATS = ("bvh", "glb", "trc", "c3d", "csv", "npz", "coco", "openpose")
"""Those of `core_model.export.formats`, which takes torch to import."""


def run(arguments: argparse.Namespace) -> int:
    """Analyse where need be, retarget, write. Raises MediaError, NobodyFoundError, OutputError, PuppetPoseError."""
    from core_model import api
    from core_model.errors import PuppetPoseError
    from core_model.export.formats import format_of

    if arguments.raw and arguments.foot_lock:
        raise PuppetPoseError("Raw motion jitters too much to hold its feet.", "Leave out --raw or --foot-lock.")
    forms = [format_of(path, arguments.format) for path in arguments.out]
    _check_targets(arguments.input, arguments.out)
    raw = common.recording_of(arguments)
    calm = raw if arguments.raw else api.smoothed(raw, arguments.smooth)
    takes = None
    if not all(form.of_frames for form in forms):
        unlocked = api.take(calm, fps=arguments.fps)
        takes = _Takes(api.take(raw, fps=arguments.fps), unlocked, unlocked)
        if arguments.foot_lock:
            takes = takes._replace(written=api.take(calm, fps=arguments.fps, foot_lock=True))
    look = {"rest": arguments.rest, "names": arguments.names, "units": arguments.units}
    for path, form in zip(arguments.out, forms, strict=True):
        what = calm if takes is None or form.of_frames else takes.written
        api.export(what, path, form=arguments.format, **look)
    _tell(arguments, raw, takes)
    return 0


class _Takes(NamedTuple):
    raw: "Take"
    unlocked: "Take"  # smoothed, if it is
    written: "Take"


def _check_targets(source: Path, paths: list[Path]) -> None:
    from core_model.export.folder import OutputError, check_target

    for path in paths:
        check_target(path, source)
    if len({path.resolve() for path in paths}) < len(paths):
        raise OutputError("Two files have the same name.", "Give each its own.")


def _tell(arguments: argparse.Namespace, recording: "Recording", takes: _Takes | None) -> None:
    """What was written, and what cleaning did to it."""
    files = [str(path) for path in arguments.out]
    if takes is None:
        common.tell(arguments, {"files": files}, "\n".join(files))
        return
    from core_model.api import steadiness

    take = takes.written
    before, after = (steadiness(each, beside=takes.unlocked) for each in (takes.raw, take))
    filled = int((take.gap_s > 0).sum())
    told = {"files": files, "frames": len(take.times_s), "fps": take.fps, "start_s": float(take.times_s[0])}
    told |= {
        "camera": recording.camera,
        "filled": filled,
        "longest_gap_s": float(take.gap_s.max()),
        "raw": before,
        "written": after,
    }
    lines = [f"{told['frames']} frames at {take.fps:.6g} a second, from {told['start_s']:.3f} s of the clip"]
    for name, words in (("jitter_mm", "Jitter"), ("foot_skate_mm", "Foot skate")):
        if (old := before[name]) is not None and (new := after[name]) is not None:
            lines.append(f"{words}: {old:.1f} mm a frame as the network said, {new:.1f} mm as written")
    if recording.camera == "moving":
        print("puppetpose: The camera moves, or the clip has cuts: its way is part of the person's.", file=sys.stderr)
    if filled:
        print(f"puppetpose: {filled} frames without anybody were filled in.", file=sys.stderr)
    common.tell(arguments, told, "\n".join([*lines, *files]))
