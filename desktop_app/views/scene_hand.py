"""The mouse in the 3D view: a drag that begins on a joint pulls it, any other turns the view. A click on a limb shows
its part alone everywhere, or takes the pose of another body there."""

from typing import Any

import numpy as np

from core_model.skeleton import LIMBS, PART_ANCHORS
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
        away = _away_px(self._scene.on_canvas(self._others_m)[:, LIMBS], place_px).min(axis=1)
        return int(away.argmin()) if away.min() <= _CLICK_PX else None

    def _part_under(self, place_px: np.ndarray) -> int | None:
        if self._space is None:
            return None
        away = _away_px(self._scene.on_canvas(self._space.joints_m)[PART_ANCHORS], place_px)
        return int(away.argmin()) if away.min() <= _CLICK_PX else None

    def _pressed(self, event: Any) -> None:
        place_px = np.asarray(event.pos[:2], float)
        joint = self._under(place_px) if event.button == 1 else None
        self._pressed_px = place_px if event.button == 1 else None
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
        if self._near(event):
            return
        self._pressed_px = None
        target_px = self._scene.on_canvas(from_m) + np.asarray(event.pos[:2], float) - from_px
        target_m = self._scene.off_canvas(target_px, from_m)
        turn, place_m = space.camera_to_world[:3, :3], space.camera_to_world[:3, 3]
        self._grip.pull(joint, (target_m - place_m) @ turn)

    def _near(self, event: Any) -> bool:
        """Whether the mouse is still where it went down."""
        moved_px = None if self._pressed_px is None else np.asarray(event.pos[:2], float) - self._pressed_px
        return moved_px is not None and bool(np.linalg.norm(moved_px) <= _CLICK_PX)

    def _released(self, event: Any) -> None:
        if self._held is not None:
            self._held = None
            self._scene.hold(False)
            self._scene.ring(None)
            self._grip.let_go()
        if self._near(event):
            self._clicked(np.asarray(event.pos[:2], float))
        self._pressed_px = None

    def _clicked(self, place_px: np.ndarray) -> None:
        session = self._session
        if (other := self._other_under(place_px)) is not None:
            session.take_other(other)
        elif (part := self._part_under(place_px)) is not None:
            session.show(isolated_part=None if part == session.display.isolated_part else part)


def _away_px(ends_px: np.ndarray, place_px: np.ndarray) -> np.ndarray:
    """How far lines between two ends (..., 2, 2) are from a place (2,)."""
    start, along = ends_px[..., 0, :], ends_px[..., 1, :] - ends_px[..., 0, :]
    share = ((place_px - start) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9)
    return np.asarray(np.linalg.norm(start + share.clip(0, 1)[..., None] * along - place_px, axis=-1))
