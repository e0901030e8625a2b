"""One optimiser step over a batch that may be cut into pieces and shared among processes.

A step's loss is the mean over all pieces of all processes. What counts within a piece (batch norm, means over the
joints in sight) follows from how the batch is cut, not from which process computes a piece: two processes with a piece
each take the step that one process takes with two.
"""

import math

import torch
from torch import Tensor, nn

from core_model.data.batches import Batch
from core_model.errors import ConfigError, PuppetPoseError
from core_model.memory import memory_mb
from core_model.training.averaging import follow
from core_model.training.config import TrainConfig
from core_model.training.objective import Sight, weighted_terms
from core_model.training.recording import Recording, recordable
from core_model.training.run import Run


def advance(run: Run, batch: Batch) -> dict[str, float] | None:
    """Take one step; the terms of its loss. None, and nothing has changed, if the memory did not suffice.

    Raises ConfigError if the loss is no longer finite.
    """
    run.learner.train()
    terms = _replayed(run, batch) if recordable(run, batch) else _in_pieces(run, batch)
    if terms is None:
        return None
    norm = nn.utils.clip_grad_norm_(run.learner.parameters(), run.config.clip_norm)
    for group in run.optimiser.param_groups:
        group["lr"] = group["scale"] * learning_rate(run.step, run.config)
    run.optimiser.step()
    follow(run.average, run.learner, run.step + 1, run.config.ema)
    values = _told(run, terms, norm)  # the first to wait for the device: by then it has all of the step to do
    run.step, run.steps_here = run.step + 1, run.steps_here + 1
    return values


def _replayed(run: Run, batch: Batch) -> dict[str, Tensor] | None:
    """Gradients of the whole batch, as recorded before; the terms. None if the memory did not suffice to record it."""
    weights = run.config.losses.at(run.step)
    if run.recording is None or run.recording.weights != weights:
        run.recording = None
        run.recording = _recorded(run, batch, weights)
        if _anywhere(run, run.recording is None):
            run.recording = None
            _make_room(run)
            return None
    assert run.recording is not None
    terms = run.recording.replay(batch)
    _average(run, [*_gradients(run), *_statistics(run.learner)])
    return terms


def _recorded(run: Run, batch: Batch, weights: dict[str, float]) -> Recording | None:
    _make_room(run)  # a recording keeps memory of its own, beside what the steps before left behind
    try:
        return Recording(run, batch, weights)
    except torch.cuda.OutOfMemoryError:
        return None


def _make_room(run: Run) -> None:
    """Give back what no tensor has."""
    run.optimiser.zero_grad(set_to_none=True)
    if run.fabric.device.type == "cuda":
        torch.cuda.empty_cache()


def _in_pieces(run: Run, batch: Batch) -> dict[str, Tensor] | None:
    """Gradients of the batch, computed piece by piece; the terms. None if the memory did not suffice."""
    run.optimiser.zero_grad(set_to_none=True)
    statistics = NormStatistics(run.learner)
    terms = _pieces(run, batch, statistics)
    if _anywhere(run, terms is None):
        statistics.rewind()
        _make_room(run)
        return None
    statistics.settle()
    _average(run, [*_gradients(run), *_statistics(run.learner)])
    return terms


def _gradients(run: Run) -> list[Tensor]:
    return [p.grad for group in run.optimiser.param_groups for p in group["params"] if p.grad is not None]


