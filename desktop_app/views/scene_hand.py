"""The mouse in the 3D view: a drag that begins on a joint pulls it, any other turns the view; a click takes a pose."""

from typing import Any

import numpy as np

from core_model.skeleton import LIMBS
from desktop_app.scenes.skeleton_scene import SkeletonScene
from desktop_app.session.resolve import Space
from desktop_app.session.state import Session
from desktop_app.views.joint_handles import REACH_PX, nearest_joint

_CLICK_PX = 6
"""So far the mouse may move in a click, and so near a limb it has to be."""


class SceneHand:
    """Listens to a canvas before its camera does."""

    def __init__(self, canvas: Any, scene: SkeletonScene, session: Session) -> None:
        self._scene, self._session, self._grip = scene, session, session.grip
        self._space: Space | None = None
        self._others_m: np.ndarray | None = None
        self._pressed_px: np.ndarray | None = None  # where the mouse went down beside all joints
        self._held: tuple[int, np.ndarray, np.ndarray] | None = None  # joint, where it was, and the mouse
        canvas.events.mouse_press.connect(self._pressed, position="first")
        canvas.events.mouse_move.connect(self._moved, position="first")
        canvas.events.mouse_release.connect(self._released, position="first")

    def show(self, space: Space | None, others_m: np.ndarray | None) -> None:
        """What stands in the view now, and other poses (n, 21, 3) that can be taken."""
        self._space, self._others_m = space, others_m
        if self._held is not None and space is not None:
            self._scene.ring(space.joints_m[self._held[0]])

    def _under(self, place_px: np.ndarray) -> int | None:
        if self._space is None:
            return None
        return nearest_joint(self._scene.on_canvas(self._space.joints_m), place_px, REACH_PX)

    def _other_under(self, place_px: np.ndarray) -> int | None:
        """The other pose of which a limb is there."""
        if self._others_m is None or not len(self._others_m):
            return None
        ends = self._scene.on_canvas(self._others_m)[:, LIMBS]
        start, along = ends[:, :, 0], ends[:, :, 1] - ends[:, :, 0]
        share = ((place_px - start) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9)
        away = np.linalg.norm(start + share.clip(0, 1)[..., None] * along - place_px, axis=-1).min(axis=1)
        return int(away.argmin()) if away.min() <= _CLICK_PX else None

    def _pressed(self, event: Any) -> None:
        place_px = np.asarray(event.pos[:2], float)
        joint = self._under(place_px) if event.button == 1 else None
        self._pressed_px = place_px if joint is None and event.button == 1 else None
        if joint is None or self._space is None:
            return
        self._held = joint, self._space.joints_m[joint].copy(), place_px
        self._scene.hold(True)

    def _moved(self, event: Any) -> None:
        space = self._space
        if space is None:
            return
        if self._held is None:
            joint = None if event.button else self._under(np.asarray(event.pos[:2], float))
            self._scene.ring(None if joint is None else space.joints_m[joint])
            return
        joint, from_m, from_px = self._held
        target_px = self._scene.on_canvas(from_m) + np.asarray(event.pos[:2], float) - from_px
        target_m = self._scene.off_canvas(target_px, from_m)
        turn, place_m = space.camera_to_world[:3, :3], space.camera_to_world[:3, 3]
        self._grip.pull(joint, (target_m - place_m) @ turn)

    def _released(self, event: Any) -> None:
        if self._held is not None:
            self._held = None
            self._scene.hold(False)
            self._scene.ring(None)
            self._grip.let_go()
        elif self._pressed_px is not None:
            place_px = np.asarray(event.pos[:2], float)
            other = self._other_under(place_px)
            if other is not None and np.linalg.norm(place_px - self._pressed_px) <= _CLICK_PX:
                self._session.take_other(other)
