"""What the benchmarks need of a predictor and of a renderer: any object that answers so can be measured."""

from typing import Protocol

from core_model.evaluation.metrics import Array
from core_model.prediction import Factors, Prediction, Synthesis


class PosePredictor(Protocol):
    """Answers like `core_model.predictor.Predictor`."""

    def predict(
        self, frame: Array, *, box_px: Array | None = None, focal_px: float | None = None, synthesise: bool = True
    ) -> Prediction:
        """All that is known of a frame (H, W, 3) uint8 RGB."""

    def synthesise(self, factors: Factors) -> Synthesis:
        """The image of edited factors."""


class RenderedPerson(Protocol):
    """Answers like `core_model.data.people.Rendered`: an image of S x S pixels and the truth about it."""

    @property
    def image(self) -> Array:
        """(S, S, 3) uint8 RGB."""

    @property
    def joints2d_px(self) -> Array:
        """(21, 2)."""

    @property
    def joints3d_m(self) -> Array:
        """(21, 3) in the camera frame."""

    @property
    def joints_visible(self) -> Array:
        """(21,) bool."""

    @property
    def parts(self) -> Array:
        """(S, S) uint8 index in skeleton.PARTS, 14 for the background."""

    @property
    def focal_px(self) -> float:
        """Of the camera, in pixels of the image."""

    @property
    def principal_px(self) -> Array:
        """(2,) where the camera's axis meets the image, in its pixels; it may lie outside."""


class People(Protocol):
    """Answers like `core_model.data.people.PeopleRenderer`."""

    def sample(self) -> RenderedPerson:
        """The next person."""
