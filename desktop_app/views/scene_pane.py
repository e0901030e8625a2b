"""The 3D view, or a sentence where there is no OpenGL to draw it with."""

import logging
import os
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from core_model.colours import OTHER_RGB
from core_model.skeleton import JOINT
from desktop_app.session.resolve import Picture, Space
from desktop_app.session.state import Session
from desktop_app.views.beside_menu import BesideMenu
from desktop_app.views.cadence import Cadence
from desktop_app.views.keymap import keyed
from desktop_app.views.looks import looks_button
from desktop_app.views.pane import Pane, button, chip, sentence, swatch
from desktop_app.views.theme import DARK, Theme

if TYPE_CHECKING:
    from desktop_app.scenes.skeleton_scene import SkeletonScene

_FRUSTUM_SHARE = 0.22
"""The camera's picture hangs this far along the way from the camera to the person."""
_SHARE, _LEAST_S = 0.2, 0.04
"""Of the time while the clip plays, and how far apart the view is drawn then: without a GPU it is slow."""
NO_OPENGL = "The 3D view needs OpenGL, which this {where} does not give. Everything else works."


class ScenePane(Pane):
    """A vispy canvas with the skeleton, the floor and the camera."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._scene: SkeletonScene | None = None
        self._cadence = Cadence(_SHARE, _LEAST_S)
        self.problem = ""
        row = self.add_strip()
        row.addWidget(looks_button(self.look))
        self._surface = keyed(
            chip("Body", "A body's skin over the joints", lambda on: session.show(surface=on)), "surface"
        )
        self._follow = chip("Follow", "Keep the person in the middle", lambda on: session.show(follow=on))
        self._beside = BesideMenu(session)
        for widget in (self._surface, self._follow, self._beside.button):
            row.addWidget(widget)
        row.addStretch(1)
        self.take = [self._take_button(number) for number in range(2)]
        for button_ in self.take:
            row.addWidget(button_)
        self._theme = DARK
        self._shown: tuple[object, ...] = ()

    def start(self) -> None:
        """Make the canvas, once the window is there; anything that goes wrong becomes the pane's sentence."""
        try:
            _check_platform()
            from vispy import scene

            from desktop_app.scenes.skeleton_scene import SkeletonScene
            from desktop_app.views.scene_hand import SceneHand

            self._canvas = scene.SceneCanvas(app="pyside6", keys=None, parent=self)
            self._scene = SkeletonScene(self._canvas)
            self._canvas.native.setToolTip(
                "Drag to turn, Shift+drag to move, wheel to come closer; drag a joint to pull it along; "
                "click a limb to see it alone everywhere"
            )
            self._hand = SceneHand(self._canvas, self._scene, self._session)
            _stand_alone(self._canvas.native)
            self._canvas.native.installEventFilter(self)
            self.column.addWidget(self._canvas.native, 1)
            self.set_theme(self._theme)
        except Exception as error:
            logging.getLogger(__name__).info("no 3D view", exc_info=error)
            self.problem = str(error)
            self.column.addWidget(sentence(self.problem), 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """How long the canvas takes to be drawn says how often it may be."""
        if event.type() != QEvent.Type.Paint:
            return super().eventFilter(watched, event)
        with self._cadence.drawing():
            watched.event(event)
        return True

    def _take_button(self, number: int) -> QPushButton:
        made = button(
            f"Take {number + 1}",
            "The person takes this pose, which the camera would see the same; a click on it does it, too",
            lambda: self._session.take_other(number),
        )
        made.setIcon(swatch(OTHER_RGB[number]))
        return made

    def look(self, preset: str) -> None:
        """Look from one of the `views.looks.LOOKS`, with the person in the middle."""
        if self._scene:
            self._scene.look(preset)

    def set_theme(self, theme: Theme) -> None:
        """Colours of space and floor."""
        self._theme = theme
        if self._scene:
            self._scene.set_theme(theme.canvas, theme.border, theme.muted)
            self._shown = ()

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        display, space = picture.display, picture.space
        self._surface.setChecked(display.surface)
        self._beside.show_picture(picture)
        count = len(picture.beside.others.joints_m) if picture.beside.others else 0
        for number, made in enumerate(self.take):
            made.setVisible(number < count)
        self._follow.setChecked(display.follow)
        if self._scene is None:
            return
        frame = picture.frame if space else None
        key = (
            picture.prediction, picture.joints2d_px, picture.synthesis, picture.beside.trails, picture.beside.others,
            display, frame, bool(picture.edit),
        )  # fmt: skip
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        if picture.playback.playing and not self._cadence.due:
            return
        self._shown = key
        if space is None:
            self._scene.clear()
        else:
            self._draw(picture, space)
        self._hand.show(space, others_in(picture))

    def _draw(self, picture: Picture, space: Space) -> None:
        scene = self._scene
        assert scene is not None
        pelvis_m = space.joints_m[JOINT["pelvis"]]
        part = picture.display.isolated_part
        scene.set_skeleton(space.joints_m, part)
        scene.set_surface(space.joints_m if picture.display.surface else None, part)
        _draw_beside(scene, picture, space)
        lowest_m = float(space.joints_m[:, 1].max())
        scene.set_floor(lowest_m if space.floor_m is None else space.floor_m, pelvis_m)
        width, height = space.camera.frame_size_px
        half_width, half_height = width / 2 / space.camera.focal_px, height / 2 / space.camera.focal_px
        depth_m = float(space.camera.translation_m[2]) * _FRUSTUM_SHARE
        moved = bool(picture.edit.orbit)  # then the frame is not what this camera saw
        image = picture.frame.image if picture.frame and not moved else None
        scene.set_camera(space.camera_to_world, half_width, half_height, depth_m, image)
        scene.set_person(pelvis_m, picture.display.follow)


def others_in(picture: Picture) -> np.ndarray | None:
    """Poses that would look the same, where they stand in the scene: (n, 21, 3)."""
    if picture.beside.others is None or picture.space is None:
        return None
    world = picture.space.camera_to_world
    return picture.beside.others.joints_m @ world[:3, :3].T + world[:3, 3]  # type: ignore[no-any-return]


def _draw_beside(scene: "SkeletonScene", picture: Picture, space: Space) -> None:
    trails = picture.beside.trails
    scene.beside.set_skeletons(
        space.ghost_m if picture.display.ghost else None,
        (trails.ghosts_m, trails.ghost_nearness) if trails else None,
        others_in(picture),
    )
    if trails:
        scene.beside.set_paths(trails.joints, trails.paths_m, trails.nearness)
    else:
        scene.beside.clear_paths()


def _stand_alone(canvas: QWidget) -> None:
    """Give the canvas a window of its own inside the window, or else the whole window is put together by OpenGL.

    Where OpenGL is software, each change anywhere then costs as much as the whole window (17 ms for 1 here).
    """
    if QGuiApplication.platformName() == "xcb":
        canvas.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
        canvas.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)


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
