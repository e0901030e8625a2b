"""A lit surface whose points move: `vispy.scene.Mesh` builds its shaders anew with every change, 12 ms each."""

import numpy as np
from vispy import gloo
from vispy.scene.visuals import create_visual_node
from vispy.visuals import Visual

_VERTEX = """
attribute vec3 a_position; attribute vec3 a_normal; attribute vec3 a_colour;
varying vec3 v_normal; varying vec3 v_colour;
void main() {
    gl_Position = $transform(vec4(a_position, 1.0));
    v_normal = a_normal;
    v_colour = a_colour;
}
"""
_FRAGMENT = """
uniform vec3 u_eye;
varying vec3 v_normal; varying vec3 v_colour;
void main() {
    vec3 normal = normalize(v_normal);
    float from_eye = max(dot(normal, u_eye), 0.0);
    float from_sky = 0.5 + 0.5 * normal.z;
    float shine = pow(max(dot(normal, normalize(u_eye + vec3(0.0, 0.0, 1.0))), 0.0), 24.0);
    gl_FragColor = vec4(v_colour * (0.22 + 0.5 * from_eye + 0.32 * from_sky) + 0.12 * shine, 1.0);
}
"""


class BodySurfaceVisual(Visual):
    """Triangles (F, 3) of points; scene axes, z up. The light comes from where one looks from, and from the sky."""

    def __init__(self, faces: np.ndarray) -> None:
        Visual.__init__(self, vcode=_VERTEX, fcode=_FRAGMENT)
        self._points, self._normals, self._colours = gloo.VertexBuffer(), gloo.VertexBuffer(), gloo.VertexBuffer()
        self._index_buffer = gloo.IndexBuffer(faces)
        self._draw_mode = "triangles"
        self.shared_program["a_position"] = self._points
        self.shared_program["a_normal"] = self._normals
        self.shared_program["a_colour"] = self._colours
        self.set_gl_state("opaque", depth_test=True, cull_face=False)

    def set_surface(self, points_m: np.ndarray, normals: np.ndarray) -> None:
        """Points and unit normals (V, 3)."""
        self._points.set_data(np.ascontiguousarray(points_m, np.float32))
        self._normals.set_data(np.ascontiguousarray(normals, np.float32))
        self.update()

    def set_colours(self, rgb: np.ndarray) -> None:
        """(V, 3) in [0, 1]."""
        self._colours.set_data(np.ascontiguousarray(rgb, np.float32))
        self.update()

    def _prepare_draw(self, view: Visual) -> None:
        near, far = view.transforms.get_transform("visual", "render").imap([[0, 0, -1, 1], [0, 0, 1, 1]])
        to_eye = near[:3] / near[3] - far[:3] / far[3]
        view.view_program["u_eye"] = tuple(to_eye / np.linalg.norm(to_eye))

    def _prepare_transforms(self, view: Visual) -> None:
        view.view_program.vert["transform"] = view.transforms.get_transform("visual", "render")


BodySurface = create_visual_node(BodySurfaceVisual)
"""The same as a node of a scene."""
