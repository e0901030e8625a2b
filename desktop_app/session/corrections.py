"""What a person sets right of what the network sees, frame by frame: where somebody is, and which side is left."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop_app.session.history import History, Step

if TYPE_CHECKING:
    from desktop_app.session.results import Results

Box = tuple[float, float, float, float]
"""x0 y0 x1 y1 of a square in pixels of the frame."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrected frames only."""

    crops_px: Mapping[int, Box] = field(default_factory=dict)
    exchanged: frozenset[int] = frozenset()  # left and right are the other way round

    def __bool__(self) -> bool:
        return bool(self.crops_px or self.exchanged)

    def within(self, count: int) -> "Corrections":
        """Those of the first `count` frames."""
        crops = {index: box for index, box in self.crops_px.items() if index < count}
        return Corrections(crops, frozenset(index for index in self.exchanged if index < count))

    def of(self, index: int) -> tuple[Box | None, bool]:
        """Crop, and whether sides are exchanged, of a frame."""
        return self.crops_px.get(index), index in self.exchanged


class Correcting:
    """Every change is a step of the history. What was seen of a corrected frame is forgotten, to be seen anew."""

    def __init__(self, history: History, results: "Results", changed: Callable[[], None]) -> None:
        self._history, self._results, self._changed = history, results, changed
        self.made = Corrections()

    def set_crop(self, index: int, box_px: Box | None) -> None:
        """Where the person is in a frame; None: where they are found."""
        crops = {i: box for i, box in self.made.crops_px.items() if i != index}
        after = replace(self.made, crops_px=crops if box_px is None else {**crops, index: box_px})
        self._change("crop", index, after)

    def exchange(self, indices: Iterable[int]) -> None:
        """Left and right change places in frames; where they had, they change back."""
        chosen = frozenset(indices)
        if chosen:
            after = replace(self.made, exchanged=self.made.exchanged ^ chosen)
            self._change("exchange of left and right", min(chosen), after)

    def put(self, after: Corrections) -> None:
        """Replace them, as undo and redo do."""
        before, self.made = self.made, after
        touched = {*before.crops_px, *after.crops_px, *before.exchanged, *after.exchanged}
        self._results.forget(index for index in touched if before.of(index) != after.of(index))
        self._changed()

    def _change(self, label: str, index: int, after: Corrections) -> None:
        if after != self.made:
            self._history.push(Step(label, index, self.made, after), merge=False)
            self.put(after)
