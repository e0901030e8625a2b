"""Batches made by a thread while the steps before learn; on a GPU in a stream of its own."""

import contextlib
import dataclasses
import queue
import threading
from collections.abc import Callable, Generator

import torch

from core_model.data.batches import Batch

_READY = 2
"""Batches that wait to be learnt from."""
_LOOKED_S = 0.1
"""How often a thread that may not go on looks whether it is to end."""

Maker = Callable[[Callable[[], bool]], Generator[Batch]]
"""Makes batches; asks the function that it is given whether it is to leave off waiting for people."""


def ahead(maker: Maker, device: torch.device) -> Generator[Batch]:
    """The batches of a maker in their order, what it raises included. To close this ends the thread."""
    thread = _Thread(maker, device)
    thread.start()
    try:
        while (made := thread.ready.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            batch, event = made
            if event is not None:
                _belongs_to(batch, torch.cuda.current_stream(device), event)
            yield batch
    finally:
        thread.over.set()
        thread.join()


class _Thread(threading.Thread):
    def __init__(self, maker: Maker, device: torch.device) -> None:
        super().__init__(name="batches", daemon=True)
        self.ready: queue.Queue[tuple[Batch, torch.cuda.Event | None] | BaseException | None] = queue.Queue(_READY)
        self.over, self._maker, self._device = threading.Event(), maker, device

    def run(self) -> None:
        stream = torch.cuda.Stream(self._device) if self._device.type == "cuda" else None
        try:
            with torch.cuda.stream(stream), contextlib.closing(self._maker(self.over.is_set)) as batches:
                for batch in batches:
                    if not self._put((batch, stream.record_event() if stream else None)):
                        return
            self._put(None)
        except BaseException as error:
            self._put(error)

    def _put(self, made: tuple[Batch, torch.cuda.Event | None] | BaseException | None) -> bool:
        """Whether anybody still wants it."""
        while not self.over.is_set():
            with contextlib.suppress(queue.Full):
                self.ready.put(made, timeout=_LOOKED_S)
                return True
        return False


def _belongs_to(batch: Batch, stream: torch.cuda.Stream, made: torch.cuda.Event) -> None:
    """What `stream` does from now on waits until the batch is made, and its memory is kept until that is done."""
    stream.wait_event(made)
    for field in dataclasses.fields(batch.rendered):
        getattr(batch.rendered, field.name).record_stream(stream)
