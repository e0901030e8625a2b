"""`puppetpose plot`: the motion of a clip as curves over time, drawn (SVG, PNG) or as a table (CSV)."""

import argparse
from pathlib import Path

from core_model.commands import common

DESCRIPTION = """\
Draw joint angles, coordinates, speeds and confidences over time, as the network said and smoothed, with the jitter of
both; or write them as a table. INPUT is a clip, or the poses.npz that `puppetpose analyse` made of one.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("plot", help="curves over time: SVG, PNG, CSV", description=DESCRIPTION)
    parser.add_argument("input", type=Path, nargs="?", metavar="VIDEO|POSES.npz")
    parser.add_argument("--out", type=Path, nargs="+", metavar="FILE", help="FILE.svg, FILE.png or FILE.csv")
    parser.add_argument(
        "--curves",
        nargs="+",
        default=[],
        metavar="NAME",
        help="columns of docs/plots.md, also with wildcards: '*knee_bend*' (default: the bends of both elbows)",
    )
    parser.add_argument("--smooth", type=float, default=0.06, metavar="SECONDS", help="of smoothing (default: 0.06)")
    parser.add_argument("--list", action="store_true", help="name all curves, and do nothing else")
    common.add_json_option(parser)
    common.add_careful_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse where need be, draw. Raises MediaError, NobodyFoundError, OutputError, PuppetPoseError."""
    from core_model.api import curve_names, draw_curves
    from core_model.errors import PuppetPoseError
    from core_model.export.curves import chosen_channels
    from core_model.export.folder import check_target

    if arguments.list:
        common.tell(arguments, {"curves": curve_names()}, "\n".join(curve_names()))
        return 0
    if arguments.input is None or not arguments.out:
        raise PuppetPoseError("Nothing was named to be drawn, or no file for it.", "Give VIDEO --out FILE.svg.")
    for path in arguments.out:
        check_target(path, arguments.input)
    channels = chosen_channels(arguments.curves)
    recording = common.recording_of(arguments)
    for path in arguments.out:
        draw_curves(recording, path, arguments.curves, seconds=arguments.smooth)
    names = [channel.column() for channel in channels]
    files = [str(path) for path in arguments.out]
    common.tell(arguments, {"files": files, "curves": names}, "\n".join(files))
    return 0
