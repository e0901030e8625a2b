"""Whoever reads back what was put in is right; whoever sees the poser in everybody's clothes recognises nobody."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core_model.evaluation.clip_table import transfer_lines
from core_model.evaluation.likeness import Judge
from core_model.evaluation.scenes import Scene
from core_model.evaluation.transfer import Sitter, atlas_distance, evaluate_transfer
from core_model.prediction import ATLAS_PX, Factors, Prediction, Synthesis
from tests.core_model.evaluation.clip_people import Guesser, clip, judge_at_random


class Honest(Guesser):
    """Reads back exactly what it has put together."""

    def synthesise(self, factors: Factors) -> Synthesis:
        self.last = factors
        return super().synthesise(factors)

    def predict(self, frame: np.ndarray, **options: Any) -> Prediction:
        found = super().predict(frame, **options)
        if not hasattr(self, "last"):
            return found
        return replace(found, factors=self.last, joints3d_m=super().synthesise(self.last).joints3d_m)


class Colourblind(Honest):
    """Reads everything as black, in any pose."""

    def predict(self, frame: np.ndarray, **options: Any) -> Prediction:
        black = np.zeros((14, 4, *ATLAS_PX), np.float32)
        black[:, 3] = 1
        found = Guesser.predict(self, frame, **options)
        return replace(found, factors=found.factors.edited(atlas=black))


@pytest.fixture(scope="module")
def sitters() -> list[Sitter]:
    """Three people, each of one colour."""
    found = []
    for i, name in enumerate(("dark", "grey", "light")):
        seen = clip()
        grey = np.full_like(seen.image, 40 + 80 * i)
        sitter = Sitter.of(name, Scene.of(replace(seen, image=grey), Guesser()))
        assert sitter is not None
        found.append(replace(sitter, poses=sitter.poses[:2]))
    return found


@pytest.fixture(scope="module")
def judge() -> Judge:
    return judge_at_random()


def test_reading_back_what_was_put_in_is_perfect(sitters: list[Sitter], judge: Judge) -> None:
    results = evaluate_transfer(sitters, Honest(), judge)
    assert results is not None
    assert results["people"] == 3
    assert results["across"]["pictures"] == 6 * 2
    assert results["across"]["pose_mean_mm"] == pytest.approx(0, abs=1e-3)
    assert results["across"]["recognised"] == 1
    assert results["across"]["colours_to_wearer"] < 0.01 < results["across"]["colours_to_poser"]
    assert results["across"]["features_to_wearer"] < results["across"]["features_to_poser"]
    assert results["taken_for"]["dark"] == {"dark": 4}
    assert any("100 % recognised" in line for line in transfer_lines(results))


def test_reading_nothing_back_is_chance(sitters: list[Sitter], judge: Judge) -> None:
    results = evaluate_transfer(sitters, Colourblind(), judge)
    assert results is not None
    assert results["across"]["recognised"] == pytest.approx(1 / 3)  # black is nearest to the dark one, always
    assert results["across"]["pose_median_mm"] > 50


def test_one_person_alone_is_not_measured(sitters: list[Sitter], judge: Judge) -> None:
    assert evaluate_transfer(sitters[:1], Honest(), judge) is None


def test_whose_frames_are_not_understood_is_left_out() -> None:
    class Unsure(Guesser):
        def predict(self, frame: np.ndarray, **options: Any) -> Prediction:
            return replace(super().predict(frame, **options), confidence=np.zeros(21))

    assert Sitter.of("nobody", Scene.of(clip(), Unsure())) is None


def test_only_texels_that_both_show_tell_two_atlases_apart() -> None:
    rng = np.random.default_rng(0)
    one = rng.random((14, 4, *ATLAS_PX)).astype(np.float32)
    other = one.copy()
    assert atlas_distance(one, other) == 0
    other[3, :3] = 1 - other[3, :3]
    assert atlas_distance(one, other) == pytest.approx(atlas_distance(other, one)) != 0
    other[3, 3] = 0
    assert atlas_distance(one, other) == 0
    other[:, 3] = 0
    assert atlas_distance(one, other) == np.inf
    black, white = np.zeros_like(one), np.ones_like(one)
    black[:, 3] = 1
    assert atlas_distance(black, white) == pytest.approx(1)
