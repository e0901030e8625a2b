"""Pictures that go out and come in: texture sheets, backgrounds, the frame with the synthesized person in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core_model.prediction import CROP_PX, Prediction
from desktop_app.controllers.core import Backdrop, Core
from desktop_app.controllers.network import Network
from desktop_app.controllers.place import FRAME, CleanPlace
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.curves import columns_of
from desktop_app.session.playback import Frame
from desktop_app.session.resolve import resolve
from desktop_app.session.staging import Behind, Ground, Moves, Outfit, Pose
from desktop_app.session.state import Session

SAVE_SHEET, LOAD_SHEET, LOAD_IMAGE, DRAW_POSE, LOAD_MOVES, SAVE_CURVES = range(6)


class Files:
    """On a thread of their own, but for what needs the clean place; what cannot be read or written is said."""

    def __init__(
        self, session: Session, network: Network, worker: Worker, library: Worker, place: CleanPlace, core: Core
    ) -> None:
        self._session, self._network, self._place, self._core = session, network, place, core
        self._worker, self._library = worker, library

    def save_sheet(self, path: Path) -> None:
        """The appearance of the person on show."""
        atlas = resolve(self._session).atlas
        if atlas is not None:

            def save() -> None:
                from core_model.export.texture_sheet import write_sheet

                write_sheet(path, atlas)

            self._ask(self._worker, SAVE_SHEET, "Saving the sheet", save, self._saved(path))

    def save_curves(self, path: Path) -> None:
        """What is plotted, as a table."""
        if curves := resolve(self._session).curves:

            def save() -> None:
                from core_model.export.table import write_table

                write_table(path, columns_of(curves))

            self._ask(self._worker, SAVE_CURVES, "Saving the curves", save, self._saved(path))

    def load_sheet(self, path: Path) -> None:
        """Wear an edited sheet."""

        def load() -> np.ndarray:
            from core_model.export.texture_sheet import read_sheet

            return read_sheet(path)

        def worn(atlas: Any) -> None:
            outfit = Outfit(path.name, atlas=atlas)
            self._session.stage.offer(outfit)
            self._session.stage.wear(outfit)

        self._ask(self._worker, LOAD_SHEET, "Reading the sheet", load, self._here(worn))

    def load_background(self, path: Path) -> None:
        """Stand before an image."""

        def load() -> np.ndarray:
            from core_model.data.images import read_image

            return read_image(path)

        def put(image: Any) -> None:
            self._session.stage.set_behind(Behind(Ground.IMAGE, image=image, name=path.name))

        self._ask(self._worker, LOAD_IMAGE, "Reading the image", load, self._here(put))

    def random_pose(self) -> None:
        """Take on a recorded pose."""
        self._ask(
            self._worker,
            DRAW_POSE,
            "Drawing a pose",
            self._core.random_pose,
            self._here(lambda found: self._session.take_pose(Pose(*found))),
        )

    def load_moves(self, path: Path) -> None:
        """A motion file to take poses from."""

        def put(loaded: Any) -> None:
            self._session.add_moves(Moves(path.name, *loaded))

        self._ask(self._worker, LOAD_MOVES, "Reading the motion", lambda: self._core.load_moves(path), put)

    def save_frame(self, path: Path) -> None:
        """The whole frame, in its full size, with the person on show in it."""
        session, picture, backdrop = self._session, resolve(self._session), self._place.backdrop
        frame, prediction, synthesis = session.frame, session.prediction, picture.synthesis
        predictor, factors = self._network.predictor, picture.factors
        if frame is None or prediction is None or synthesis is None or factors is None or predictor is None:
            return
        behind, answer = session.stage.staging.behind, session.synthesised
        worn = answer.worn if answer and answer.worn and answer.synthesis is synthesis else factors

        def save() -> None:
            from core_model.export.images import write_png
            from core_model.geometry.crop import crop_image
            from core_model.recombination import put_into_frame, whole_box

            place, box_px = _place(frame, prediction, behind, backdrop), whole_box(synthesis)
            background = crop_image(place, box_px, CROP_PX)
            made = predictor.synthesise(worn.edited(box_px=box_px, background=background))
            write_png(path, put_into_frame(place, made, frame.image))

        self._ask(self._library, FRAME, "Saving the frame", save, self._saved(path))

    def _ask(self, worker: Worker, slot: int, doing: str, call: Callable[[], Any], then: Callable[[Any], None]) -> None:
        def failed(failure: Failure) -> None:
            self._session.report(Problem.of(failure.error, doing, failure.details))

        worker.ask(slot, call, then, failed)

    def _here(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        """What was asked for in one clip changes no other."""
        clip = self._session.clip
        return lambda answer: then(answer) if self._session.clip is clip else None

    def _saved(self, path: Path) -> Callable[[Any], None]:
        """The file is where it was asked for: that is said in the log only."""
        return lambda _: self._session.note(f"Saved {path}.")


def _place(frame: Frame, prediction: Prediction, behind: Behind, backdrop: Backdrop | None) -> np.ndarray:
    """The frame (H, W, 3) without anybody."""
    from core_model.geometry.crop import filling
    from core_model.recombination import without_person

    if behind.ground is Ground.COLOUR:
        return np.full_like(frame.image, behind.rgb)
    if behind.ground is Ground.IMAGE and behind.image is not None:
        return filling(behind.image, (frame.image.shape[1], frame.image.shape[0]))
    if behind.ground is Ground.CLEAN and backdrop is not None:
        return backdrop.full(frame.index)[0]
    return without_person(frame.image, prediction)
