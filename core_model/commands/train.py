"""`puppetpose train --config FILE`: train the networks; Ctrl-C stops, the same command goes on."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core_model.training.config import TrainConfig
    from core_model.training.events import Event, Step

DESCRIPTION = """\
Train as a TOML file says; a run that was stopped goes on where it was saved last. On several GPUs or machines:
torchrun --nproc-per-node N -m core_model train --config FILE
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("train", help="train a checkpoint", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings in TOML")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to print (default: 5)")
    parser.add_argument("--json", action="store_true", help="print every event as a line of JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the trainer's events. Raises ConfigError, CheckpointError, OutputError."""
    from core_model.training.config import load_config

    config = load_config(arguments.config)
    from core_model.training.trainer import train

    teller = JsonTeller() if arguments.json else Teller(config, arguments.every)
    first = os.environ.get("RANK", "0") == "0"  # of the processes that torchrun started, one talks
    for event in train(config):
        if first:
            teller.tell(event)
    return 0


class JsonTeller:
    """A line of JSON an event."""

    def tell(self, event: "Event") -> None:
        """All of the event but its picture."""
        from core_model.training.journal import line_of

        print(line_of(event), flush=True)


class Teller:
    """A line of progress, written over on a terminal, and a line for everything else."""

    def __init__(self, config: "TrainConfig", every_s: float) -> None:
        self._config, self._terminal = config, sys.stdout.isatty()
        self._every_s = min(every_s, 0.5) if self._terminal else every_s
        self._told_s = -float("inf")

    def tell(self, event: "Event") -> None:
        """Print it, or leave it out where a step was told of just now."""
        from core_model.training.events import Step, sentence

        if not isinstance(event, Step):
            self._print(sentence(event))
        elif time.monotonic() - self._told_s >= self._every_s:
            self._told_s = time.monotonic()
            self._print(self._progress(event), over=self._terminal)

    def _progress(self, step: "Step") -> str:
        """For example `step 120/4000  31.2 images/s  1:08:12 left  data 3 %  heat 0.5300  total 2.1000`."""
        left_s = round((self._config.steps - step.step) * self._config.batch / max(step.images_per_s, 1e-9))
        minutes, seconds = divmod(left_s, 60)
        hours, minutes = divmod(minutes, 60)
        terms = "  ".join(f"{name} {value:.4f}" for name, value in step.losses.items())
        return (
            f"step {step.step}/{self._config.steps}  {step.images_per_s:.1f} images/s  "
            f"{hours}:{minutes:02}:{seconds:02} left  data {100 * step.data_wait:.0f} %  {terms}"
        )

    def _print(self, text: str, over: bool = False) -> None:
        """A line; with `over`, one that the next line is written over."""
        clear = "\r\x1b[2K" if self._terminal else ""
        print(f"{clear}{text}", end="" if over else "\n", flush=True)
