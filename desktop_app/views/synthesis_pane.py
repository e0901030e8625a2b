"""The image put together from the factors, beside its input, wiped over it, or the difference of the two."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout

from core_model.prediction import Synthesis
from desktop_app.session.display import Compare
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.crops import crop_seen
from desktop_app.views.image_tile import Drawing, ImageTile
from desktop_app.views.keymap import keyed
from desktop_app.views.overlays import draw_skeleton, isolate, stripes
from desktop_app.views.pane import Pane, caption, chip, yielding
from desktop_app.views.parts_pane import dress
from desktop_app.views.theme import Theme
from desktop_app.views.wipe import Wipe


class SynthesisPane(Pane):
    """Two tiles; the second follows every slider."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        row = self.add_strip()
        self._modes = {
            mode: keyed(chip(mode.value, tip, partial(self._compare, mode)), "difference")
            for mode, tip in (
                (Compare.SIDE_BY_SIDE, "The input beside the synthesized image"),
                (Compare.WIPE, "The input on the left of a line that the mouse drags, the image on its right"),
                (Compare.DIFFERENCE, "Where the synthesized image differs from the input: black is equal"),
            )
        }
        for button in self._modes.values():
            row.addWidget(button)
        self._skeleton = chip(
            "Skeleton", "The skeleton of the synthesized image, with the edits", self._toggle_skeleton
        )
        row.addWidget(self._skeleton)
        self._guessed = chip(
            "Guessed", "Stripes where the person is shown from a side that was never seen (G)", self._toggle_guessed
        )
        row.addWidget(self._guessed)
        self._timing = yielding(caption())
        self._timing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._timing, 1)
        self.input, self.output = ImageTile("Input"), ImageTile("Reconstruction")
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.input, 1)
        body.addWidget(self.output, 1)
        self.column.addLayout(body, 1)
        self.wipe = Wipe(self.output, lambda share: session.show(wipe=share))
        self._shown: tuple[object, ...] = ()

    def _compare(self, mode: Compare, _: bool) -> None:
        self._session.show(compare=mode)

    def _toggle_skeleton(self, on: bool) -> None:
        self._session.show(synthesis_skeleton=on)

    def _toggle_guessed(self, on: bool) -> None:
        self._session.show(guessed=on)

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        dress(self.input, theme)
        dress(self.output, theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        display, engine = picture.display, picture.engine
        for mode, button in self._modes.items():
            button.setChecked(mode is display.compare)
        self._skeleton.setChecked(display.synthesis_skeleton)
        self._guessed.setChecked(display.guessed)
        self._timing.setText("" if engine.synthesise_ms is None else f"{engine.synthesise_ms:.0f} ms")
        self._timing.setToolTip("What the network took to make the last image.")
        key = (picture.frame, picture.prediction, picture.synthesis, display, picture.edited, picture.hint)
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key
        self._show_input(picture)
        self._show_output(picture)

    def _show_input(self, picture: Picture) -> None:
        frame, prediction, display, synthesis = picture.frame, picture.prediction, picture.display, picture.synthesis
        crop = None if frame is None or prediction is None else crop_seen(frame, prediction)
        if crop is not None and synthesis is not None and display.compare is Compare.DIFFERENCE:
            difference = np.abs(crop.astype(np.int16) - synthesis.image).clip(0, 255).astype(np.uint8)
            text, hint = f"|Input − image|, mean {difference.mean() / 255:.1%}", ""
            image: np.ndarray | None = isolate(difference, synthesis.parts, display.isolated_part)
        else:
            text, hint, image = "Input crop", picture.hint, crop
            if crop is not None and prediction is not None:
                image = isolate(crop, prediction.parts, display.isolated_part)
        wiped = display.compare is Compare.WIPE and synthesis is not None
        self.input.setVisible(not wiped)
        self.wipe.show(image if wiped else None, display.wipe)
        self.input.show_image(image, key=image, caption=text, hint=hint)

    def _show_output(self, picture: Picture) -> None:
        synthesis, edited, display = picture.synthesis, picture.edited, picture.display
        text = "Novel image" if edited else "Reconstruction"
        image: np.ndarray | None = None
        drawings: list[Drawing] = [self.wipe.draw]
        if synthesis is not None:
            guessed = synthesis.guessed
            text += f" · {guessed.sum() / max((synthesis.mask >= 0.5).sum(), 1):.0%} guessed"
            image = isolate(synthesis.image, synthesis.parts, display.isolated_part)
            if display.guessed:
                image = stripes(image, guessed)
            if display.synthesis_skeleton:
                drawings.append(_skeleton_of(synthesis))
        if display.compare is Compare.WIPE:
            text = f"Input | {text}"
        hint = picture.hint or "Making the image ..."
        self.output.show_image(image, key=image, caption=text, accent=edited, hint=hint)
        self.output.draw(*drawings)


def _skeleton_of(synthesis: Synthesis) -> Drawing:
    """Its joints, in pixels of its own image."""
    box, size_px = synthesis.box_px, synthesis.image.shape[0]
    joints_px = (synthesis.joints2d_px - box[:2]) * (size_px / (box[2:] - box[:2]))

    def draw(painter: QPainter) -> None:
        draw_skeleton(painter, joints_px, width_px=2.5)

    return draw
