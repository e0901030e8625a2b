"""Pictures of the 3D scene, drawn without display; in a process of its own, for OpenGL is chosen once in a process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, sys
sys.path[:0] = [{root!r}, {here!r}]
import numpy as np, vispy
vispy.use("egl")
from vispy import scene
from core_model.colours import PART_RGB
from core_model.skeleton import PARTS
from desktop_app.scenes.skeleton_scene import SkeletonScene
from fake_predictor import body
from core_model.orbit import Orbit

canvas = scene.SceneCanvas(app="egl", size=(320, 240), show=False)
made = SkeletonScene(canvas)
made.look("Front")

def picture(lift):
    angles = np.zeros((20, 2))
    angles[11, 0] = lift
    joints = body(angles) @ Orbit(0, 0, 0, 1).rotation().T + [0, 0, 4]
    made.set_skeleton(joints)
    made.set_floor(0.9, joints[0])
    made.set_person(joints[0], True)
    return canvas.render()[..., :3].astype(int)

def where(image, part):
    colour = PART_RGB[PARTS.index(part)].astype(float)
    colour /= np.linalg.norm(colour)
    bright = np.linalg.norm(image, axis=2)
    found = (bright > 70) & ((image @ colour) > 0.985 * bright)
    y, x = np.nonzero(found)
    return [float(x.mean()), float(y.mean()), int(found.sum())] if found.any() else [0, 0, 0]

def gripped(joint=13):
    angles = np.zeros((20, 2))
    joints = body(angles) @ Orbit(0, 0, 0, 1).rotation().T + [0, 0, 4]
    seen_px = made.on_canvas(joints)
    again = made.off_canvas(seen_px[joint], joints[joint])
    aside = made.on_canvas(made.off_canvas(seen_px[joint] + [30, -20], joints[joint]))
    return [float(np.abs(again - joints[joint]).max()), (aside - seen_px[joint]).tolist(), seen_px[joint].tolist()]

def with_body(part=None):
    picture(0.8)
    angles = np.zeros((20, 2))
    joints = body(angles) @ Orbit(0, 0, 0, 1).rotation().T + [0, 0, 4]
    made.set_surface(joints, part)
    image = canvas.render()[..., :3].astype(int)
    made.set_surface(None)
    bright, coloured = image.max(axis=2) > 70, np.ptp(image, axis=2) > 20
    return [int((bright & coloured).sum()), int((bright & ~coloured).sum())]

def beside(**things):
    before = picture(0)
    made.beside.set_skeletons(**things)
    changed = int((np.abs(canvas.render()[..., :3].astype(int) - before).sum(axis=2) > 12).sum())
    made.beside.set_skeletons()
    return changed

def paths(known):
    before = picture(0)
    path = np.zeros((1, 5, 3)) + [0.6, 0, 4]
    path[0, :, 1] = np.linspace(-0.8, 0.8, 5)
    path[0, ~np.array(known, bool)] = np.nan
    made.beside.set_paths((20,), path, np.ones(5))
    changed = int((np.abs(canvas.render()[..., :3].astype(int) - before).sum(axis=2) > 12).sum())
    made.beside.clear_paths()
    return changed

one = body(np.zeros((20, 2))) @ Orbit(0, 0, 0, 1).rotation().T + [0.8, 0, 4]
def sides():
    seen = []
    for name in ("Front", "Back", "Left", "Right"):
        made.look(name)
        seen.append(made.on_canvas(one)[[12, 15], 0].tolist())
    made.look("Front")
    return seen

empty = canvas.render()[..., :3].astype(int)
down, up = picture(-0.8), picture(0.8)
print(json.dumps(dict(
    empty=int((np.abs(empty - np.median(empty, axis=(0, 1))).sum(axis=2) > 30)[1:-1, 1:-1].sum()),
    left_down=where(down, "l_hand"), left_up=where(up, "l_hand"),
    right_down=where(down, "r_hand"), right_up=where(up, "r_hand"), torso=where(up, "torso"), gripped=gripped(),
    body=with_body(), torso_only=with_body(1),
    near=beside(neighbours=(one[None], np.ones(1))), far=beside(neighbours=(one[None], np.zeros(1))),
    other=beside(others_m=one[None]), nothing=beside(),
    whole_path=paths([1, 1, 1, 1, 1]), broken_path=paths([1, 1, 0, 1, 1]), lone_points=paths([1, 0, 1, 0, 1]),
    sides=sides())))
"""


@pytest.fixture(scope="module")
def seen() -> dict:
    """Where the hands are in two pictures, x y in pixels and how many."""
    program = PROGRAM.format(root=str(ROOT), here=str(Path(__file__).parent))
    environment = {**os.environ, "EGL_PLATFORM": "surfaceless"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    if done.returncode and "EGL" in done.stderr and "desktop_app" not in done.stderr.rsplit("Error", 1)[0][-300:]:
        pytest.skip("no EGL on this machine")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_is_drawn_before_there_is_somebody(seen: dict) -> None:
    assert seen["empty"] == 0


def test_a_lifted_hand_goes_up_in_the_picture(seen: dict) -> None:
    assert seen["left_down"][2] > 10
    assert seen["left_up"][1] < seen["left_down"][1] - 20


def test_the_other_hand_stays(seen: dict) -> None:
    assert abs(seen["right_up"][0] - seen["right_down"][0]) < 2
    assert abs(seen["right_up"][1] - seen["right_down"][1]) < 2


def test_a_person_who_faces_the_camera_has_their_left_on_the_right(seen: dict) -> None:
    assert seen["left_down"][0] > seen["torso"][0] > seen["right_down"][0]


def test_a_place_on_the_canvas_is_found_again_in_space(seen: dict) -> None:
    off_m, moved_px, place_px = seen["gripped"]
    assert off_m < 1e-3
    assert moved_px == pytest.approx([30, -20], abs=0.5)
    assert 160 < place_px[0] < 320  # the left wrist of somebody who faces the camera


def test_the_skin_is_coloured_by_part_or_shows_one_part_alone(seen: dict) -> None:
    (coloured, _), (torso, grey) = seen["body"], seen["torso_only"]
    assert coloured > 2 * torso > 500
    assert grey > torso


def test_a_skeleton_beside_is_seen_and_the_farther_in_time_the_paler(seen: dict) -> None:
    assert seen["nothing"] == 0
    assert seen["near"] >= seen["far"] > 50
    assert seen["other"] > 50


def test_a_path_is_broken_where_nothing_is_known(seen: dict) -> None:
    assert seen["whole_path"] > 1.5 * seen["broken_path"] > 0
    assert seen["lone_points"] == 0


def test_front_and_back_left_and_right_are_opposite_views(seen: dict) -> None:
    front, back, left, right = (left_px - right_px for left_px, right_px in seen["sides"])
    assert front > 50 > -50 > back  # left elbow minus right elbow of somebody who faces the camera
    assert abs(left) < abs(front) / 2 > abs(right)
