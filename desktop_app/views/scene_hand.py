"""The mouse in the 3D view: a drag that begins on a joint pulls it, any other turns the view."""

from typing import Any

import numpy as np

from desktop_app.scenes.skeleton_scene import SkeletonScene
from desktop_app.session.grip import Grip
from desktop_app.session.resolve import Space
from desktop_app.views.joint_handles import REACH_PX, nearest_joint


class SceneHand:
    """Listens to a canvas before its camera does."""

    def __init__(self, canvas: Any, scene: SkeletonScene, grip: Grip) -> None:
        self._scene, self._grip = scene, grip
        self._space: Space | None = None
        self._held: tuple[int, np.ndarray, np.ndarray] | None = None  # joint, where it was, and the mouse
        canvas.events.mouse_press.connect(self._pressed, position="first")
        canvas.events.mouse_move.connect(self._moved, position="first")
        canvas.events.mouse_release.connect(self._released, position="first")

    def show(self, space: Space | None) -> None:
        """What stands in the view now."""
        self._space = space
        if self._held is not None and space is not None:
            self._scene.ring(space.joints_m[self._held[0]])

    def _under(self, place_px: np.ndarray) -> int | None:
        if self._space is None:
            return None
        return nearest_joint(self._scene.on_canvas(self._space.joints_m), place_px, REACH_PX)

    def _pressed(self, event: Any) -> None:
        place_px = np.asarray(event.pos[:2], float)
        joint = self._under(place_px) if event.button == 1 else None
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
