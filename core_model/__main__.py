"""`puppetpose`: the whole job without a window."""

import argparse
import sys
from collections.abc import Sequence

from core_model import __version__
from core_model.commands import (
    adapt,
    analyse,
    appearance,
    batch,
    completion,
    data,
    demo,
    doctor,
    evaluate,
    export,
    parts,
    plot,
    recipe,
    runs,
    synthesise,
    train,
)
from core_model.errors import PuppetPoseError

DESCRIPTION = "Take a person in a video apart into pose, camera, shape, appearance and background."
STOPPED = 130
"""Exit status after Ctrl-C, as shells have it."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="puppetpose", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"puppetpose {__version__}")
    subparsers = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    using = (analyse, export, plot, parts, batch, appearance, synthesise, adapt, demo)
    learning = (evaluate, data, train, runs, recipe, doctor, completion)
    for command in (*using, *learning):
        command.add(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 when all went well, 2 with a sentence on stderr when not, 130 after Ctrl-C."""
    arguments = parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except PuppetPoseError as error:
        print(f"puppetpose: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED
    return status


if __name__ == "__main__":
    sys.exit(main())
