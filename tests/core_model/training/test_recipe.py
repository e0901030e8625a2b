"""A recipe: what is made of what, what is made again and what is not, and people that come while others are learnt."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core_model.__main__ import main
from core_model.assets import asset
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError, PuppetPoseError
from core_model.training.checkpoint import load_checkpoint
from core_model.training.config import TrainConfig
from core_model.training.loading import Batches, Data
from core_model.training.recipe import carrying_out, kinds, making
from core_model.training.recipe.carrying_out import Begun, Kept, Made, carry_out, hand_over, is_made, result
from core_model.training.recipe.plan import Recipe, load_recipe
from core_model.training.recipe.rendering import Rendering, rendered
from tests.core_model.training.conftest import Setting, fill, person_of_noise

PRIORS = """
folder = "{folder}"
[people]
does = "people"
count = 3
size_px = 64
[one]
does = "prior"
steps = 3
[other]
does = "prior"
steps = 4
"""


def written(tmp: Path, text: str) -> Recipe:
    path = tmp / "recipe.toml"
    path.write_text(text.format(folder=tmp / "made"))
    return load_recipe(path)


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Recipe:
    """The recipe of the checkpoint that ships; the files that it needs and this machine may not have are empty."""
    (tmp_path / "videos").mkdir()
    for name in ("a", "sam2_juggle", "rooftop_dance_720p"):
        (tmp_path / "videos" / f"{name}.mp4").touch()
    monkeypatch.setenv("PUPPETPOSE_DATA", str(tmp_path))
    monkeypatch.setattr(kinds, "imagenet_file", lambda _: asset("poses.npz"))
    return load_recipe(asset("training/recipe.toml"))


def test_a_budget_is_shared_among_the_stages_alike(bundled: Recipe) -> None:
    small = bundled.within(bundled.samples // 20)
    assert small.samples == pytest.approx(bundled.samples / 20, rel=0.01)
    for stage, less in zip(bundled.stages, small.stages, strict=True):
        assert less.settings.samples == pytest.approx(stage.settings.samples / 20, abs=130)  # half a batch
    schedule = small.stages[1].settings.config.losses.limbs
    assert schedule[0][0] == pytest.approx(1119 / 20, rel=2e-3)
    assert bundled.within(1).stages[0].settings.count == kinds.LEAST["count"]
    assert bundled.within(10 * bundled.samples).stages[-1].settings == bundled.stages[-1].settings


def test_people_alone_are_drawn_for_who_waits_and_nobody_draws_on_after_that(tmp_path: Path) -> None:
    folder, wanted = tmp_path / "alone", kinds.People(count=100_000, size_px=32, lanes=1)
    rendering = Rendering({folder: wanted})
    try:
        pool = rendering.wait_for(folder, 20)
    finally:
        rendering.stop()
    assert pool.holds == "people_alone"
    before = -1
    for _ in range(200):  # what is being drawn is still finished
        before, now = pool.written, before
        if before == now:
            break
        time.sleep(0.2)
    assert pool.written == before < wanted.count


def test_a_stage_is_another_where_it_or_what_it_takes_is(bundled: Recipe) -> None:
    before = bundled.fingerprints()
    assert before == bundled.fingerprints()
    stages = [replace(s, settings=replace(s.settings, seed=7)) if s.name == "locator" else s for s in bundled.stages]
    after = replace(bundled, stages=tuple(stages)).fingerprints()
    other = {name for name in before if before[name] != after[name]}
    assert {"locator", "first", "clips", "decoder", "checkpoint", "measured"} <= other
    assert not other & {"people", "pose", "pose4", "prior", "first_decoder"}


def test_where_a_run_computes_is_not_what_it_learns(bundled: Recipe) -> None:
    pose = bundled.stages[1]
    elsewhere = replace(pose, settings=replace(pose.settings, config=replace(pose.settings.config, device="cpu")))
    longer = replace(pose, settings=replace(pose.settings, config=replace(pose.settings.config, steps=1)))
    told = [
        replace(bundled, stages=(bundled.stages[0], one)).fingerprints()["pose"] for one in (pose, elsewhere, longer)
    ]
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[a]\ndoes = 'nothing'", "does 'nothing'"),
        ("[a]\ndoes = 'prior'\nstep = 3", "setting 'step'"),
        ("[a]\ndoes = 'prior'\nsteps = 'x'", "steps = 'x'"),
        ("[a]\ndoes = 'locator'\nencoder = 'a'\npeople = 'a'", "takes from 'a'"),
        ("[a]\ndoes = 'bundle'", "takes nothing as 'encoder'"),
        ("steps = 3\n[a]\ndoes = 'prior'", "outside its stages"),
        ("", "no stages"),
        ("[a", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        written(tmp_path, text)


def test_what_is_made_is_not_made_again_and_an_interrupted_recipe_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "measure_prior", lambda *_: {})  # seconds
    recipe = written(tmp_path, PRIORS)
    learnt = replace(recipe, stages=recipe.stages[1:])
    events = carry_out(learnt, "cpu")
    for event in events:
        if isinstance(event, Made) and event.stage.name == "one":
            events.close()  # as Ctrl-C does
            break
    folders = recipe.folders()
    assert [is_made(stage, folders[stage.name]) for stage in recipe.stages] == [False, True, False]
    again = list(carry_out(recipe, "cpu"))
    kept = {event.stage.name for event in again if isinstance(event, Kept)}
    begun = {event.stage.name for event in again if isinstance(event, Begun)}
    assert "one" in kept
    assert "other" in begun
    assert rendered(folders["people"]) == 3
    assert all(isinstance(event, Kept) for event in carry_out(recipe, "cpu"))
    whole = replace(learnt, folder=tmp_path / "at once")
    list(carry_out(whole, "cpu"))
    for stage in whole.stages:
        files = [result(stage, at.folders()[stage.name]) for at in (recipe, whole)]
        one, other = (load_checkpoint(file).states["prior"] for file in files)
        assert all(torch.equal(one[key], other[key]) for key in one)
    hand_over(recipe, tmp_path / "out.safetensors")
    assert (tmp_path / "out.safetensors").read_bytes() == result(recipe.stages[2], folders["other"]).read_bytes()


def test_an_encoder_learns_and_goes_on_in_its_folder(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "steps = 3\nbatch = 4\nworkers = 0\njudge_every = 0\npreview_every = 0\n"
    (setting.tmp / "run.toml").write_text(f"{config}start_from = '{setting.start}'\n")
    text = (
        "folder = '{folder}'\n[people]\ndoes = 'people'\ncount = 8\n"
        "[pose]\ndoes = 'encoder'\nconfig = 'run.toml'\npeople = 'people'\nbegin_with = 0.5"
    )
    recipe = written(setting.tmp, text)
    folder = recipe.folders()["people"]
    fill(folder, 8, seed=0)
    path = str(setting.tmp / "recipe.toml")
    out = setting.tmp / "out.safetensors"
    assert main(["recipe", "--config", path, "--device", "cpu", "--out", str(out)]) == 0
    about = load_checkpoint(out).about
    assert (about["steps"], about["config"]["first_people"], about["config"]["people_per_step"]) == (3, 4, 4)
    capsys.readouterr()
    assert main(["recipe", "--config", path, "--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.endswith("there") for line in listed] == [False, True, True, False]
    monkeypatch.setattr(carrying_out, "make", lambda *_: pytest.fail("made again"))
    assert main(["recipe", "--config", path]) == 0


def test_people_who_come_while_others_are_learnt_change_nothing(setting: Setting, tmp_path: Path) -> None:
    config = setting.config(first_people=4, people_per_step=2)
    whole = Batches(config, Data.open(config), 0, 1)
    pool = SamplePool.create(tmp_path / "growing", 8, 192)
    rng = np.random.default_rng(0)
    people = [person_of_noise(rng) for _ in range(8)]
    for person in people[:4]:
        pool.write(person)
    growing = replace(config, pool=str(pool.folder))
    batches = Batches(growing, Data.open(growing), 0, 1)

    def write_the_others() -> None:
        time.sleep(0.2)
        for person in people[4:]:
            pool.write(person)

    writer = threading.Thread(target=write_the_others)
    writer.start()
    for step in (0, 2):  # the second waits for them
        torch.testing.assert_close(batches[step].rendered.image, whole[step].rendered.image)
    writer.join()
    assert [batches.data.people_at(step) for step in (0, 1, 2, 9)] == [4, 6, 8, 8]


def test_people_who_never_come_are_not_waited_for_forever(tmp_path: Path) -> None:
    pool = fill(tmp_path, 2, seed=0)
    with pytest.raises(ConfigError, match="Only 2 of 3"):
        pool.wait_for(3, patience_s=0.05)
    with pytest.raises(ConfigError, match="people_per_step"):
        TrainConfig(people_per_step=3)


def test_a_renderer_that_breaks_down_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUPPETPOSE_ASSETS", str(tmp_path / "nowhere"))
    rendering = Rendering({tmp_path / "pool": kinds.People(count=2, size_px=64)})
    try:
        with pytest.raises(PuppetPoseError, match="Rendering people ended"):
            rendering.wait_for(tmp_path / "pool", 2)
    finally:
        rendering.stop()


def test_a_stage_may_be_the_mean_of_others(setting: Setting, tmp_path: Path) -> None:
    text = "folder = '{folder}'\n[people]\ndoes = 'people'\ncount = 4\n"
    for seed in (1, 2):
        (tmp_path / f"{seed}.toml").write_text(
            f"steps = 2\nbatch = 2\nworkers = 0\njudge_every = 0\npreview_every = 0\nwarmup_steps = 0\nseed = {seed}\n"
            f"start_from = '{setting.start}'\n"
        )
        text += f"[pose{seed}]\ndoes = 'encoder'\nconfig = '{seed}.toml'\npeople = 'people'\n"
    recipe = written(tmp_path, text + "[both]\ndoes = 'mean'\nencoders = ['pose1', 'pose2']")
    folders = recipe.folders()
    fill(folders["people"], 4, seed=0)
    list(carry_out(recipe, "cpu"))
    one, other, both = (
        load_checkpoint(result(stage, folders[stage.name])).states["tail"]["heat.bias"].float()
        for stage in recipe.stages[1:]
    )
    assert not torch.equal(one, other)
    torch.testing.assert_close(both, (one + other) / 2, atol=1e-3, rtol=1e-3)
