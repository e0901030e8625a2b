"""The renderer of people: seeds in, pictures with exact labels out."""

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from core_model.data.people import compose, scene
from core_model.data.people.assets import Array, load_people, photographs
from core_model.data.people.body import Gesture, PosedBody
from core_model.data.people.gl import Order, Painter
from core_model.data.people.looks import Look, Wardrobe, place
from core_model.data.people.poses import PoseSource, load_source
from core_model.data.people.scene import View
from core_model.skeleton import BACKGROUND

Split = Literal["train", "held_out"]
OCCLUDED = 0.35
"""Share of pictures with things in front of the person."""
CROWDED = 0.1
"""Share of pictures with somebody else beside the person, behind or (of those with things in front) in front."""


@dataclass(frozen=True)
class Rendered:
    """One picture of a person and everything that is known of it.

    image, background: uint8 (S,S,3), RGB; the background is what stands behind the person, before blur and compression.
    joints2d_px (21,2) in crop pixels; joints3d_m (21,3) in the camera frame; joints_visible (21,) bool: inside the crop
    and not behind an object in front (the person's own body does not count). parts uint8 (S,S): index in
    skeleton.PARTS, 14 elsewhere. focal_px and principal_px (2,): the crop's own camera.
    """

    image: Array
    background: Array
    joints2d_px: Array
    joints3d_m: Array
    joints_visible: Array
    parts: Array
    focal_px: float
    principal_px: Array


@dataclass(frozen=True)
class Drawn:
    """A person alone, as drawn, and all that is known of them but what will hide them. Fields as in `Rendered`.

    drawn: uint8 (S,S,4), RGB, black where nothing is, and the part.
    """

    drawn: Array
    joints2d_px: Array
    joints3d_m: Array
    focal_px: float
    principal_px: Array


class PeopleRenderer:
    """Endless pictures of random people. Equal seeds give equal sequences. One per process (it owns a GL context).

    `split` "held_out" draws from other mocap subjects, bodies, skins and suits than "train".
    """

    def __init__(
        self,
        seed: int | list[int] = 0,
        size_px: int = 256,
        split: Literal["train", "held_out"] = "train",
        tiles: int = 1,
    ) -> None:
        if split not in ("train", "held_out"):
            raise ValueError(f"split must be 'train' or 'held_out', not {split!r}")
        self.rng = np.random.default_rng([*np.atleast_1d(seed).tolist(), split == "held_out"])
        self.size_px = size_px
        self.people = load_people()
        self.photos = photographs(split)
        self.wardrobe = Wardrobe(self.people, split)
        self.poses: PoseSource = load_source(split)
        self.painter = Painter(self.people, size_px, tiles)
        self._passer_by: Array | None = None

    def sample(self) -> Rendered:
        """One random person in one random picture."""
        look = self.wardrobe.draw(self.rng)
        background = self._background()
        return self._render(look, self.poses.draw(self.rng), background)

    def sample_pair(self) -> tuple[Rendered, Rendered]:
        """Two pictures of one person: same body, clothes and place, two poses and cameras."""
        look = self.wardrobe.draw(self.rng)
        background = self._background()
        first, second = self.poses.draw_pair(self.rng)
        return self._render(look, first, background), self._render(look, second, background)

    def draw_alone(self, count: int) -> list[Drawn]:
        """Random people alone, at most `tiles` of them: who learns from them puts them into pictures."""
        stood = [self._stand(self.wardrobe.draw(self.rng), self.poses.draw(self.rng)) for _ in range(count)]
        drawn = self.painter.paint_all([self._order(look, posed, view) for look, posed, view in stood])
        people = []
        for (_, posed, view), picture in zip(stood, drawn, strict=True):
            joints_m = posed.joints_m @ view.rotation.T + view.translation
            points = view.project(joints_m).astype(np.float32)
            principal = view.principal_px.astype(np.float32)
            people.append(Drawn(picture, points, joints_m.astype(np.float32), view.focal_px, principal))
        return people

    def _background(self) -> Array:
        """A photograph (S,S,3), sometimes with the last person drawn at one side of it."""
        background = compose.sample_background(self.rng, self.photos, self.size_px)
        if self._passer_by is not None and self.rng.random() < CROWDED:
            cv2.copyTo(*compose.beside(self.rng, self._passer_by), background)
        return background

    def _render(self, look: Look, joints_m: Array, background: Array) -> Rendered:
        rng = self.rng
        _, posed, view = self._stand(look, joints_m)
        image, parts = self._draw(look, posed, view, background)
        joints = posed.joints_m @ view.rotation.T + view.translation
        points = view.project(joints)
        seen = ((points >= 0) & (points < self.size_px)).all(axis=1)
        if rng.random() < OCCLUDED:
            if self._passer_by is not None and rng.random() < CROWDED:
                front, mask = compose.beside(rng, self._passer_by)
            else:
                front, mask = compose.sample_occluders(rng, self.photos, self.size_px)
            cv2.copyTo(front, mask, image)
            parts = np.where(mask > 0, np.uint8(BACKGROUND), parts)
            x, y = np.clip(points, 0, self.size_px - 1).astype(int).T
            seen = seen & (mask[y, x] == 0)
        return Rendered(
            image=compose.spoil(rng, image),
            background=background,
            joints2d_px=points.astype(np.float32),
            joints3d_m=joints.astype(np.float32),
            joints_visible=np.asarray(seen),
            parts=parts,
            focal_px=view.focal_px,
            principal_px=view.principal_px.astype(np.float32),
        )

    def _stand(self, look: Look, joints_m: Array) -> tuple[Look, PosedBody, View]:
        posed = look.body.pose(joints_m, sample_gesture(self.rng))
        return look, posed, scene.sample_view(self.rng, posed.joints_m, self.size_px)

    def _order(self, look: Look, posed: PosedBody, view: View) -> Order:
        """What the painter is to draw, in a random light."""
        pieces = place(self.people, look, posed, view.rotation, view.translation)
        camera = (view.focal_px, float(view.principal_px[0]), float(view.principal_px[1]))
        return pieces, camera, scene.sample_light(self.rng, view.up)

    def _draw(self, look: Look, posed: PosedBody, view: View, background: Array) -> tuple[Array, Array]:
        """The person over the background (S,S,3), soft at the edges, and the parts (S,S)."""
        drawn = self.painter.paint(*self._order(look, posed, view))
        self._passer_by = drawn
        parts = np.asarray(cv2.extractChannel(drawn, 3))
        alpha = np.asarray(cv2.threshold(parts, BACKGROUND - 1, 255, cv2.THRESH_BINARY_INV)[1])
        soft = self.rng.uniform(0.4, 0.8)
        colour = cv2.GaussianBlur(cv2.cvtColor(drawn, cv2.COLOR_RGBA2RGB), (3, 3), soft)
        return compose.put_over(
            background, np.asarray(colour), np.asarray(cv2.GaussianBlur(alpha, (3, 3), soft))
        ), parts


def sample_gesture(rng: np.random.Generator) -> Gesture:
    """Head, forearms and fingers, of which the joints say nothing."""
    left, right = rng.normal(0, math.radians(30), 2)
    return Gesture(float(rng.normal(0, 0.35)), (float(left), float(right)), float(rng.uniform(0, 1)))
