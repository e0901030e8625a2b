"""What exactly a figure is the figure of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from core_model.skeleton import JOINTS, LSP_14

if TYPE_CHECKING:
    from core_model.evaluation.datasets.sample import Sample

HUMAN36M_17 = JOINTS[:17]
"""The joints of Human3.6M in its order."""
COMMON_14 = LSP_14
"""Ankles, knees, hips, wrists, elbows, shoulders, base of the neck and top of the head."""

Alignment = Literal["root", "scale", "procrustes", "pixels"]
_ALIGNED = {
    "root": "3D, pelvis put on pelvis",
    "scale": "3D, pelvis put on pelvis and best scale",
    "procrustes": "3D, best rotation, scale and place (Procrustes)",
    "pixels": "2D in pixels, not aligned",
}


@dataclass(frozen=True, slots=True)
class Protocol:
    """Which images count, which joints, what is forgiven."""

    name: str
    scope: str  # people, actions or sequences, cameras
    joints: tuple[str, ...]  # our names
    alignment: Alignment
    stride: int = 1  # every so many frames of a sequence, from the first
    views: tuple[str, ...] = ()  # the cameras that count; none named: all
    universal: bool = False  # against the data set's universal skeleton instead of the person's own size
    oracle: bool = False  # each image takes the better of the prediction and of its mirrored labelling

    @property
    def title(self) -> str:
        """Everything that one must know to compare a figure."""
        words = [f"{self.name}: {self.scope}"]
        if self.stride > 1:
            words.append(f"every {self.stride}th frame")
        words += [f"{len(self.joints)} joints", _ALIGNED[self.alignment]]
        if self.universal:
            words.append("universal skeleton")
        words.append("WITH LEFT/RIGHT ORACLE" if self.oracle else "no left/right oracle")
        return "; ".join(words)

    def wants(self, sample: "Sample") -> bool:
        """Whether an image counts."""
        return sample.frame % self.stride == 0 and (not self.views or sample.view in self.views)


def with_oracle(protocols: Iterable[Protocol]) -> list[Protocol]:
    """Each protocol, followed by itself with the left/right oracle."""
    return [each for protocol in protocols for each in (protocol, replace(protocol, oracle=True))]
