"""What the network said of each frame of a clip; edits never touch it."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from core_model.prediction import Prediction
from core_model.seen import Seen, seen_of
from desktop_app.session.traces import Traces

UNKNOWN, PREDICTED, NOBODY = 0, 1, 2
KEEP = 400
"""Predictions kept whole, some 1 MB each; of all others 3 kB, from which they are made again."""


class Results:
    """Raw predictions by frame. `None` as a prediction means: looked at, nobody found.

    The `KEEP` used last are held; one that was dropped is made again from what was seen when its frame is shown.
    """

    def __init__(self, num_frames: int) -> None:
        self.state = np.zeros(num_frames, dtype=np.uint8)
        """(T,) UNKNOWN, PREDICTED or NOBODY."""
        self.version = 0
        """Grows with every change, so that a view knows when to draw the ranges again."""
        self._predictions: OrderedDict[int, Prediction] = OrderedDict()
        self._lowest_m: deque[float] = deque(maxlen=300)
        self.seen: dict[int, Seen] = {}
        """Of every frame with somebody, also of those that are no longer held."""
        self.traces = Traces(num_frames)
        """The same over time, as far as it is drawn."""
        self.analysed = 0
        """Frames that an analysis brought: worth keeping."""

    def put(self, index: int, prediction: Prediction | None) -> None:
        """Keep what is known of one frame; what was known before is replaced."""
        self.version += 1
        if prediction is None:
            self._predictions.pop(index, None)
            self.seen.pop(index, None)
            self.traces.put(index, None)
            self.state[index] = NOBODY
            return
        if index not in self.seen:
            self._lowest_m.append(float(prediction.joints3d_m[:, 1].max()))
        self.seen[index] = seen_of(prediction)
        self.traces.put(index, self.seen[index])
        self.state[index] = PREDICTED
        self.put_again(index, prediction)

    def put_again(self, index: int, prediction: Prediction) -> None:
        """Hold what was made again of what was seen: nothing else is new. Of a frame that was forgotten, nothing is."""
        if index not in self.seen:
            return
        self._predictions[index] = prediction
        self._predictions.move_to_end(index)
        if len(self._predictions) > KEEP:
            self._predictions.popitem(last=False)

    def remember(self, state: np.ndarray, seen: Mapping[int, Seen]) -> None:
        """Go on from what was kept: states (T,), and what was seen in the frames with somebody."""
        self.version += 1
        self.state[:], self.seen = state, dict(seen)
        for index, one in self.seen.items():
            self.traces.put(index, one)
        newest = islice(reversed(self.seen.values()), self._lowest_m.maxlen)  # an hour has 90,000 frames
        self._lowest_m.extend(float(one.joints3d_m[:, 1].max()) for one in newest)

    def restart(self, state: np.ndarray | None, seen: Mapping[int, Seen]) -> None:
        """Another network looks: what was seen goes, and what that one had seen before comes back."""
        self.forget(np.flatnonzero(self.state).tolist())
        self._lowest_m.clear()
        if state is not None:
            self.remember(state, seen)

    def get(self, index: int) -> Prediction | None:
        """The prediction of a frame, if it is held."""
        if index in self._predictions:
            self._predictions.move_to_end(index)
        return self._predictions.get(index)

    def forget(self, indices: Iterable[int]) -> None:
        """Frames are to be looked at anew."""
        self.version += 1
        for index in indices:
            self.state[index] = UNKNOWN
            self._predictions.pop(index, None)
            self.seen.pop(index, None)
            self.traces.put(index, None)

    def forget_images(self) -> None:
        """The pictures put together are no longer what the network would make."""
        self.version += 1
        for index, prediction in self._predictions.items():
            self._predictions[index] = replace(prediction, reconstruction=None)

    def held(self) -> list[tuple[int, Prediction]]:
        """All predictions that are held, by frame."""
        return sorted(self._predictions.items())

    def known(self, index: int) -> bool:
        """Whether there is nothing to compute: the prediction is held, or nobody was found."""
        return index in self._predictions or bool(self.state[index] == NOBODY)

    @property
    def count(self) -> int:
        """Frames looked at."""
        return int(np.count_nonzero(self.state))

    @property
    def floor_m(self) -> float | None:
        """Height (camera frame, y down) at which the person usually stands: the median of the lowest joints."""
        return float(np.median(self._lowest_m)) if self._lowest_m else None

    def missing_from(self, start: int) -> list[range]:
        """Runs of frames not yet looked at: from `start` to the end, then what lies before it.

        >>> results = Results(6)
        >>> results.put(4, None)
        >>> results.missing_from(3)
        [range(3, 4), range(5, 6), range(0, 3)]
        """
        runs: list[range] = []
        for low, high in ((start, len(self.state)), (0, start)):
            todo = np.flatnonzero(self.state[low:high] == UNKNOWN) + low
            pieces = np.split(todo, np.flatnonzero(np.diff(todo) > 1) + 1)
            runs.extend(range(int(run[0]), int(run[-1]) + 1) for run in pieces if len(run))
        return runs
