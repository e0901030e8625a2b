"""`puppetpose evaluate`: the benchmark table of a checkpoint."""

import argparse
import sys
from pathlib import Path

from core_model.commands import common


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    text = "Measure a checkpoint on held-out rendered people, on photographs where there are some, and in time."
    parser = subparsers.add_parser("evaluate", help="print the benchmark table", description=text)
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder with eval/ (default: $PUPPETPOSE_DATA, else ../shared/data)"
    )
    parser.add_argument(
        "--rendered", type=int, default=500, metavar="N", help="rendered people (default: 500; 0: none)"
    )
    parser.add_argument("--no-photographs", action="store_true", help="leave the photographs out")
    parser.add_argument("--no-timing", action="store_true", help="leave the timing out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from core_model.evaluation import benchmark

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()

    benchmark.run(
        arguments.checkpoint,
        arguments.data,
        device=arguments.device,
        rendered_images=arguments.rendered,
        photographs=not arguments.no_photographs,
        timing=not arguments.no_timing,
        json_path=arguments.json,
        progress=progress,
    )
    return 0
