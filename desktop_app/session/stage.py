"""The staging of the clip on show, how it is changed, and what there is to choose from."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core_model.skeleton import PARTS, SHAPE_GROUPS
from desktop_app.session.history import History, Step
from desktop_app.session.staging import OWN, Behind, Outfit, Staging

KEEP = 32
"""Clean places that are kept, 0.2 MB each."""


class Stage:
    """Every change is a step of the history and says `changed`."""

    def __init__(self, history: History, changed: Callable[[], None], outfits: tuple[Outfit, ...] = (OWN,)) -> None:
        self._history, self._changed = history, changed
        self.staging = Staging()
        self.outfits = outfits
        """What can be worn, this clip's own first."""
        self._clean: OrderedDict[int, np.ndarray] = OrderedDict()

    def put(self, staging: Staging) -> None:
        """Replace it, as undo and redo do."""
        self.staging = staging
        self._changed()

    def offer(self, outfit: Outfit) -> None:
        """One more thing to wear, in place of what had the same name."""
        self.outfits = (*(o for o in self.outfits if o.name != outfit.name), outfit)
        self._changed()

    def put_clean(self, index: int, crop: np.ndarray) -> None:
        """What other frames show behind the person in the crop (S, S, 3) of a frame."""
        self._clean[index] = crop
        if len(self._clean) > KEEP:
            self._clean.popitem(last=False)
        self._changed()

    def clean(self, index: int) -> np.ndarray | None:
        """That, if it is known."""
        return self._clean.get(index)

    def wear(self, outfit: Outfit) -> None:
        """Another appearance; parts that come from elsewhere stay."""
        self._change(f"appearance: {outfit.name}", replace(self.staging, outfit=outfit))

    def wear_alone(self, index: int, atlas: np.ndarray) -> None:
        """What one frame shows, (14, 4, *ATLAS_PX), and no other."""
        outfit = Outfit(f"Frame {index + 1} alone", atlas=atlas, lasting=False)
        self.offer(outfit)
        self.wear(outfit)

    def blend(self, other: Outfit) -> None:
        """What the appearance is blended with."""
        self._change(f"blend with {other.name}", replace(self.staging, other=other))

    def set_share(self, share: float, *, dragging: bool = False) -> None:
        """How much of it."""
        self._change("blend", replace(self.staging, share=min(max(share, 0.0), 1.0)), dragging)

    def wear_part(self, part: int, outfit: Outfit | None) -> None:
        """One part from elsewhere; None as the rest."""
        self._change(f"{PARTS[part].replace('_', ' ')}", self.staging.with_part(part, outfit))

    def reset_appearance(self) -> None:
        """What the clip shows."""
        self._change(
            "reset of the appearance", replace(self.staging, outfit=OWN, other=OWN, share=0.0, parts={})
        )  # fmt: skip

    def set_shape(self, group: int, value: float | None, *, dragging: bool = False) -> None:
        """Longer or shorter limbs; None as predicted."""
        name = SHAPE_GROUPS[group].replace("_", " ")
        self._change(f"{name} length", self.staging.with_shape(group, value), dragging)

    def take_shape(self, name: str, shape: np.ndarray) -> None:
        """The body (12,) of somebody else."""
        values = {group: float(np.clip(value, -1, 1)) for group, value in enumerate(shape)}
        self._change(f"body of {name}", replace(self.staging, shape=values))

    def reset_shape(self) -> None:
        """The body as predicted."""
        self._change("reset of the body", replace(self.staging, shape={}))

    def set_behind(self, behind: Behind) -> None:
        """Another background."""
        self._change(f"background: {behind.ground.value.lower()}", replace(self.staging, behind=behind))

    def reset(self) -> None:
        """All as the clip shows it."""
        self._change("reset of appearance, body and background", Staging())

    def _change(self, label: str, after: Staging, dragging: bool = False) -> None:
        if after == self.staging:
            return
        self._history.push(Step(label, None, self.staging, after), merge=dragging)
        self.put(after)
