"""The mouse in the 3D view, on a canvas that only passes events on."""

from types import SimpleNamespace

import numpy as np
import pytest

from core_model.skeleton import JOINT, PART_ANCHORS, PARTS
from desktop_app.application import Studio
from desktop_app.views.scene_hand import SceneHand

SCALE_PX = 200.0


class Event:
    """Calls whoever listens."""

    def connect(self, call: object, position: str) -> None:
        """Remember it."""
        self.call = call


class FlatScene:
    """From the front, 200 pixels a metre."""

    held = False

    def on_canvas(self, points_m: np.ndarray) -> np.ndarray:
        """(..., 2)"""
        return np.asarray(points_m[..., :2] * SCALE_PX + 400)

    def off_canvas(self, place_px: np.ndarray, like_m: np.ndarray) -> np.ndarray:
        """(3,)"""
        return np.append((place_px - 400) / SCALE_PX, like_m[2])

    def ring(self, joint_m: np.ndarray | None) -> None:
        """Not drawn."""

    def hold(self, on: bool) -> None:
        """The camera is held."""
        self.held = on


class Mouse:
    """A hand on such a canvas."""

    def __init__(self, studio: Studio) -> None:
        self.session, self.scene = studio.session, FlatScene()
        self.events = SimpleNamespace(mouse_press=Event(), mouse_move=Event(), mouse_release=Event())
        self.hand = SceneHand(SimpleNamespace(events=self.events), self.scene, self.session)  # type: ignore[arg-type]
        self.joints_m = self.session.prediction.joints3d_m
        self.hand.show(SimpleNamespace(joints_m=self.joints_m, camera_to_world=np.eye(4)), None)  # type: ignore[arg-type]

    def drag(self, start: np.ndarray, end: np.ndarray) -> None:
        """With the left button."""
        self.events.mouse_press.call(SimpleNamespace(pos=start, button=1))
        self.events.mouse_move.call(SimpleNamespace(pos=end, button=1))
        self.events.mouse_release.call(SimpleNamespace(pos=end, button=1))

    def click(self, place: np.ndarray) -> None:
        """Without moving."""
        self.drag(place, place)


@pytest.fixture
def mouse(studio: Studio) -> Mouse:
    """Over the person on show."""
    return Mouse(studio)


@pytest.mark.parametrize("name", ["l_shin", "r_forearm", "torso"])
def test_a_click_on_a_limb_shows_its_part_alone_everywhere(mouse: Mouse, studio: Studio, qtbot, name: str) -> None:
    part = PARTS.index(name)
    middle = mouse.scene.on_canvas(mouse.joints_m[PART_ANCHORS[part]]).mean(axis=0)
    mouse.click(middle)
    assert studio.session.display.isolated_part == part
    pose, rows = studio.window.pose, studio.window.pose.rows
    qtbot.waitUntil(lambda: pose._part == part)
    marked = {limb for (limb, _), row in rows.items() if row.label.font().underline()}
    joints = {"l_shin": {"l_ankle"}, "r_forearm": {"r_wrist"}, "torso": {"spine", "thorax"}}[name]
    assert marked == {JOINT[joint] - 1 for joint in joints}
    mouse.click(middle)
    assert studio.session.display.isolated_part is None
    qtbot.waitUntil(lambda: not any(row.label.font().underline() for row in rows.values()))


def test_a_click_beside_everything_does_nothing(mouse: Mouse, studio: Studio) -> None:
    studio.session.show(isolated_part=3)
    mouse.click(np.array([5.0, 5.0]))
    assert studio.session.display.isolated_part == 3


def test_a_drag_of_a_joint_pulls_it_and_picks_nothing(mouse: Mouse, studio: Studio, qtbot) -> None:
    start = mouse.scene.on_canvas(mouse.joints_m[JOINT["l_wrist"]])
    mouse.drag(start, start + 30)
    assert not mouse.scene.held
    qtbot.waitUntil(lambda: bool(studio.session.edit))
    assert studio.session.display.isolated_part is None


def test_a_click_on_a_joint_edits_nothing(mouse: Mouse, studio: Studio) -> None:
    mouse.click(mouse.scene.on_canvas(mouse.joints_m[JOINT["l_wrist"]]))
    assert studio.session.grip.wish is None
    assert not studio.session.edit
