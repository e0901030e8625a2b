"""Pictures of one person, to learn appearance from: rendered ones here, frames of videos in `unlabelled`."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from core_model.data.people.body import Gesture, PosedBody
from core_model.data.people.compose import put_over, sample_background
from core_model.data.people.looks import Look, place
from core_model.data.people.renderer import PeopleRenderer
from core_model.data.people.rotations import turn
from core_model.data.people.scene import View, sample_light, sample_view
from core_model.skeleton import BACKGROUND

NEAR_POSES = 0.5
"""Share of people whose first two poses follow each other in a recording; all others have nothing in common."""
YAW_RAD = 0.45
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a person and what is known of it. Sides S are those of the crop."""

    image: np.ndarray  # (S, S, 3) uint8
    background: np.ndarray | None  # (S, S, 3) uint8; None where it is not known
    mask: np.ndarray  # (S, S) uint8, 255 the person
    parts: np.ndarray  # (S, S) uint8 part index
    points_px: np.ndarray  # (21, 2)
    joints3d_m: np.ndarray  # (21, 3) camera frame
    sure: np.ndarray | None = None  # (S, S) bool where the mask is told by what is behind, not by a network; None: all

    @property
    def depth_m(self) -> np.ndarray:
        """(21,)"""
        return self.joints3d_m[:, 2]


class ShotRenderer(PeopleRenderer):
    """Clean pictures of one rendered person: same clothes, place and light; other poses, camera turned a little."""

    def draw_shots(self, count: int = 2) -> list[Shot]:
        """The next person, in `count` poses."""
        rng = self.rng
        look = self.wardrobe.draw(rng)
        background = sample_background(rng, self.photos, self.size_px)
        poses = list(self.poses.draw_pair(rng)) if rng.random() < NEAR_POSES else []
        poses = [*poses, *(self.poses.draw(rng) for _ in range(count))][:count]
        bodies = [look.body.pose(pose, self._gesture()) for pose in poses]
        view = sample_view(rng, bodies[0].joints_m, self.size_px)
        light = sample_light(rng, view.up)
        views = [view, *(self._turned(view, body) for body in bodies[1:])]
        return [self._shot(look, b, v, light, background) for b, v in zip(bodies, views, strict=True)]

    def _turned(self, view: View, body: PosedBody) -> View:
        rotation = view.rotation @ turn(_UP, self.rng.normal() * YAW_RAD)
        return _framed(self.rng, rotation, view, body.joints_m, self.size_px)

    def _gesture(self) -> Gesture:
        twist = self.rng.normal(0, math.radians(20), 2)
        return Gesture(float(self.rng.normal(0, 0.2)), (float(twist[0]), float(twist[1])), float(self.rng.uniform()))

    def _shot(self, look: Look, posed: PosedBody, view: View, light: dict[str, object], background: np.ndarray) -> Shot:
        pieces = place(self.people, look, posed, view.rotation, view.translation)
        camera = (view.focal_px, float(view.principal_px[0]), float(view.principal_px[1]))
        drawn = self.painter.paint(pieces, camera, light)
        parts = np.ascontiguousarray(drawn[..., 3])
        alpha = cv2.GaussianBlur(np.where(parts == BACKGROUND, 0, 255).astype(np.uint8), (3, 3), 0.6)
        colour = cv2.GaussianBlur(np.ascontiguousarray(drawn[..., :3]), (3, 3), 0.6)
        joints = posed.joints_m @ view.rotation.T + view.translation
        image = put_over(background, colour, alpha)
        return Shot(image, background, alpha, parts, view.project(joints), joints)


def _framed(rng: np.random.Generator, rotation: np.ndarray, view: View, joints_m: np.ndarray, size_px: int) -> View:
    """The camera of `view` turned to `rotation`, with a crop about another pose."""
    seen = joints_m @ rotation.T + view.translation
    seen[:, 2] = np.maximum(seen[:, 2], 0.5)
    points = seen[:, :2] / seen[:, 2:]
    low, high = points.min(axis=0), points.max(axis=0)
    focal = size_px / (float((high - low).max()) * 1.25 * math.exp(rng.normal(0, 0.08)))
    return View(rotation, view.translation, focal, size_px / 2 - focal * (low + high) / 2, view.up)
