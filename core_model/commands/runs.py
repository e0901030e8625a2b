"""`puppetpose runs FOLDER`: how runs stand, wherever they were started; `--ask pause` and the like."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core_model.training.control import RunStatus

DESCRIPTION = """\
Tell how training runs stand, or ask something of them: pause, resume, stop (save and end; the same command as before
goes on), checkpoint (save now), discard (end, and take the run's files away).
"""
_ASKS = ("pause", "resume", "stop", "checkpoint", "discard")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("runs", help="how training runs stand; pause, stop them", description=DESCRIPTION)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="folders of runs")
    parser.add_argument("--ask", choices=_ASKS, help="ask this of them")
    parser.add_argument("--json", action="store_true", help="print a line of JSON a run")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, tell. Raises ConfigError where nothing was begun, or nobody is there to hear."""
    from core_model.errors import ConfigError
    from core_model.training.control import Ask, status, wish

    for folder in arguments.folders:
        if arguments.ask:
            wish(folder, Ask(arguments.ask))
        told = status(folder)
        if told is None and arguments.ask != Ask.DISCARD:
            raise ConfigError(f"No run was begun in {folder}.", "Give the folder that the run's config names.")
        if told and arguments.json:
            print(json.dumps({"folder": str(folder), **dataclasses.asdict(told)}), flush=True)
        elif told:
            print(f"{folder}: {text(told)}", flush=True)
    return 0


def text(told: "RunStatus") -> str:
    """For example `running, step 120 of 4000, 31.2 images/s`."""
    parts = [str(told.phase), f"step {told.step} of {told.steps}"]
    if told.live and told.images_per_s:
        parts.append(f"{told.images_per_s:.1f} images/s")
    if told.total:
        parts.append(f"{told.done} of {told.total} made")
    return ", ".join(parts) + (f". {told.message}" if told.message else "")
