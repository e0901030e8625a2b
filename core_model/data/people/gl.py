"""The drawing: one OpenGL pass gives colour and part index. Runs without a display and without a GPU (EGL, Mesa)."""

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core_model.data.people.assets import Array, Mesh, People
from core_model.data.people.shaders import features, sources
from core_model.errors import PuppetPoseError
from core_model.skeleton import BACKGROUND

_CULL_FACE = 4  # moderngl.CULL_FACE, which is imported late
_TWO_SIDED = ("afro01", "bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short02", "short03", "short04")


Order = tuple["list[Piece]", tuple[float, float, float], dict[str, object]]
"""What `Painter.paint` is given for one picture."""


@dataclass
class Piece:
    """One mesh to draw: points and normals (V,3) in the camera frame, a texture layer, the shader's settings."""

    mesh: Mesh
    points: Array
    normals: Array
    layer: int
    settings: dict[str, object] = field(default_factory=dict)
    hidden: Array | None = None


class Painter:
    """Draws pieces into `size_px` squares. One per process: OpenGL contexts do not survive a fork.

    `tiles` pictures can be drawn before any is read back: a GPU shared with training changes hands less often.
    """

    def __init__(self, people: People, size_px: int, tiles: int = 1) -> None:
        os.environ.setdefault("LP_NUM_THREADS", "0")
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        try:
            import moderngl

            self.gl = moderngl.create_standalone_context(backend="egl")  # type: ignore[arg-type]
        except Exception as error:
            todo = "Install it: apt install libegl1 libgl1-mesa-dri, pip install 'puppetpose[train]'."
            raise PuppetPoseError(f"OpenGL without a display (EGL) is not available: {error}.", todo) from error
        self.size_px, self.tiles = size_px, tiles
        layers, height, width = people.atlas.shape[:3]
        self.atlas = self.gl.texture_array((width, height, layers), 4, np.ascontiguousarray(people.atlas))
        self.atlas.build_mipmaps()
        self.atlas.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self.atlas.use(0)
        area = (size_px, size_px * tiles)
        self.target = self.gl.framebuffer([self.gl.texture(area, 4)], self.gl.depth_renderbuffer(area))
        self.gl.enable(moderngl.DEPTH_TEST)
        self.gl.front_face = "cw"  # the y axis points down
        self._programs: dict[tuple[str, ...], Any] = {}
        self._buffers: dict[str, Any] = {}
        self._arrays: dict[tuple[str, tuple[str, ...]], Any] = {}
        self._last: dict[tuple[tuple[str, ...], str], object] = {}

    def _array(self, mesh: Mesh, wanted: tuple[str, ...]) -> Any:
        """The vertex array of a mesh for one set of features, made on first use."""
        if wanted not in self._programs:
            self._programs[wanted] = self.gl.program(*sources(wanted))
        if mesh.name not in self._buffers:
            self._buffers[mesh.name] = self._fill(mesh)
        if (mesh.name, wanted) not in self._arrays:
            layout, _, index = self._buffers[mesh.name]
            self._arrays[mesh.name, wanted] = self.gl.vertex_array(
                self._programs[wanted], layout, index, skip_errors=True
            )
        return self._arrays[mesh.name, wanted]

    def _fill(self, mesh: Mesh) -> tuple[list[tuple[Any, ...]], Any, Any]:
        corner = mesh.corner
        rest, normal = mesh.points.mean[corner], mesh.normals[corner]
        floats = np.concatenate([mesh.uv, rest, normal, mesh.along[corner]], axis=1).astype(np.float32)
        moving = self.gl.buffer(reserve=len(corner) * 24, dynamic=True)
        layout = [
            (self.gl.buffer(floats), "2f 3f 3f 2f", "uv", "rest", "rest_normal", "along"),
            (self.gl.buffer(mesh.part[corner].astype(np.int32)), "1i", "part"),
            (moving, "3f 3f", "position", "normal"),
        ]
        return layout, moving, self.gl.buffer(mesh.faces.astype(np.int32), dynamic=True)

    def paint(self, pieces: list[Piece], camera: tuple[float, float, float], light: dict[str, object]) -> Array:
        """Draw; RGBA uint8 (S,S,4) whose alpha is the part index (BACKGROUND where nothing is).

        `camera`: focal length and principal point in pixels of this target.
        """
        return self.paint_all([(pieces, camera, light)])[0]

    def paint_all(self, orders: list[Order]) -> Array:
        """Up to `tiles` pictures (N,S,S,4), as `paint` makes them."""
        size = self.size_px
        out = np.empty((len(orders), size, size, 4), np.uint8)
        with self.gl:  # another painter may have made its own context the current one
            self.target.use()
            self.target.clear(0.0, 0.0, 0.0, BACKGROUND / 255.0, depth=1.0)
            for tile, (pieces, camera, light) in enumerate(orders):
                self.target.viewport = (0, tile * size, size, size)
                for piece in pieces:
                    self._draw(piece, self._seen_from(camera) | light)
            self.target.read_into(out, viewport=(0, 0, size, size * len(orders)), components=4)
        return out

    def _seen_from(self, camera: tuple[float, float, float]) -> dict[str, object]:
        focal, cx, cy = camera
        scale = 2.0 / self.size_px
        return {"camera": (focal * scale, cx * scale - 1.0, cy * scale - 1.0, 0.0)}

    def _draw(self, piece: Piece, shared: dict[str, object]) -> None:
        two_sided = piece.mesh.name in _TWO_SIDED
        (self.gl.disable if two_sided else self.gl.enable)(_CULL_FACE)
        # Discarding pixels costs the early depth test: only hair, whose strands are cut out, pays for it.
        wanted = features(piece.settings, cut_out=two_sided)
        array = self._array(piece.mesh, wanted)
        _, moving, index = self._buffers[piece.mesh.name]
        vertices = np.concatenate([piece.points, piece.normals], axis=1)[piece.mesh.corner]
        moving.write(vertices.astype(np.float32))
        self._set(wanted, shared | {"layer": piece.layer} | piece.settings)
        faces = piece.mesh.faces
        if piece.hidden is not None:
            faces = faces[~piece.hidden]
            index.write(faces)
        array.render(vertices=faces.size)

    def _set(self, wanted: tuple[str, ...], settings: dict[str, object]) -> None:
        program = self._programs[wanted]
        for name, value in settings.items():
            if self._last.get((wanted, name)) != value and name in program:
                program[name].value = value
                self._last[wanted, name] = value
