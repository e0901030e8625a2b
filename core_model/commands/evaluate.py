"""`puppetpose evaluate`: the benchmark table of a checkpoint."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core_model.commands import common
from core_model.errors import PuppetPoseError

if TYPE_CHECKING:
    from core_model.evaluation.makers import Method

NAMES = ("h36m", "3dhp", "3dpw", "lsp", "lspet")
"""Of `core_model.evaluation.datasets.DATASETS`, which is not imported to say `--help`."""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    text = (
        "Measure a checkpoint on held-out rendered people, on photographs and published data sets where there are "
        "some, on the motion of the bundled clip, and in time."
    )
    parser = subparsers.add_parser("evaluate", help="print the benchmark table", description=text)
    _add_what(parser)
    _add_clips(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    parser.add_argument(
        "--figures", type=Path, metavar="FILE", help="measure nothing: take the figures that --json has written"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE.svg", help="also draw whether the confidence means what it says"
    )
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def _add_what(parser: argparse.ArgumentParser) -> None:
    """What is to be measured."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder with eval/ (default: $PUPPETPOSE_DATA, else ../shared/data)"
    )
    parser.add_argument(
        "--rendered", type=int, default=500, metavar="N", help="rendered people (default: 500; 0: none)"
    )
    parser.add_argument("--no-photographs", action="store_true", help="leave the photographs out")
    parser.add_argument("--no-motion", action="store_true", help="leave the motion of the bundled clip out")
    parser.add_argument("--no-timing", action="store_true", help="leave the timing out")
    parser.add_argument(
        "--dataset",
        type=_dataset,
        action="append",
        default=[],
        metavar="NAME=DIR",
        help=f"also a published data set that you have: {', '.join(NAMES)}; may be given several times",
    )
    parser.add_argument(
        "--limit", type=_count, metavar="N", help="of a data set, N images at most for each protocol (default: all)"
    )


def _add_clips(parser: argparse.ArgumentParser) -> None:
    """Which clips, and how much of them."""
    parser.add_argument(
        "--clips",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="also make frames of clips from other frames of them, and people in each other's poses "
        "(`puppetpose data`)",
    )
    parser.add_argument(
        "--clip-frames",
        type=_count,
        default=24,
        metavar="N",
        help="held-out frames of a clip that are made, for each way of holding out (default: 24)",
    )
    parser.add_argument(
        "--adapt",
        type=float,
        metavar="SECONDS",
        help="of a core, for each person and each set of frames held out: also what can be learnt of the others in it",
    )


def _dataset(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if name not in NAMES or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=DIR with a name of {', '.join(NAMES)}")
    return name, Path(path)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of images")
    return int(text)


def _clip_files(folders: list[Path]) -> list[Path]:
    files = []
    for folder in folders:
        if not (found := sorted(folder.glob("*.npz"))):
            raise PuppetPoseError(f"There are no clips in {folder}.", "Make some: puppetpose data CLIPS --out DIR.")
        files += found
    return files


def _fitted(arguments: argparse.Namespace) -> "dict[str, Method]":
    """Methods that learn from a clip. Raises CheckpointError."""
    if not arguments.adapt or not arguments.clips:
        return {}
    from core_model.evaluation.fitted import fitted_methods

    return fitted_methods(arguments.checkpoint, arguments.adapt)


def run(arguments: argparse.Namespace) -> int:
    """Measure, or read what was measured; print; draw where asked."""
    results = _measured(arguments) if arguments.figures is None else _read(arguments.figures)
    if arguments.plot is not None:
        from core_model.export.reliability_plot import write_reliability

        write_reliability(arguments.plot, results)
        print(f"Reliability of the confidence: {arguments.plot}")
    return 0


def _read(path: Path) -> Mapping[str, Any]:
    """Figures of an earlier run, printed. Raises PuppetPoseError."""
    from core_model.evaluation.table import as_table

    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        print(as_table(results))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PuppetPoseError(
            f"{path} cannot be read as figures ({error}).", "Give a file that `puppetpose evaluate --json` has written."
        ) from error
    return results


def _measured(arguments: argparse.Namespace) -> Mapping[str, Any]:
    """The figures, printed and written as JSON where asked."""
    from core_model.evaluation import benchmark

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()

    return benchmark.run(
        arguments.checkpoint,
        arguments.data,
        device=arguments.device,
        datasets=arguments.dataset,
        limit=arguments.limit,
        rendered_images=arguments.rendered,
        photographs=not arguments.no_photographs,
        motion=not arguments.no_motion,
        timing=not arguments.no_timing,
        clips=_clip_files(arguments.clips),
        clip_frames=arguments.clip_frames,
        fitted=_fitted(arguments),
        json_path=arguments.json,
        progress=progress,
    )
