"""A network that sees part maps alone learns a person's looks from the frames given, and from these only."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from core_model.evaluation import fitted, scenes
from core_model.evaluation.fitted import InTheDark, adapted, part_maps_alone, shot_of
from core_model.evaluation.scenes import Scene, splits_of
from core_model.networks.decoder import COVER, Decoder
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX
from core_model.puppet import Puppet
from core_model.skeleton import BACKGROUND
from core_model.synthesis import joints_of, stand
from core_model.training.adapting import AdaptSettings
from core_model.training.synthesis import Settings
from core_model.training.synthesis_batches import painted_planes
from tests.core_model.evaluation.clip_people import Guesser, clip, painted_over


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Somebody blue who is where the puppet is."""
    found = Scene.of(clip(16), Guesser())
    image, parts = found.clip.image.copy(), np.full_like(found.clip.parts, BACKGROUND)
    for i, seen in enumerate(found.seen):
        joints_m, joints_px = joints_of(seen.factors)
        parts[i] = stand(joints_px, joints_m, seen.factors.box_px).drawing.label
        image[i][parts[i] != BACKGROUND] = (0, 0, 255)
    return replace(found, clip=replace(found.clip, image=image, parts=parts))


def _fitted(scene: Scene, given: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> fitted.Maker:
    """After three small steps."""
    torch.manual_seed(0)
    clock = iter(range(4))
    monkeypatch.setattr(fitted.time, "process_time", lambda: next(clock))
    monkeypatch.setattr(fitted, "Settings", partial(Settings, window_px=64, batch=2))
    return part_maps_alone(Decoder((8, 8)), Trunk(), seconds=3)(scene, given)


def test_adapting_never_looks_at_held_out_frames(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def made_after(scene: Scene) -> np.ndarray:
        torch.manual_seed(0)
        monkeypatch.setattr(fitted, "AdaptSettings", lambda **_: AdaptSettings(steps=2, batch=2, window_px=64))
        return adapted(Decoder((8, 8)).eval(), Trunk(), seconds=60)(scene, given)(15)

    given = np.arange(13)
    kept = made_after(scene)
    np.testing.assert_array_equal(kept, made_after(painted_over(scene, np.arange(13, 16))))
    assert (kept != made_after(painted_over(scene, given))).any()


@pytest.mark.parametrize("protocol", scenes.PROTOCOLS)
def test_how_a_held_out_person_looks_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    monkeypatch.setattr(scenes, "BLOCK", 4)
    split = splits_of(scene, protocol, most_frames=2)[0]
    held = np.setdiff1d(np.arange(len(scene)), split.given)
    one, other = (_fitted(s, split.given, monkeypatch) for s in (scene, painted_over(scene, held)))
    for i in split.targets.tolist():
        np.testing.assert_array_equal(one(i), other(i))
    painted = _fitted(painted_over(scene, split.given), split.given, monkeypatch)
    assert (painted(int(split.targets[0])) != one(int(split.targets[0]))).any()


def test_no_colour_of_anybody_is_ever_shown_to_it(scene: Scene) -> None:
    tasks = InTheDark([shot_of(scene, i) for i in range(4)], np.random.default_rng(0))
    puppet = Puppet.load()
    for task in tasks.draw(8):
        planes, target = painted_planes(task, puppet, np.random.default_rng(1)), task.target
        assert (planes[:8] == 0).all()
        assert (planes[COVER] > 0).any()
        assert (target.image == scene.clip.image[:4]).all(axis=(1, 2, 3)).any()


def test_a_shot_is_the_frame_in_the_pose_in_which_it_is_made(scene: Scene) -> None:
    shot, factors = shot_of(scene, 3), scene.seen[3].factors
    joints_m, joints_px = joints_of(factors)
    np.testing.assert_array_equal(shot.points_px, joints_px)
    np.testing.assert_array_equal(shot.depth_m, joints_m[:, 2])
    assert shot.sure is not None
    np.testing.assert_array_equal((shot.mask > 0)[~shot.sure], scene.person(3)[~shot.sure])
    assert factors.atlas.shape[2:] == ATLAS_PX
