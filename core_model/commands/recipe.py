"""`puppetpose recipe`: from raw data to the checkpoint that ships; Ctrl-C stops, the same command goes on."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core_model.training.recipe.carrying_out import Event, Progress
    from core_model.training.recipe.plan import Recipe

DESCRIPTION = """\
Carry out a recipe (a TOML file; by default assets/training/recipe.toml): people are rendered, networks trained, clips
looked at, the checkpoint put together and measured. A stage whose result is there, made of the same, is not made again.
"""
EVERY_S = 5.0
"""How often progress is printed."""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("recipe", help="make the checkpoint from raw data", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, metavar="FILE", help="another recipe than the bundled one")
    parser.add_argument(
        "--samples", type=_samples, metavar="N", help="budget: pictures rendered or learnt from, in all stages together"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.safetensors", help="also write the checkpoint there")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where networks learn")
    parser.add_argument("--threads", type=int, metavar="N", help="of a processor (default: all but one)")
    parser.add_argument("--list", action="store_true", help="only say what is there and what would be made")
    parser.set_defaults(run=run)


def _samples(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of samples")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out and tell of it. Raises PuppetPoseError."""
    from core_model.assets import asset
    from core_model.training.recipe.plan import load_recipe

    recipe = load_recipe(arguments.config or asset("training/recipe.toml"))
    if arguments.samples:
        recipe = recipe.within(arguments.samples)
    if arguments.list:
        print(listed(recipe))
        return 0
    from core_model.runtime import training_threads
    from core_model.training.recipe.carrying_out import carry_out, hand_over

    teller = Teller()
    for event in carry_out(recipe, arguments.device, arguments.threads or training_threads()):
        teller.tell(event)
    if arguments.out:
        hand_over(recipe, arguments.out)
        print(arguments.out)
    return 0


def listed(recipe: "Recipe") -> str:
    """A line a stage: its folder, how much work it is, whether it is there."""
    from core_model.training.recipe.carrying_out import is_made

    folders = recipe.folders()
    lines = [f"{'result':<44}{'samples':>9}"]
    for stage in recipe.stages:
        folder = folders[stage.name]
        lines.append(f"{folder!s:<44}{stage.settings.samples:>9}{'  there' if is_made(stage, folder) else ''}")
    return "\n".join([*lines, f"{'':<44}{recipe.samples:>9}"])


class Teller:
    """A line for what begins and ends, and now and then one for how far it is."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def tell(self, event: "Event") -> None:
        """Print it, or leave it out where progress was told of just now."""
        from core_model.training.recipe.carrying_out import Begun, Kept, Made

        match event:
            case Kept():
                print(f"{event.stage.name}: made before, {event.folder}", flush=True)
            case Begun():
                print(f"{event.stage.name}: {event.folder}", flush=True)
                self._told_s = time.monotonic()
            case Made():
                print(f"{event.stage.name}: made in {event.seconds:.0f} s", flush=True)
            case _ if time.monotonic() - self._told_s >= EVERY_S:
                self._told_s = time.monotonic()
                print(f"{event.stage.name}: {_progress(event)}", flush=True)


def _progress(event: "Progress") -> str:
    """For example `120 of 4000 steps, data 3 %, GPU 91 %`."""
    from core_model.training.devices import gpu_busy

    told = event.told
    shares = {"data": told.data_wait, "GPU": gpu_busy()}
    return f"{told.done} of {told.total} {told.what}" + "".join(
        f", {name} {100 * share:.0f} %" for name, share in shares.items() if share is not None
    )