def _statistics(network: nn.Module) -> list[Tensor]:
    """Batch norm's, without its counters."""
    return [buffer for buffer in network.buffers() if buffer.is_floating_point()]


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear warm-up, constant, then linearly down to a hundredth."""
    warm = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    start = config.decay_from * config.steps
    fall = max(0.0, (step - start) / max(config.steps - start, 1))
    return config.learning_rate * warm * max(1 - fall, 0.01)


def more_pieces(run: Run) -> int:
    """Cut batches into twice as many pieces. Raises PuppetPoseError where an image each is already too much."""
    pieces = 2 * run.pieces
    if any(count // run.fabric.world_size % pieces for count in run.config.counts()):
        raise PuppetPoseError(
            f"The memory of {run.fabric.device} is too small for a batch of {run.config.batch} in {run.pieces} pieces, "
            "and it cannot be halved again.",
            "Choose a smaller `batch`, or one that is a power of two.",
        )
    run.pieces = pieces
    return pieces


class NormStatistics:
    """Batch norm's running statistics over a step in pieces: each piece starts from the same, and the mean counts."""

    def __init__(self, network: nn.Module) -> None:
        self.buffers = list(network.buffers())
        self._before = [b.clone() for b in self.buffers]
        self._sums = [torch.zeros_like(b) for b in self.buffers]
        self._pieces = 0

    def rewind(self) -> None:
        """As they were before the step."""
        for buffer, before in zip(self.buffers, self._before, strict=True):
            buffer.copy_(before)

    def keep(self) -> None:
        """A piece was computed."""
        for total, buffer in zip(self._sums, self.buffers, strict=True):
            total += buffer
        self._pieces += 1

    def settle(self) -> None:
        """The mean over the pieces."""
        for buffer, total in zip(self.buffers, self._sums, strict=True):
            buffer.copy_(total / self._pieces)


def _pieces(run: Run, batch: Batch, statistics: NormStatistics) -> dict[str, Tensor] | None:
    """Gradients of all pieces, summed up; the mean of their terms. None if the memory did not suffice."""
    sums: dict[str, Tensor] = {}
    weights = run.config.losses.at(run.step)
    try:
        for number, piece in enumerate(batch.cut(run.pieces), run.fabric.global_rank * run.pieces):
            statistics.rewind()
            terms = weighted_terms(Sight(piece, run.eyes, (run.config.seed, run.step, number)), weights)
            if not terms:
                raise ConfigError(f"No term has a weight at step {run.step}.", "Raise one in the table [losses].")
            run.fabric.backward(torch.stack(list(terms.values())).sum() / run.pieces)
            statistics.keep()
            for name, value in terms.items():
                sums[name] = sums.get(name, 0) + value.detach() / run.pieces
    except torch.cuda.OutOfMemoryError:
        return None
    return sums


def _anywhere(run: Run, here: bool) -> bool:
    """Whether it is so in any process."""
    if run.fabric.world_size == 1:
        return here
    flag = torch.tensor(float(here), device=run.fabric.device)
    run.fabric.all_reduce(flag, reduce_op="sum")  # in place
    return bool(flag > 0)


def _average(run: Run, tensors: list[Tensor]) -> None:
    """Put the mean over all processes into the tensors."""
    if run.fabric.world_size > 1:
        mean = torch.cat([t.flatten() for t in tensors])
        run.fabric.all_reduce(mean, reduce_op="mean")  # in place
        for tensor, part in zip(tensors, mean.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))


def _told(run: Run, terms: dict[str, Tensor], norm: Tensor) -> dict[str, float]:
    """The terms' means over all processes, and their sum. Raises ConfigError where one is not finite."""
    stacked = torch.stack(list(terms.values()))
    _average(run, [stacked])
    *values, gradient = torch.cat([stacked, norm[None].to(stacked)]).tolist()
    told = dict(zip(terms, values, strict=True))
    bad = [name for name, value in {**told, "gradient": gradient}.items() if not math.isfinite(value)]
    if bad:
        raise ConfigError(
            f"The loss became infinite at step {run.step} ({', '.join(bad)}).",
            f"Lower the learning rate; the last good state is in {run.folder}.",
        )
    return told | {"total": sum(values)}


def memory_taken_mb(run: Run) -> float:
    """Memory of this process, or what it has of the GPU's."""
    if run.fabric.device.type == "cuda":
        return torch.cuda.max_memory_allocated(run.fabric.device) / 2**20
    return memory_mb() or 0.0
