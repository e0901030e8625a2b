"""What careful looks say of crops becomes lessons: by the command's function and as a stage of a recipe."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from core_model.data.lessons import Lessons
from core_model.errors import ConfigError
from core_model.networks.readout import Maps
from core_model.predictor import Predictor
from core_model.training.lessons import lessons_of
from core_model.training.recipe import kinds
from core_model.training.recipe.making import Bench, make
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
