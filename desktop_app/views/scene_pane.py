"""The 3D view, or a sentence where there is no OpenGL to draw it with."""

import logging
import os
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from core_model.skeleton import JOINT
from desktop_app.session.resolve import Picture, Space
from desktop_app.session.state import Session
from desktop_app.views.pane import Pane, chip, sentence, tool
from desktop_app.views.theme import DARK, Theme

if TYPE_CHECKING:
    from desktop_app.scenes.skeleton_scene import SkeletonScene

_FRUSTUM_SHARE = 0.22
"""The camera's picture hangs this far along the way from the camera to the person."""
_PLAYING_INTERVAL_S = 0.04
"""Software OpenGL draws the whole window again with each change in 3D: 25 times a second are enough."""
_LOOKS = {
    "Front": "From where the clip's camera was",
    "Side": "From the right of the clip's camera",
    "Top": "From above",
    "Oblique": "From behind the clip's camera, aside",
    "Room": "Person and camera together",
}
NO_OPENGL = "The 3D view needs OpenGL, which this {where} does not give. Everything else works."


class ScenePane(Pane):
    """A vispy canvas with the skeleton, the floor and the camera."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._scene: SkeletonScene | None = None
        self.problem = ""
        row = self.add_strip()
        for preset, tip in _LOOKS.items():
            row.addWidget(tool(tip, partial(self._look, preset), preset))
        row.addStretch(1)
        self._ghost = chip("Ghost", "The prediction beside the edited skeleton", lambda on: session.show(ghost=on))
        self._follow = chip("Follow", "Keep the person in the middle", lambda on: session.show(follow=on))
        row.addWidget(self._ghost)
        row.addWidget(self._follow)
        self._start()
        self._theme = DARK
        self._shown: tuple[object, ...] = ()
        self._drawn_s = 0.0

    def _start(self) -> None:
        """Make the canvas; anything that goes wrong becomes the pane's sentence."""
        try:
            _check_platform()
            from vispy import scene

            from desktop_app.scenes.skeleton_scene import SkeletonScene
            from desktop_app.views.scene_hand import SceneHand

            self._canvas = scene.SceneCanvas(app="pyside6", keys=None, parent=self)
            self._scene = SkeletonScene(self._canvas)
            self._canvas.native.setToolTip(
                "Drag to turn, Shift+drag to move, wheel to come closer; drag a joint to pull it along"
            )
            self._hand = SceneHand(self._canvas, self._scene, self._session.grip)
            self.column.addWidget(self._canvas.native, 1)
        except Exception as error:
            logging.getLogger(__name__).info("no 3D view", exc_info=error)
            self.problem = str(error)
            self.column.addWidget(sentence(self.problem), 1)

    def _look(self, preset: str) -> None:
        if self._scene:
            self._scene.look(preset)

    def set_theme(self, theme: Theme) -> None:
        """Colours of space and floor."""
        if self._scene:
            self._scene.set_theme(theme.canvas, theme.border)
            self._shown = ()

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        display, space = picture.display, picture.space
        self._ghost.setChecked(display.ghost)
        self._follow.setChecked(display.follow)
        if self._scene is None:
            return
        frame = picture.frame if space else None
        key = (picture.prediction, picture.joints2d_px, picture.synthesis, display, frame, bool(picture.edit))
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        if picture.playback.playing and monotonic() - self._drawn_s < _PLAYING_INTERVAL_S:
            return
        self._shown, self._drawn_s = key, monotonic()
        if space is None:
            self._scene.clear()
        else:
            self._draw(picture, space)
        self._hand.show(space)

    def _draw(self, picture: Picture, space: Space) -> None:
        scene = self._scene
        assert scene is not None
        pelvis_m = space.joints_m[JOINT["pelvis"]]
        scene.set_skeleton(space.joints_m, space.ghost_m if picture.display.ghost else None)
        lowest_m = float(space.joints_m[:, 1].max())
        scene.set_floor(lowest_m if space.floor_m is None else space.floor_m, pelvis_m)
        width, height = space.camera.frame_size_px
        half_width, half_height = width / 2 / space.camera.focal_px, height / 2 / space.camera.focal_px
        depth_m = float(space.camera.translation_m[2]) * _FRUSTUM_SHARE
        moved = bool(picture.edit.orbit)  # then the frame is not what this camera saw
        image = picture.frame.image if picture.frame and not moved else None
        scene.set_camera(space.camera_to_world, half_width, half_height, depth_m, image)
        if picture.display.follow:
            scene.follow(pelvis_m)


def _check_platform() -> None:
    """Raise where a GL pane would stay black or take the process with it."""
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"):
        raise RuntimeError(NO_OPENGL.format(where="display"))
    if os.environ.get("PUPPETPOSE_NO_OPENGL"):
        raise RuntimeError("The 3D view was switched off by PUPPETPOSE_NO_OPENGL. Everything else works.")
    from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not (context.create() and context.makeCurrent(surface)):
        raise RuntimeError(NO_OPENGL.format(where="machine"))
    context.doneCurrent()
