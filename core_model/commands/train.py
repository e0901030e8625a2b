"""`puppetpose train --config FILE`: train the networks; Ctrl-C stops, the same command goes on."""

import argparse
import time
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    text = "Train as a TOML file says; a run that was stopped goes on where it was saved last."
    parser = subparsers.add_parser("train", help="train a checkpoint", description=text)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings in TOML")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to print (default: 5)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the trainer's events. Raises ConfigError."""
    from core_model.training.config import load_config

    config = load_config(arguments.config)
    from core_model.training.trainer import Finished, Saved, Step, train

    printed_s = -float("inf")
    for event in train(config):
        match event:
            case Step() if time.monotonic() - printed_s >= arguments.every:
                printed_s = time.monotonic()
                terms = "  ".join(f"{name} {value:.4f}" for name, value in event.losses.items())
                print(f"step {event.step}  {event.images_per_s:.1f} images/s  {terms}", flush=True)
            case Saved():
                print(f"step {event.step}  saved {event.path}", flush=True)
            case Finished():
                print(f"Finished after {event.step} steps: {event.path}", flush=True)
    return 0
