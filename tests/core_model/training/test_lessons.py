"""What careful looks say of crops becomes lessons, and a run learns from them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from core_model.data.lessons import Lessons
from core_model.errors import ConfigError
from core_model.networks.readout import Maps
from core_model.predictor import Predictor
from core_model.training.checkpoint import load_checkpoint
from core_model.training.events import Saved, Step
from core_model.training.lessons import lessons_of
from core_model.training.recipe import kinds
from core_model.training.recipe.making import Bench, make
from core_model.training.trainer import train
from core_model.views import ALL


def look(image: np.ndarray) -> Maps:
    """All joints in the middle, surely where the picture is bright; every cell says the same of the limbs."""
    side = image.shape[-1] // 8
    heat = np.full((21, side, side), 1.0 if image.mean() < 0.5 else 1e-4, np.float32)
    heat[:, side // 2 - 1 : side // 2 + 1, side // 2 - 1 : side // 2 + 1] = 1
    limbs = np.zeros((20, 3, side, side), np.float32)
    limbs[:, 2] = 1  # away from the camera, however the picture is turned
    parts = np.zeros((15, 2 * side, 2 * side), np.float32)
    return heat / heat.sum(axis=(1, 2), keepdims=True), limbs.reshape(60, side, side), parts, np.zeros(12, np.float32)


CROPS = np.stack([np.full((64, 64, 3), value, np.uint8) for value in (255, 0, 200)])


def test_crops_in_which_nobody_is_seen_teach_nothing() -> None:
    told: list[int] = []
    lessons = lessons_of(CROPS, look, told.append)
    assert told == [1, 2, 3]
    assert lessons.image[:, 0, 0, 0].tolist() == [255, 200]
    np.testing.assert_allclose(lessons.points, 0.5, atol=0.01)
    np.testing.assert_allclose(lessons.limbs, np.broadcast_to([0, 0, 1], (2, 20, 3)), atol=1e-3)
    np.testing.assert_allclose(lessons.parts.astype(float).sum(axis=1), 1, atol=1e-2)
    with pytest.raises(ConfigError, match="none of the crops"):
        lessons_of(CROPS[1:2], look)


def test_a_stage_of_a_recipe_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(image: np.ndarray) -> Maps:
        looks.append(image)
        return look(image)

    monkeypatch.setattr(Predictor, "load", lambda *_: SimpleNamespace(look=counted))
    np.savez(tmp_path / "clip.npz", image=CROPS)
    takes = {"checkpoint": [tmp_path / "any"], "clips": [tmp_path]}
    bench = Bench(tmp_path / "stage", takes, "cpu", 1, cast(Any, None), {})
    assert [told.what for told in make(kinds.Lessons(), bench)] == ["crops"]
    assert len(looks) == len(ALL) * len(CROPS)
    assert len(Lessons.read(tmp_path / "stage" / "lessons.npz")) == 2


@pytest.fixture
def taught(setting: Any) -> dict[str, Any]:
    """Settings of a run that learns from lessons about noise."""
    rng, count = np.random.default_rng(1), 3
    likely, limbs = rng.random((count, 15, 48, 48)), rng.normal(size=(count, 20, 3))
    lessons = Lessons(
        rng.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8),
        rng.uniform(0.2, 0.8, (count, 21, 2)).astype(np.float32),
        np.ones((count, 21), np.float32),
        (limbs / np.linalg.norm(limbs, axis=-1, keepdims=True)).astype(np.float32),
        (likely / likely.sum(axis=1, keepdims=True)).astype(np.float16),
    )
    lessons.write(setting.tmp / "lessons.npz")
    return {"steps": 3, "lessons": str(setting.tmp / "lessons.npz"), "lessons_fraction": 0.5}


def test_a_run_learns_from_them_and_is_resumed_exactly(setting: Any, taught: dict[str, Any]) -> None:
    *events, whole = train(setting.config("whole", **taught))
    terms = [event.losses for event in events if isinstance(event, Step)]
    assert len(terms) == 3
    assert all(step[name] > 0 for step in terms for name in ("taught_heat", "taught_limbs", "taught_parts", "heat"))
    for event in train(parts := setting.config("parts", save_every_s=0.0, workers=1, **taught)):
        if isinstance(event, Saved) and event.step == 1:
            break  # killed after its first save
    *_, resumed = train(parts)
    one, other = (load_checkpoint(end.path).states["tail"] for end in (whole, resumed))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_run_goes_on_with_the_same_lessons_only(setting: Any, taught: dict[str, Any]) -> None:
    list(train(setting.config(**taught)))
    with pytest.raises(ConfigError, match=r"other unlabelled crops: lessons\.npz"):
        next(train(setting.config(**{**taught, "lessons": ""})))
    with pytest.raises(ConfigError, match="more than the whole batch"):
        setting.config(**taught, unlabelled=str(setting.crops), unlabelled_fraction=0.6)
