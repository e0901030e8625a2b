"""The person, the floor and the camera in three dimensions.

Arrays come in the camera frame (x right, y down, z away); the scene's own axes are x right, y away, z up.
"""

from functools import lru_cache

import numpy as np
from vispy import scene
from vispy.visuals.transforms import MatrixTransform

from core_model.colours import JOINT_RGB, LIMB_PART, LIMB_RGB, PART_RGB
from core_model.mannequin import Mannequin
from core_model.skeleton import JOINT, LIMBS, NUM_JOINTS, PARTS
from desktop_app.scenes.beside import Beside, to_scene
from desktop_app.scenes.body_surface import BodySurface

PRESETS = {
    "Front": (0.0, 4.0, 4.5),
    "Back": (180.0, 4.0, 4.5),
    "Left": (-90.0, 4.0, 4.5),
    "Right": (90.0, 4.0, 4.5),
    "Top": (0.0, 89.0, 4.5),
    "Oblique": (32.0, 14.0, 4.5),
    "Room": (62.0, 20.0, 7.5),
}
"""Azimuth and elevation in degrees, distance in metres; from the front one stands where the camera of the clip is."""
_GRID_STEP_M, _GRID_HALF = 0.5, 6
_LABEL_PT = 7
_IMAGE_PX = 192
"""Longer side of the frame's picture in the camera."""


