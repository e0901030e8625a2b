"""The decoder's training on pictures made here: batches say what they should, and learning learns."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core_model.data.shots import Shot
from core_model.networks.decoder import Decoder
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.puppet.raster import draw, place_parts
from core_model.skeleton import BACKGROUND
from core_model.training.checkpoint import Checkpoint, save_checkpoint
from core_model.training.synthesis import resume, terms, train
from core_model.training.synthesis_batches import Task, painted_planes, synthesis_batch
from core_model.training.synthesis_tasks import APART, Settings, batches_of, clip_task
from tests.core_model.puppet.test_maps import standing

SIZE = 256


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet.load()


def shot(puppet: Puppet, seed: int, known: bool = True, wide: bool = False) -> Shot:
    """A puppet whose parts are painted each in its colour, on blue; `wide` to the outer rims of its bands."""
    points, depth = (x[0].numpy() for x in standing(seed))
    drawing = draw(puppet.template, place_parts(puppet.placer, points, depth))
    parts = drawing.owner if wide else drawing.label
    colours = np.vstack([np.random.default_rng(0).integers(60, 255, (14, 3)), [[20, 20, 200]]]).astype(np.uint8)
    background = np.full((SIZE, SIZE, 3), colours[BACKGROUND], np.uint8)
    mask = np.where(parts == BACKGROUND, 0, 255).astype(np.uint8)
    joints = np.column_stack([(points - SIZE / 2) / 100, depth])
    told = (background, None) if known else (None, np.zeros((SIZE, SIZE), bool))
    return Shot(colours[parts], told[0], mask, parts, points, joints, told[1])


class OneTask:
    """Stands for `Tasks`: the same two shots again and again."""

    def __init__(self, puppet: Puppet) -> None:
        self.rng = np.random.default_rng(0)
        self.task = Task([shot(puppet, 1, wide=True)], shot(puppet, 2, wide=True))

    def draw(self, count: int) -> list[Task]:
        return [self.task] * count


def test_painted_sources_show_the_target(puppet: Puppet) -> None:
    target = shot(puppet, 2)
    planes = painted_planes(Task([shot(puppet, 1), shot(puppet, 3)], target), puppet)
    person = target.mask > 0
    for first in (0, 4):
        painting, sure = planes[first : first + 3].transpose(1, 2, 0) * 255, planes[first + 3] > 0.9
        error = np.abs(painting - target.image)[person & sure]
        assert np.median(error) < 2
        assert error.mean() < 15
    assert (planes[10].round() == target.parts)[person].mean() > 0.97


def test_batches_are_windows_about_the_person_and_doubt_borders_of_unlabelled_shots(puppet: Puppet) -> None:
    tasks = [Task([shot(puppet, 1, known)], shot(puppet, 2, known)) for known in (True, False)]
    batch = synthesis_batch(tasks, puppet, 96, np.random.default_rng(0))
    assert batch.planes.shape == (2, 11, 96, 96)
    assert batch.parts.shape == (2, 48, 48)
    assert (batch.mask.mean((1, 2, 3)) > 0.05).all()
    assert batch.certain[0].min() == 1
    assert 0 < batch.certain[1].mean() < 1
    # parts, mask and image are of the same window
    assert ((batch.parts != BACKGROUND).float() == batch.mask[:, 0, ::2, ::2]).all()


def test_a_clip_is_never_made_from_the_shot_itself_or_its_neighbours(puppet: Puppet) -> None:
    clip, rng = [shot(puppet, seed) for seed in range(8)], np.random.default_rng(0)
    for _ in range(40):
        task = clip_task(clip, rng)
        places = [next(i for i, one in enumerate(clip) if one is s) for s in (task.target, *task.sources)]
        assert min(abs(i - places[0]) for i in places[1:]) >= APART
        assert len(set(places)) == len(places)


def test_training_lowers_the_losses_and_resumes(puppet: Puppet, tmp_path: Path) -> None:
    torch.manual_seed(0)
    decoder = Decoder(widths=(8, 8, 8, 8))
    settings = Settings(steps=16, batch=2, window_px=64, rate=1e-2)
    batch = synthesis_batch(OneTask(puppet).draw(2), puppet, 128, np.random.default_rng(1))
    trunk = Trunk().requires_grad_(False)
    for weight in trunk.parameters():
        torch.nn.init.normal_(weight, std=0.1)

    def judged() -> dict[str, float]:
        with torch.no_grad():
            values = terms(decoder.train().decode(batch.planes), batch, trunk)
            return {name: float(value) for name, value in values.items()}

    before = judged()
    steps = [step for step, _, _ in train(settings, batches_of(OneTask(puppet), settings), decoder, trunk)]
    after = judged()
    assert steps == list(range(1, 17))
    assert sum(after.values()) < 0.9 * sum(before.values())
    assert after["mask"] < before["mask"]
    path = tmp_path / "decoder.safetensors"
    save_checkpoint(path, Checkpoint({"decoder": decoder.state_dict()}, {"decoder_steps": 16}))
    again = Decoder(widths=(8, 8, 8, 8))
    assert resume(again, path) == (16, {})
    for ours, theirs in zip(decoder.state_dict().values(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-3, rtol=2e-3)
    start, before = resume(again, tmp_path / "none.safetensors", path)
    assert (start, before["decoder_steps"]) == (0, 16)  # another run's weights, a run of its own
