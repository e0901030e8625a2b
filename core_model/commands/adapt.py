"""`puppetpose adapt`: the decoder fine-tuned on one clip, kept as a small file beside it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core_model.commands import common

if TYPE_CHECKING:
    from core_model.data.shots import Shot
    from core_model.predictor import Predictor
    from core_model.training.adapting import Adapted

DESCRIPTION = """\
Learn from one clip, without labels, to make better pictures of the person in it. Some frames are kept aside: only
weights that make those better are kept, else nothing changes. Poses stay as they are. Writes a small file that other
commands take as --adapted.
"""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("adapt", help="better pictures of one clip's person", description=DESCRIPTION)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors")
    parser.add_argument("--minutes", type=_minutes, default=2.5, metavar="M", help="time to learn (default: 2.5)")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="also draw how far it is: PNGs")
    common.add_network_options(parser)
    parser.set_defaults(run=run)


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes < 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is not a number of minutes")
    return minutes


def run(arguments: argparse.Namespace) -> int:
    """Look at the clip, learn, keep. Raises MediaError, AdaptError, CheckpointError, OutputError."""
    import torch

    from core_model.data.video import open_video
    from core_model.export.folder import output_folder
    from core_model.export.images import write_png
    from core_model.runtime import training_threads
    from core_model.training.adapting import AdaptSettings, adapt, delta_of, networks_of

    predictor = common.load_predictor(arguments.checkpoint, arguments.device)
    torch.set_num_threads(training_threads())
    with open_video(arguments.clip) as reader:
        shots = _shots(reader, predictor)
    settings = AdaptSettings(budget_s=60 * arguments.minutes)
    folder = output_folder(arguments.pictures) if arguments.pictures else None
    last: Adapted | None = None
    for last in adapt(shots, *networks_of(predictor.checkpoint), settings):
        if last.judged:
            print(f"{last.elapsed_s:4.0f} s, {last.step} steps: held-out frames {_change(last):+.1f} %", flush=True)
        if last.judged and folder:
            write_png(folder / f"{last.step:05}.png", last.picture)
    assert last is not None  # the first is how it is before
    delta = delta_of(predictor.checkpoint, last, arguments.clip.name)
    if delta is None:
        print("Nothing made held-out frames better than the checkpoint makes them: nothing is kept.")
        return 0
    from core_model.training.checkpoint import save_checkpoint

    save_checkpoint(arguments.out, delta)
    print(arguments.out)
    return 0


def _change(news: "Adapted") -> float:
    """Per cent of the distance to what held-out frames should be."""
    return 100 * (news.now / news.before - 1)


def _shots(reader, predictor: "Predictor") -> "list[Shot]":  # type: ignore[no-untyped-def]
    from core_model.data.clip_shots import shot_of, sure_frames
    from core_model.tracking import analyse

    progress, found = common.Progress(len(reader), f"Looking at {reader.path.name}"), {}
    for done, result in enumerate(analyse(reader, predictor), 1):
        found[result.index] = result.prediction
        progress.step(done)
    progress.end()
    chosen = ((i, found[i]) for i in sure_frames(found.items()))
    return [shot_of(reader.frame(i), seen) for i, seen in chosen if seen is not None]