class SkeletonScene:
    """Nodes on a canvas; nothing is shown before the first `set_skeleton`."""

    def __init__(self, canvas: scene.SceneCanvas, background: str = "#101216", ink: str = "#3a414c") -> None:
        self._canvas, self.view = canvas, canvas.central_widget.add_view()
        self.view.camera = scene.TurntableCamera(fov=32, up="+z")
        self._centre: tuple[float, ...] = (0.0, 0.0, 0.0)
        self.look("Oblique")
        self.view.camera.depth_value = 1e3  # the canvas has 16 bits of depth only
        self._floor = scene.Line(parent=self.view.scene, connect="segments", method="gl", width=1)
        self._metres = scene.Text(parent=self.view.scene, font_size=_LABEL_PT, anchor_x="center")
        self.beside = Beside(self.view.scene)
        self._surface: tuple[Mannequin, BodySurface] | None = None  # made when it is first asked for
        self._body = scene.Markers(parent=self.view.scene, spherical=True, scaling="scene", light_color="white")
        self._ring = scene.Markers(parent=self.view.scene)
        self._ring.set_gl_state("translucent", depth_test=False)
        self._camera = scene.Line(parent=self.view.scene, connect="segments", method="gl", width=1.5)
        self._image = scene.Image(parent=self.view.scene, interpolation="linear")
        self._image.transform = MatrixTransform()
        self._image.order = -1  # behind all else: from the front one looks through it
        self._image.set_gl_state("translucent", depth_test=False)
        self._nodes = (
            self._floor, self._metres, *self.beside.nodes, self._body, self._ring, self._camera, self._image,
        )  # fmt: skip
        self.set_theme(background, ink)
        self.clear()

    def set_theme(self, background: str, ink: str, words: str = "#8d95a1") -> None:
        """Colours of the empty space, of the floor's lines and of what is written on it."""
        self._canvas.bgcolor = self.view.bgcolor = background
        self._ink, self._metres.color = ink, words
        self._floor_key: tuple[float, ...] | None = None

    def clear(self) -> None:
        """Nobody is there."""
        for node in self._nodes:
            node.visible = False
        self.set_surface(None)

    def look(self, preset: str) -> None:
        """Look at the person from one of the `PRESETS`."""
        camera = self.view.camera
        camera.azimuth, camera.elevation, camera.distance = PRESETS[preset]
        camera.center = self._centre

    def set_skeleton(self, joints_m: np.ndarray, part: int | None = None) -> None:
        """Joints (21, 3) in the camera frame, with solid limbs between them; with a part all others are grey."""
        self._body.set_data(_beads(joints_m), size=_BEAD_SIZES_M, face_color=_bead_rgba(part), edge_width=0)
        self._body.visible = True

    def set_surface(self, joints_m: np.ndarray | None, part: int | None = None) -> None:
        """A body's skin over joints (21, 3) instead of the solid limbs; with a part all others are grey."""
        if self._surface is not None:
            self._surface[1].visible = joints_m is not None
        if joints_m is None:
            return
        if self._surface is None:
            mannequin = Mannequin()
            self._surface = mannequin, BodySurface(mannequin.faces, parent=self.view.scene)
            self._coloured: object = self
        mannequin, node = self._surface
        surface = mannequin.posed(joints_m)
        node.set_surface(to_scene(surface.points_m), to_scene(surface.normals))
        if part != self._coloured:
            self._coloured = part
            node.set_colours(_skin(mannequin.part, part))
        self._body.visible = False

    def on_canvas(self, points_m: np.ndarray) -> np.ndarray:
        """Points (..., 3) of the camera frame -> (..., 2) pixels of the canvas."""
        mapped = self._body.get_transform("visual", "canvas").map(to_scene(points_m).reshape(-1, 3))
        return (mapped[:, :2] / mapped[:, 3:]).reshape(*points_m.shape[:-1], 2)  # type: ignore[no-any-return]

    def off_canvas(self, place_px: np.ndarray, beside_m: np.ndarray) -> np.ndarray:
        """The point (3,) of the camera frame at a pixel (2,) of the canvas, as deep in the view as another point."""
        transform = self._body.get_transform("visual", "canvas")
        depth = transform.map(to_scene(beside_m)[None])[0]
        x, away, up, w = transform.imap(np.array([*place_px, depth[2] / depth[3], 1.0]))[:4]
        return np.array([x, -up, away]) / w

    def hold(self, held: bool) -> None:
        """Whether the mouse leaves the view as it is."""
        self.view.camera.interactive = not held

    def ring(self, point_m: np.ndarray | None) -> None:
        """A ring about a point (3,) of the camera frame; None: none."""
        self._ring.visible = point_m is not None
        if point_m is not None:
            self._ring.set_data(
                to_scene(point_m)[None], size=20, face_color=(0, 0, 0, 0), edge_color="white", edge_width=2
            )

    def set_person(self, centre_m: np.ndarray, follow: bool) -> None:
        """Where the person is in the camera frame, and whether the view stays on them."""
        self._centre = tuple(float(v) for v in to_scene(np.asarray(centre_m)))
        if follow:
            self.view.camera.center = self._centre

    def set_floor(self, height_m: float, around_m: np.ndarray) -> None:
        """A grid at `y = height_m` of the camera frame, near a point."""
        x, _, z = (round(float(v) / _GRID_STEP_M) * _GRID_STEP_M for v in around_m)
        key = (x, z, round(height_m, 2))
        if key != self._floor_key:
            self._floor_key = key
            self._floor.set_data(pos=_grid(x, z, height_m), color=self._ink)
            self._metres.text, self._metres.pos = _scale(x, z, height_m)
        self._floor.visible = self._metres.visible = True

    def set_camera(
        self, to_world: np.ndarray, half_width: float, half_height: float, depth_m: float, image: np.ndarray | None
    ) -> None:
        """The camera of the clip as a frustum up to `depth_m`, with its frame in it.

        `to_world` (4, 4) carries its frame into the scene's camera frame; the halves are tangents of its view.
        """
        tip = np.zeros(3)
        x, y = half_width * depth_m, half_height * depth_m
        corners = np.array([[-x, -y, depth_m], [x, -y, depth_m], [x, y, depth_m], [-x, y, depth_m]])
        up = np.array([[-x / 3, -y * 1.08, depth_m], [x / 3, -y * 1.08, depth_m], [0, -y * 1.35, depth_m]])
        edges = [(tip, corner) for corner in corners]
        edges += [(corners[i], corners[(i + 1) % 4]) for i in range(4)] + [(up[i], up[(i + 1) % 3]) for i in range(3)]
        points = np.array(edges).reshape(-1, 3) @ to_world[:3, :3].T + to_world[:3, 3]
        self._camera.set_data(pos=to_scene(points), color=(0.98, 0.78, 0.36, 0.9))
        self._camera.visible = True
        self._image.visible = image is not None
        if image is not None:
            step = max(1, max(image.shape[:2]) // _IMAGE_PX)
            self._place_image(np.ascontiguousarray(image[::step, ::step]), to_world, corners)

    def _place_image(self, image: np.ndarray, to_world: np.ndarray, corners: np.ndarray) -> None:
        height, width = image.shape[:2]
        self._image.set_data(image)
        origin, right, down = corners[0], (corners[1] - corners[0]) / width, (corners[3] - corners[0]) / height
        axes = np.stack([right, down, np.cross(right, down), origin]) @ to_world[:3, :3].T
        axes[3] += to_world[:3, 3]
        matrix = np.eye(4)
        matrix[:4, :3] = to_scene(axes)
        self._image.transform.matrix = matrix


_BEADS = 26
"""Balls along a limb, so close that it looks solid: one draw call, lit, and cheap where a mesh is not."""
_SHARES = (np.arange(_BEADS) + 0.5) / _BEADS
_JOINT_SIZE_M, _LIMB_SIZE_M, _HEAD_SIZE_M = 0.078, 0.058, 0.18


def _bead_sizes_m() -> np.ndarray:
    """Diameters of all balls: joints first, then the limbs'."""
    sizes = np.concatenate([np.full(NUM_JOINTS, _JOINT_SIZE_M), np.full(len(LIMBS) * _BEADS, _LIMB_SIZE_M)])
    sizes[JOINT["head"]] = _HEAD_SIZE_M
    return sizes.astype(np.float32)


_BEAD_SIZES_M = _bead_sizes_m()


@lru_cache(maxsize=len(PARTS) + 1)
def _bead_rgba(chosen: int | None) -> np.ndarray:
    """In [0, 1], of all balls."""
    rgb = np.concatenate([JOINT_RGB, np.repeat(LIMB_RGB, _BEADS, axis=0)]) / 255
    if chosen is not None:
        parts = np.concatenate([[PARTS.index("torso")], LIMB_PART, np.repeat(LIMB_PART, _BEADS)])
        rgb[parts != chosen] = _OTHERS_GREY
    return np.concatenate([rgb, np.ones((len(rgb), 1))], axis=1).astype(np.float32)


def _beads(joints_m: np.ndarray) -> np.ndarray:
    """Where all balls are, scene axes."""
    ends = joints_m[LIMBS]
    along = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * _SHARES[None, :, None]
    return to_scene(np.concatenate([joints_m, along.reshape(-1, 3)]))


_SKIN_SHARE = 0.55
"""Of its part's colour in the skin; the rest is grey."""
_OTHERS_GREY = 0.35


def _skin(parts: np.ndarray, chosen: int | None) -> np.ndarray:
    """(V, 3) in [0, 1] of points with part indices (V,)."""
    share = np.where((parts == chosen) | (chosen is None), _SKIN_SHARE, 0.0)[:, None]
    return PART_RGB[parts] / 255 * share + 0.72 * (1 - share)  # type: ignore[no-any-return]


def _scale(x: float, z: float, height_m: float) -> tuple[list[str], np.ndarray]:
    """Every metre of two edges of the floor: what it is called, and where, scene axes. Metres from the camera."""
    reach = _GRID_HALF * _GRID_STEP_M
    across, away = (np.arange(np.ceil(v - reach), v + reach + 1e-6) for v in (x, z))
    places = [(v, height_m, z + reach + 0.2) for v in across] + [(x + reach + 0.2, height_m, v) for v in away]
    return [f"{v:.0f} m" for v in (*across, *away)], to_scene(np.array(places))


def _grid(x: float, z: float, height_m: float) -> np.ndarray:
    """Both ends of every line of the floor, scene axes."""
    reach, ticks = _GRID_HALF * _GRID_STEP_M, np.arange(-_GRID_HALF, _GRID_HALF + 1) * _GRID_STEP_M
    lines = [((x + t, height_m, z - reach), (x + t, height_m, z + reach)) for t in ticks]
    lines += [((x - reach, height_m, z + t), (x + reach, height_m, z + t)) for t in ticks]
    return to_scene(np.array(lines).reshape(-1, 3))
