"""How a stage's result is made. An encoder, a decoder and a look at clips are gone on with; all else begins anew."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import torch

from core_model.data.batches import read_crops
from core_model.data.mocap.poses import load_poses
from core_model.errors import ConfigError, PuppetPoseError
from core_model.networks.trunk import Trunk
from core_model.training.bundle import bundled
from core_model.training.checkpoint import EYES, Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.events import Step, Stopped
from core_model.training.locator import train_locator
from core_model.training.mean import mean_of
from core_model.training.pace import Pace
from core_model.training.prior import measure_prior, save_prior, train_prior
from core_model.training.recipe import kinds
from core_model.training.recipe.kinds import Kind, imagenet_file
from core_model.training.recipe.rendering import Rendering
from core_model.training.storage import write_whole
from core_model.training.synthesis import DecoderRun, learn
from core_model.training.synthesis_tasks import Settings
from core_model.training.trainer import train

NAMES: dict[type[Kind], str] = {
    kinds.Encoder: "encoder.safetensors", kinds.Mean: "encoder.safetensors", kinds.Locator: "locator.safetensors",
    kinds.Decoder: "decoder.safetensors", kinds.Prior: "prior.safetensors", kinds.Bundle: "checkpoint.safetensors",
    kinds.Figures: "checkpoint.safetensors", kinds.Lessons: "lessons.npz",
}  # fmt: skip
"""What the file of a result is called; the others are folders."""
PRIOR_ALONE = "pose_prior.safetensors"
"""The auto-encoder without its critics, beside them: an asset of its own."""


@dataclass(frozen=True)
class Told:
    """How far a stage is."""

    done: int
    total: int
    what: str  # that is counted
    data_wait: float | None = None  # share of the time spent waiting for data


@dataclass(frozen=True)
class Bench:
    """What makers work with."""

    folder: Path  # of the stage
    takes: Mapping[str, list[Path]]  # role -> results
    device: str  # auto, cpu, cuda
    threads: int
    rendering: Rendering
    people: Mapping[Path, int]  # how many will be in each pool

    def one(self, role: str) -> Path | None:
        """The result in a role for one."""
        return next(iter(self.takes.get(role, [])), None)

    def given(self, role: str) -> Path:
        """The same where it must be given."""
        return self.takes[role][0]

    @property
    def torch_device(self) -> str:
        """cpu or cuda. Raises ConfigError."""
        if self.device == "cuda" and not torch.cuda.is_available():
            raise ConfigError("No CUDA device can be used here.", "Take --device auto, or a CUDA build of torch.")
        return "cuda" if self.device != "cpu" and torch.cuda.is_available() else "cpu"


def make(settings: Kind, bench: Bench) -> Iterator[Told]:
    """Make a stage's result in its folder. Raises PuppetPoseError."""
    torch.set_num_threads(bench.threads)
    cv2.setNumThreads(1)
    return _MAKERS[type(settings)](settings, bench)


def _nothing(settings: kinds.People, bench: Bench) -> Iterator[Told]:
    """They are rendered in another process; whoever needs them waits."""
    return iter(())


