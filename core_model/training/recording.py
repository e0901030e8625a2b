"""A step's terms and gradients as one CUDA graph, recorded once and replayed: to launch its thousands of kernels one
by one takes the host longer than a GPU needs to compute them.

Only what is the same at every step can be replayed: a whole batch of rendered people, looked at by the whole network.
"""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core_model.data.batches import Batch, LabelledBatch
from core_model.training.objective import Sight, weighted_terms

if TYPE_CHECKING:
    from core_model.training.run import Run

USUAL_STEPS = 5
"""Taken before one is recorded: in them libraries choose their kernels, and memory is found to suffice or not."""


class Recording:
    """One step's work on the device. Before, no parameter may have a gradient: they lie where the graph puts them."""

    def __init__(self, run: "Run", batch: Batch, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self._batch = LabelledBatch(*(column.clone() for column in _columns(batch)))
        self._graph = torch.cuda.CUDAGraph()
        # a thread that makes batches meanwhile does what a recording forbids in its own thread
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            terms = weighted_terms(Sight(Batch(self._batch), run.eyes), weights)
            run.fabric.backward(torch.stack(list(terms.values())).sum())
        self._terms = {name: value.detach() for name, value in terms.items()}

    def replay(self, batch: Batch) -> dict[str, Tensor]:
        """Leave the gradients where the parameters have them; the terms, until the next replay."""
        for mine, new in zip(_columns(Batch(self._batch)), _columns(batch), strict=True):
            mine.copy_(new, non_blocking=True)
        self._graph.replay()
        return self._terms


def recordable(run: "Run", batch: Batch) -> bool:
    """Whether the next steps can be replays of one: not while weights rise or fall."""
    if run.config.losses.at(run.step) != run.config.losses.at(run.step + 1):
        return False
    alone = batch.unlabelled is batch.pairs is batch.taught is None and run.pieces == 1
    return alone and run.fabric.device.type == "cuda" and run.config.train_trunk and run.steps_here >= USUAL_STEPS


def _columns(batch: Batch) -> list[Tensor]:
    return [getattr(batch.rendered, field.name) for field in dataclasses.fields(batch.rendered)]
