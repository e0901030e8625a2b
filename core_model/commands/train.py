"""`puppetpose train --config FILE`: train the networks; Ctrl-C stops, the same command goes on."""

import argparse
import contextlib
import dataclasses
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core_model.errors import PuppetPoseError

if TYPE_CHECKING:
    from core_model.training.config import TrainConfig
    from core_model.training.events import Event, Preparing, Step, Waiting

DESCRIPTION = """\
Train as a TOML file says; a run that was stopped goes on where it was saved last. On several GPUs or machines:
torchrun --nproc-per-node N -m core_model train --config FILE
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("train", help="train a checkpoint", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings in TOML")
    parser.add_argument("--folder", metavar="DIR", help="another folder for the run than the config names")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to print (default: 5)")
    parser.add_argument("--json", action="store_true", help="print every event as a line of JSON")
    company = parser.add_mutually_exclusive_group()
    company.add_argument("--queue", action="store_true", help="wait for another run on this machine to end")
    company.add_argument("--beside", action="store_true", help="train although another run goes on on this machine")
    parser.add_argument("--nice", action="store_true", help="let other programs go first")
    parser.add_argument("--measure", type=int, metavar="STEPS", help="only tell, in JSON, how fast it would go")
    parser.add_argument("--help-config", action=_HelpConfig, nargs=0, help="list all settings of the config, and exit")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the trainer's events. Raises ConfigError, CheckpointError, OutputError."""
    from core_model.training.config import load_config
    from core_model.training.control import give_way
    from core_model.training.desk import Desk
    from core_model.training.machine import Company

    config = load_config(arguments.config)
    if arguments.folder:
        config = dataclasses.replace(config, folder=arguments.folder)
    if arguments.nice:
        give_way()
    if arguments.measure:
        return _measure(config, arguments.measure)
    first = os.environ.get("RANK", "0") == "0"  # of the processes that torchrun started, one talks
    desk = Desk(config) if first else None
    from core_model.training.trainer import train

    company = Company.QUEUE if arguments.queue else Company.BESIDE if arguments.beside else Company.REFUSE
    teller = JsonTeller() if arguments.json else Teller(config, arguments.every)
    with _asks_to_stop(Path(config.folder)):
        for event in train(config, company, desk):
            if first:
                teller.tell(event)
    return 0


def _measure(config: "TrainConfig", steps: int) -> int:
    from core_model.training.measure import measure

    print(json.dumps(dataclasses.asdict(measure(config, steps))), flush=True)
    return 0


class _HelpConfig(argparse.Action):
    """Prints what can stand in a config."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from core_model.settings import settings_of
        from core_model.training.config import LossWeights, TrainConfig

        print("\n".join(each.text() for each in settings_of(TrainConfig)))
        print("\n[losses]: a number, or [[step, weight], ...], of each term")
        print("\n".join(each.text() for each in settings_of(LossWeights)))
        parser.exit()


@contextlib.contextmanager
def _asks_to_stop(folder: Path) -> Iterator[None]:
    """Ctrl-C, or the end of the computer's day, lets the run save and end; the second time it ends at once."""
    from core_model.training.control import Ask, ask

    signals = (signal.SIGINT, signal.SIGTERM)

    def stop(number: int, _: object) -> None:
        for each in signals:
            signal.signal(each, signal.default_int_handler)
        print("\nSaves and stops; Ctrl-C stops at once.", file=sys.stderr)
        with contextlib.suppress(PuppetPoseError):
            ask(folder, Ask.STOP)

    before = [signal.signal(each, stop) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


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
        from core_model.training import events as told

        if not isinstance(event, told.Step | told.Preparing | told.Waiting):
            self._print(told.sentence(event))
        elif time.monotonic() - self._told_s >= self._every_s:
            self._told_s = time.monotonic()
            self._print(self._progress(event), over=self._terminal)

    def _progress(self, event: "Step | Preparing | Waiting") -> str:
        """For example `step 120/4000  31.2 images/s  1:08:12 left  data 3 %  heat 0.5300  total 2.1000`."""
        from core_model.training.events import Preparing, Waiting
        from core_model.training.pace import left_s

        if isinstance(event, Waiting):
            return event.message
        if isinstance(event, Preparing):
            return f"{event.message} {event.done} of {event.total}"
        minutes, seconds = divmod(round(left_s(event, self._config)), 60)
        hours, minutes = divmod(minutes, 60)
        terms = "  ".join(f"{name} {value:.4f}" for name, value in event.losses.items())
        memory = f"  {event.memory_mb:.0f} MB" if event.memory_mb else ""
        return (
            f"step {event.step}/{self._config.steps}  {event.images_per_s:.1f} images/s  "
            f"{hours}:{minutes:02}:{seconds:02} left  data {100 * event.data_wait:.0f} %{memory}  {terms}"
        )

    def _print(self, text: str, over: bool = False) -> None:
        """A line; with `over`, one that the next line is written over."""
        clear = "\r\x1b[2K" if self._terminal else ""
        print(f"{clear}{text}", end="" if over else "\n", flush=True)
