"""What a step minimises: groups of terms, each a function of what the networks see in a piece of a batch.

A new group is a function `Sight -> {term: scalar}`, a line in GROUPS, and a field a term in `config.LossWeights`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from core_model.data.batches import Batch, TaughtBatch, UnlabelledBatch
from core_model.networks.encoder import MAP_PX, EncoderMaps
from core_model.training import pose_losses as losses
from core_model.training.agreement import Lesson, make_lesson
from core_model.training.self_supervision import TERMS, Networks, PairTerms

Seer = Callable[[Tensor], EncoderMaps]
"""Images (B, 3, INPUT_PX, INPUT_PX) on any device -> float32 maps on the training device."""


@dataclass(frozen=True)
class Eyes:
    """The networks that look."""

    student: Seer
    adapting: Seer  # the student on unlabelled crops
    teacher: Seer
    device: torch.device
    pictures: Networks | None = None  # for terms of pairs


class Sight:
    """One piece of a batch and what the networks see in it. Each forward pass is made once, when it is asked for.

    `random` are the seeds of what is drawn in between.
    """

    def __init__(self, batch: Batch, eyes: Eyes, random: tuple[int, ...] = ()) -> None:
        self.batch, self.device = batch, eyes.device
        self._eyes, self._random = eyes, random

    @cached_property
    def rendered(self) -> EncoderMaps:
        """The student's maps of the rendered people."""
        return self._eyes.student(self.batch.rendered.image)

    @property
    def crops(self) -> UnlabelledBatch:
        """The unlabelled crops, for terms that need them."""
        if self.batch.unlabelled is None:
            raise ValueError("this batch has no unlabelled crops")
        return self.batch.unlabelled

    @cached_property
    def unlabelled(self) -> EncoderMaps:
        """The student's maps of the changed crops."""
        return self._eyes.adapting(self.crops.changed)

    @cached_property
    def lesson(self) -> Lesson:
        """What the teacher says of the plain crops, moved to where they are in the changed ones."""
        plain, half = self.crops.plain, len(self.crops.warps)
        with torch.no_grad():
            said = [m.cpu() for m in self._eyes.teacher(torch.cat([plain, plain.flip(-1)]))]
        return make_lesson(
            EncoderMaps(*(m[:half] for m in said)), EncoderMaps(*(m[half:] for m in said)), self.crops.warps
        )

    @property
    def lessons(self) -> TaughtBatch:
        """Crops with what careful looks said of them, for terms that need them."""
        if self.batch.taught is None:
            raise ValueError("this batch has no lessons")
        return self.batch.taught

    @cached_property
    def taught(self) -> EncoderMaps:
        """The student's maps of these."""
        return self._eyes.adapting(self.lessons.image)

    @cached_property
    def pairs(self) -> PairTerms:
        """The terms of the pairs of frames."""
        if self.batch.pairs is None or self._eyes.pictures is None:
            raise ValueError("this batch has no pairs of frames")
        return PairTerms(self.batch.pairs.to(self.device), self._eyes.pictures, np.random.default_rng(self._random))


@dataclass(frozen=True)
class Group:
    """Terms that are computed together, and left out together where all their weights are zero."""

    names: tuple[str, ...]
    terms: Callable[[Sight], dict[str, Tensor]]
    needs: Literal["rendered", "unlabelled", "pairs", "taught"] = "rendered"  # of a batch


def rendered_terms(sight: Sight) -> dict[str, Tensor]:
    """The renderer's labels."""
    maps, truth = sight.rendered, sight.batch.rendered
    points, weight, limbs, parts, shape = (
        t.to(sight.device) for t in (truth.points, truth.weight, truth.limbs, truth.parts, truth.shape)
    )
    target = losses.gaussian_maps(points, MAP_PX)
    return {
        "heat": losses.heat_loss(maps.heat, target, weight),
        "expectation": losses.expectation_loss(maps.heat, points, weight),
        "limbs": losses.limb_loss(_limbs(maps, target), limbs),
        "parts": losses.part_loss(maps.parts, parts),
        "shape": losses.shape_loss(maps.shape, shape),
    }


def _limbs(maps: EncoderMaps, target: Tensor) -> Tensor:
    """(B, 20, 3) limb vectors, pooled both where the joints are and where the network thinks they are."""
    where = (target + maps.heat.detach().flatten(2).softmax(-1).view_as(target)) / 2
    return losses.pooled_limbs(maps.limbs, where)


def taught_terms(sight: Sight) -> dict[str, Tensor]:
    """What careful looks said of unlabelled crops, as far as they were sure."""
    maps, lesson = sight.taught, sight.lessons
    points, weight, limbs, limbs_weight, parts = (
        t.to(sight.device) for t in (lesson.points, lesson.weight, lesson.limbs, lesson.limbs_weight, lesson.parts)
    )
    target = losses.gaussian_maps(points, MAP_PX)
    return {
        "taught_heat": losses.heat_loss(maps.heat, target, weight),
        "taught_expectation": losses.expectation_loss(maps.heat, points, weight),
        "taught_limbs": losses.limb_loss(_limbs(maps, target), limbs, limbs_weight),
        "taught_parts": losses.part_loss(maps.parts, parts),
    }


def agreement_terms(sight: Sight) -> dict[str, Tensor]:
    """The teacher's lesson on unlabelled crops."""
    maps, lesson = sight.unlabelled, sight.lesson
    target = losses.gaussian_maps(lesson.points.to(sight.device), MAP_PX)
    trusted, sure = lesson.trusted.to(sight.device), lesson.limbs_trusted.to(sight.device)
    vectors = losses.pooled_limbs(maps.limbs, target)
    return {
        "agreement": losses.agreement_loss(maps.heat, target, trusted),
        "agreement_limbs": losses.limb_loss(vectors, lesson.limbs.to(sight.device), sure),
    }


def pair_term(name: str) -> Group:
    """One term of pairs of frames: each is a group of its own, what they share is computed once all the same."""
    return Group((name,), lambda sight: {name: getattr(sight.pairs, name)()}, needs="pairs")


def critic_terms(sight: Sight) -> dict[str, Tensor]:
    """What teaches the critic behind `prior`, and nobody else."""
    return {"critic": sight.pairs.critic()}


GROUPS = (
    Group(("heat", "expectation", "limbs", "parts", "shape"), rendered_terms),
    Group(("agreement", "agreement_limbs"), agreement_terms, needs="unlabelled"),
    Group(("taught_heat", "taught_expectation", "taught_limbs", "taught_parts"), taught_terms, needs="taught"),
    *map(pair_term, TERMS),
    Group(("critic",), critic_terms, needs="pairs"),
)


def weighted_terms(sight: Sight, weights: Mapping[str, float]) -> dict[str, Tensor]:
    """All terms that count, each times its weight."""
    values: dict[str, Tensor] = {}
    for group in GROUPS:
        possible = getattr(sight.batch, group.needs) is not None
        if possible and any(weights[name] for name in group.names):
            values |= {name: weights[name] * value for name, value in group.terms(sight).items() if weights[name]}
    return values
