"""Pairs of pictures of one person, to learn appearance from: rendered ones here, frames of videos in `unlabelled`."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from core_model.data.people import PeopleRenderer
from core_model.data.people.body import Gesture, PosedBody
from core_model.data.people.compose import put_over, sample_background
from core_model.data.people.looks import Look, place
from core_model.data.people.rotations import turn
from core_model.data.people.scene import View, sample_light, sample_view
from core_model.skeleton import BACKGROUND

NEAR_POSES = 0.5
"""Share of pairs whose poses follow each other in a recording; the others have nothing to do with each other."""
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
    depth_m: np.ndarray  # (21,)


class PairRenderer(PeopleRenderer):
    """Two clean pictures of one rendered person: same clothes, place and light; other pose, camera turned a little."""

    def draw_pair(self) -> tuple[Shot, Shot]:
        """The next pair."""
        rng = self.rng
        look = self.wardrobe.draw(rng)
        background = sample_background(rng, self.photos, self.size_px)
        first, second = self.poses.draw_pair(rng)
        if rng.random() > NEAR_POSES:
            second = self.poses.draw(rng)
        bodies = [look.body.pose(pose, self._gesture()) for pose in (first, second)]
        view = sample_view(rng, bodies[0].joints_m, self.size_px)
        light = sample_light(rng, view.up)
        turned = view.rotation @ turn(_UP, rng.normal() * YAW_RAD)
        other = _framed(rng, turned, view, bodies[1].joints_m, self.size_px)
        one, two = (self._shot(look, b, v, light, background) for b, v in zip(bodies, (view, other), strict=True))
        return one, two

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
        return Shot(image, background, alpha, parts, view.project(joints), joints[:, 2])


def _framed(rng: np.random.Generator, rotation: np.ndarray, view: View, joints_m: np.ndarray, size_px: int) -> View:
    """The camera of `view` turned to `rotation`, with a crop about another pose."""
    seen = joints_m @ rotation.T + view.translation
    seen[:, 2] = np.maximum(seen[:, 2], 0.5)
    points = seen[:, :2] / seen[:, 2:]
    low, high = points.min(axis=0), points.max(axis=0)
    focal = size_px / (float((high - low).max()) * 1.25 * math.exp(rng.normal(0, 0.08)))
    return View(rotation, view.translation, focal, size_px / 2 - focal * (low + high) / 2, view.up)
