"""`puppetpose appearance`: how the person in a clip looks, as a texture sheet to see, keep and paint on."""

import argparse
from pathlib import Path

from core_model.commands import common

DESCRIPTION = """\
Write the texture sheet of the person in a clip: each part laid flat, what was never seen transparent. Paint on it, and
let `puppetpose synthesise --sheet FILE.png` put the person on again.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("appearance", help="the person's texture sheet", description=DESCRIPTION)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.add_argument(
        "--frame", type=int, metavar="N", help="as the person is turned in this frame, from 0 (default: the middle)"
    )
    common.add_json_option(parser)
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at the clip, write its sheet. Raises MediaError, NobodyFoundError, CheckpointError, OutputError."""
    from core_model.appearance import one_look
    from core_model.data.video import open_video
    from core_model.errors import MediaError
    from core_model.export.texture_sheet import write_sheet
    from core_model.looking import person_in

    predictor = common.load_predictor(arguments.checkpoint, arguments.device)
    person = person_in(arguments.clip, predictor, common.Steps())
    with open_video(arguments.clip) as reader:
        index = len(reader) // 2 if arguments.frame is None else arguments.frame
        if not 0 <= index < len(reader):
            raise MediaError(
                f"{arguments.clip.name} has no frame {index}.", f"Give a number from 0 to {len(reader) - 1}."
            )
        prediction = predictor.predict(reader.frame(index), synthesise=False)
    write_sheet(arguments.out, one_look(person.wardrobe.dressed(prediction.factors, prediction)))
    common.tell(arguments, {"files": [str(arguments.out)], "frame": index}, str(arguments.out))
    return 0
