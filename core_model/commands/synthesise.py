"""`puppetpose synthesise`: the pose of one clip in the appearance of another, from another side, as pictures."""

import argparse
from pathlib import Path

from core_model.commands import common

DESCRIPTION = """\
Put a person together anew, frame by frame: the pose, camera and place of POSE, the body and appearance of another clip,
single parts of yet others, seen from another side. POSE may be a motion (BVH, AMC, NPZ), too: then --appearance says
who moves so, in the place of their clip. Writes a video, a folder of PNG files, or one frame as PNG.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("synthesise", help="a person put together anew", description=DESCRIPTION)
    parser.add_argument(
        "pose", type=Path, metavar="POSE", help="the clip whose pose, camera and place are taken, or a motion file"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.mp4|FILE.png|DIR")
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
    parser.add_argument("--frame", type=int, metavar="N", help="the frame of FILE.png, from 0 (default: the middle)")
    common.add_json_option(parser)
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
    from core_model.errors import MediaError
    from core_model.export.folder import check_target
    from core_model.export.images import write_png
    from core_model.export.texture_sheet import read_sheet
    from core_model.export.video import write_pictures
    from core_model.film import Wish, film

    out: Path = arguments.out
    if out.suffix.lower() not in ("", ".mp4", ".png"):
        raise MediaError(f"{out.name} is none of what can be written.", "End it in .mp4 or .png, or name a folder.")
    check_target(out)
    sheet = read_sheet(arguments.sheet) if arguments.sheet else None
    seen_from = arguments.azimuth, arguments.elevation
    wish = Wish(arguments.pose, arguments.appearance, tuple(arguments.part), sheet, *seen_from)
    wish.place()
    predictor, steps = common.load_predictor(arguments.checkpoint, arguments.device, arguments.adapted), common.Steps()
    with film(wish, predictor, steps) as made:
        if out.suffix.lower() == ".png":
            write_png(out, made.picture(_chosen(arguments.frame, len(made))))
        else:
            write_pictures(out, made.pictures(steps), made.fps)
        count = 1 if out.suffix.lower() == ".png" else len(made)
    common.tell(arguments, {"files": [str(out)], "frames": count, "fps": made.fps}, str(out))
    return 0


def _chosen(frame: int | None, count: int) -> int:
    from core_model.errors import MediaError

    chosen = count // 2 if frame is None else frame
    if not 0 <= chosen < count:
        raise MediaError(f"There is no frame {chosen}.", f"Give a number from 0 to {count - 1}.")
    return chosen
