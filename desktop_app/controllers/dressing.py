"""The factors on show, in what was chosen: whose appearance, which background. On the network's thread."""

from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from core_model.appearance import between, with_part
from core_model.prediction import CROP_PX, Factors, Prediction
from desktop_app.controllers.core import Arrays, Core, Wardrobe
from desktop_app.session.kept import Looks, no_looks
from desktop_app.session.playback import Clip
from desktop_app.session.staging import Behind, Ground, Outfit, Staging
from desktop_app.session.state import Session

_OFFERED = "frames"


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """All that is needed to dress the person on show, frozen."""

    index: int
    clip: Clip
    factors: Factors
    prediction: Prediction
    staging: Staging
    clean: np.ndarray | None  # (S, S, 3) what other frames show behind the person
    held: list[tuple[int, Prediction]]

    @classmethod
    def of(cls, session: Session) -> "Request | None":
        """None where nobody is on show."""
        frame, clip, prediction, factors = session.frame, session.clip, session.prediction, session.factors
        if frame is None or clip is None or prediction is None or factors is None:
            return None
        held = session.results.held()
        return cls(frame.index, clip, factors, prediction, session.stage.staging, session.clean, held)


@dataclass(eq=False, slots=True)
class Closet:
    """What there is of one clip."""

    kept: Looks = no_looks  # to begin with
    wardrobe: Wardrobe | None = None
    offered: set[int] = field(default_factory=set)  # frames


class Dresser:
    """Keeps what the frames of the clip show of the person; a person who is edited wears that, if nothing else."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._closets: WeakKeyDictionary[Clip, Closet] = WeakKeyDictionary()  # each as long as its clip
        self._lock = Lock()  # the wardrobe grows on the network's thread, and is saved on another
        self._fitted: tuple[Behind, tuple[int, int], np.ndarray] | None = None

    def dressed(self, request: Request) -> Factors:
        """The factors with the appearance and the background that they are to have."""
        with self._lock:
            return self._dressed(request, self._filled(request.clip, request.held))

    def restore(self, clip: Clip, looks: Looks) -> None:
        """Begin with the wardrobe that `arrays` gave before."""
        with self._lock:
            self._closets[clip] = Closet(looks)

    def arrays(self, clip: Clip, held: list[tuple[int, Prediction]]) -> Arrays | None:
        """The wardrobe of a clip and the frames that were offered to it, to be kept; None where there is nothing.

        On any thread.
        """
        with self._lock:
            closet = self._closets.setdefault(clip, Closet())
            if not held and closet.wardrobe is None:
                return closet.kept()
            wardrobe = self._filled(clip, held)
            return {**wardrobe.arrays(), _OFFERED: np.array(sorted(closet.offered), np.int64)}

    def _dressed(self, request: Request, wardrobe: Wardrobe) -> Factors:
        staging = request.staging

        def worn(outfit: Outfit) -> Factors:
            if outfit.atlas is not None:  # painted by hand: all of it is meant
                return request.factors.edited(near=None, atlas=outfit.atlas, known=None)
            if outfit.guest is not None:
                return outfit.guest.person.wardrobe.dressed(request.factors)  # type: ignore[attr-defined,no-any-return]
            return wardrobe.dressed(request.factors, request.prediction)

        dressed = worn(staging.outfit)
        if staging.share > 0:
            dressed = between(dressed, worn(staging.other), staging.share)
        for part, outfit in staging.parts.items():
            dressed = with_part(dressed, part, worn(outfit))
        return dressed.edited(background=self._background(request))

    def _background(self, request: Request) -> np.ndarray:
        """(S, S, 3) uint8."""
        behind, factors = request.staging.behind, request.factors
        if behind.ground is Ground.COLOUR:
            return np.full_like(factors.background, behind.rgb)
        if behind.ground is Ground.IMAGE and behind.image is not None:
            from core_model.geometry.crop import crop_image, filling

            size = factors.camera.frame_size_px  # images of a folder differ in it
            if self._fitted is None or self._fitted[:2] != (behind, size):
                self._fitted = behind, size, filling(behind.image, size)
            return crop_image(self._fitted[2], factors.box_px, CROP_PX)
        return factors.background if request.clean is None else request.clean

    def _filled(self, clip: Clip, held: list[tuple[int, Prediction]]) -> Wardrobe:
        """The clip's wardrobe with all predictions that are held."""
        closet = self._closets.setdefault(clip, Closet())
        if closet.wardrobe is None:
            kept = closet.kept() or {}
            closet.wardrobe = self._core.wardrobe({k: v for k, v in kept.items() if k != _OFFERED})
            closet.offered = set(kept[_OFFERED].tolist()) if kept else set()
        for index, prediction in held:
            if index not in closet.offered:
                closet.offered.add(index)
                closet.wardrobe.offer(prediction)
        return closet.wardrobe
