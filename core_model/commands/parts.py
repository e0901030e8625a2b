"""`puppetpose parts`: whose body part every pixel of a clip is, as indexed PNG files."""

import argparse
from pathlib import Path

from core_model.commands import common

DESCRIPTION = """\
Write a part map for every frame into a new folder: PNG files with a palette, as large as the frames. A pixel is 0 where
nobody is, else the number of a part; parts.json names them, and the time of each frame.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("parts", help="part maps of a clip as indexed PNG", description=DESCRIPTION)
    parser.add_argument("input", type=Path, metavar="VIDEO|FOLDER|IMAGE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    common.add_json_option(parser)
    common.add_careful_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at every frame. Raises MediaError, NobodyFoundError, CheckpointError, OutputError."""
    from core_model.data.video import open_video
    from core_model.export.folder import check_target
    from core_model.export.parts import write_parts

    check_target(arguments.out)
    with open_video(arguments.input) as reader:
        predictor = common.predictor_of(arguments)
        found = write_parts(arguments.out, reader, predictor, common.Steps())
        figures = {"files": [str(arguments.out)], "frames": len(reader), "found": found}
    common.tell(arguments, figures, f"{figures['frames']} frames, somebody in {found}: {arguments.out}")
    return 0
