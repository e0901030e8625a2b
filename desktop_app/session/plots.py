"""What is plotted, and the smoothed motion beside the raw one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core_model.channels import FIRST_CHOICE, Channel
from desktop_app.session.curves import Calm, Curves, curves_of
from desktop_app.session.edits import Edit
from desktop_app.session.playback import Clip
from desktop_app.session.traces import Traces


@dataclass(frozen=True, slots=True)
class Choice:
    """The switches of the plots."""

    channels: tuple[Channel, ...] = FIRST_CHOICE
    raw: bool = True
    smoothed: bool = True
    in_sight: bool = False  # nothing is computed while nobody looks


class Plots:
    """Holds the choice and the newest smoothed motion, and makes curves of them."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.choice = Choice()
        self.calm: Calm | None = None
        self._known: tuple[tuple[object, ...], Curves] | None = None

    def show(self, **switches: object) -> None:
        """Change switches."""
        choice = replace(self.choice, **switches)  # type: ignore[arg-type]
        if choice != self.choice:
            self.choice = choice
            self._changed()

    def choose(self, channel: Channel, on: bool) -> None:
        """Plot a channel, or no longer."""
        others = tuple(c for c in self.choice.channels if c != channel)
        self.show(channels=(*others, channel) if on else others)

    def put(self, calm: Calm) -> None:
        """The motion was smoothed."""
        self.calm = calm
        self._changed()

    def curves(self, traces: Traces, edits: Mapping[int, Edit], clip: Clip | None) -> Curves | None:
        """What is to be drawn; the same object until something changes in it. None while it is out of sight."""
        if clip is None or not self.choice.in_sight:
            return None
        calm = self.calm if self.calm and self.calm.source is traces and self.choice.smoothed else None
        key = (traces, traces.version, clip, calm, self.choice, tuple(edits.items()))
        if self._known is None or self._known[0] != key:
            self._known = (key, curves_of(traces, calm, edits, clip, self.choice.channels))
        return self._known[1]