def _encoder(settings: kinds.Encoder, bench: Bench) -> Iterator[Told]:
    pool, start, clips = bench.given("people"), bench.one("start"), bench.one("clips")
    config = settings.config
    count = bench.people[pool]
    first = min(count, max(1, round(settings.begin_with * count)))
    bench.rendering.wait_for(pool, first)
    config = replace(
        config,
        folder=str(bench.folder),
        pool=str(pool),
        people=0,  # they are rendered by another process
        first_people=first,
        people_per_step=math.ceil((count - first) / max(1, config.steps // 2)),
        start_from=str(start) if start else config.start_from,
        imagenet=str(imagenet_file(config.imagenet)) if config.imagenet else "",
        unlabelled=str(clips) if clips else "",
        lessons=str(lessons) if (lessons := bench.one("lessons")) else "",
        device=bench.device,
        threads=bench.threads,
    )
    for event in train(config):
        if isinstance(event, Step):
            yield Told(event.step, config.steps, "steps", event.data_wait)
        elif isinstance(event, Stopped):
            raise PuppetPoseError(
                f"The run in {bench.folder} was asked to stop at step {event.step}.", "Begin the recipe again to go on."
            )


def _mean(settings: kinds.Mean, bench: Bench) -> Iterator[Told]:
    encoders = [load_checkpoint(path) for path in bench.takes["encoders"]]
    save_checkpoint(bench.folder / NAMES[kinds.Mean], mean_of(encoders))
    yield Told(1, 1, "encoder")


def _lessons(settings: kinds.Lessons, bench: Bench) -> Iterator[Told]:
    from core_model.predictor import Predictor
    from core_model.training.lessons import lessons_of

    predictor, crops = Predictor.load(bench.given("checkpoint"), bench.device), read_crops(bench.given("clips"))
    if encoder := bench.one("encoder"):
        predictor = predictor.with_encoder(load_checkpoint(encoder), encoder)
    lessons_of(crops, predictor.look).write(bench.folder / NAMES[kinds.Lessons])
    yield Told(len(crops), len(crops), "crops")


def _prior(settings: kinds.Prior, bench: Bench) -> Iterator[Told]:
    for step, _, prior in train_prior(load_poses("train"), settings.steps, settings.seed):
        yield Told(step, settings.steps, "steps")
        if step == settings.steps:
            measured = measure_prior(prior, load_poses("held_out"))
            about = {"steps": settings.steps, "seed": settings.seed, "data": "poses.npz", "measured": measured}
            save_checkpoint(bench.folder / PRIOR_ALONE, Checkpoint({"prior": prior.auto.state_dict()}, about))
            save_prior(bench.folder / NAMES[kinds.Prior], prior, about)


def _locator(settings: kinds.Locator, bench: Bench) -> Iterator[Told]:
    pool = bench.given("people")
    trunk, people = Trunk(), bench.rendering.wait_for(pool, bench.people[pool])
    load_checkpoint(bench.given("encoder")).restore_eyes(trunk)
    steps = train_locator(
        trunk, people, settings.steps, seed=settings.seed, threads=bench.threads, device=bench.torch_device
    )
    for step, _, head in steps:
        yield Told(step, settings.steps, "steps")
        if step == settings.steps:
            about = {"locator_steps": step, "seed": settings.seed}
            states = {"locator": head.state_dict(), EYES: trunk.state_dict()}
            save_checkpoint(bench.folder / NAMES[kinds.Locator], Checkpoint(states, about))


def _decoder(settings: kinds.Decoder, bench: Bench) -> Iterator[Told]:
    run = DecoderRun(
        out=bench.folder / NAMES[kinds.Decoder],
        settings=Settings(settings.steps, settings.batch, settings.window_px, settings.rate, settings.seed),
        trunk=bench.given("encoder"),
        start_from=bench.one("start"),
        clips=bench.one("clips"),
        device=bench.torch_device,
    )
    pace = Pace(settings.batch)
    for step, _ in learn(run, pace):
        yield Told(step, settings.steps, "steps", pace.data_wait)


def _bundle(settings: kinds.Bundle, bench: Bench) -> Iterator[Told]:
    pool = bench.given("people")
    people = bench.rendering.wait_for(pool, bench.people[pool])
    sources = [bench.given(role) for role in ("encoder", "locator", "decoder")]
    save_checkpoint(bench.folder / NAMES[kinds.Bundle], bundled(sources, people, settings.count))
    yield Told(1, 1, "checkpoint")


def _clips(settings: kinds.Clips, bench: Bench) -> Iterator[Told]:
    from core_model.data.unlabelled.build import Settings as HowMuch
    from core_model.data.unlabelled.collect import Network, collect, file_fingerprint
    from core_model.predictor import Predictor

    checkpoint, files = bench.given("checkpoint"), settings.files()
    network = Network(file_fingerprint(checkpoint), partial(Predictor.load, checkpoint, bench.device))
    found = collect(files, bench.folder, network, HowMuch(most_sampled=settings.most_sampled))
    for done, _ in enumerate(found, 1):
        yield Told(done, len(files), "videos")


def _figures(settings: kinds.Figures, bench: Bench) -> Iterator[Told]:
    from core_model.evaluation.benchmark import measure
    from core_model.predictor import Predictor

    path = bench.given("checkpoint")
    predictor, checkpoint = Predictor.load(path, bench.device), load_checkpoint(path)
    figures: dict[str, Any] = {"checkpoint": path.name, "device": predictor.device_note}
    figures |= measure(
        predictor,
        rendered_images=settings.rendered,
        photographs=settings.photographs,
        motion=settings.motion,
        timing=settings.timing,
        clips=[file for folder in bench.takes.get("clips", []) for file in sorted(folder.glob("*.npz"))],
    )
    write_whole(bench.folder / "figures.json", json.dumps(figures, indent=2).encode())
    whole = replace(checkpoint, about={**checkpoint.about, "benchmark": figures})
    save_checkpoint(bench.folder / NAMES[kinds.Figures], whole)
    yield Told(1, 1, "benchmark")


_MAKERS: dict[type[Kind], Callable[[Any, Bench], Iterator[Told]]] = {
    kinds.People: _nothing, kinds.Encoder: _encoder, kinds.Mean: _mean, kinds.Lessons: _lessons, kinds.Prior: _prior,
    kinds.Locator: _locator, kinds.Decoder: _decoder, kinds.Bundle: _bundle, kinds.Clips: _clips,
    kinds.Figures: _figures,
}  # fmt: skip
