"""The drawing: one OpenGL pass gives colour and part index. Runs without a display and without a GPU (EGL, Mesa)."""

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core_model.data.people.assets import Array, Mesh, People
from core_model.errors import PuppetPoseError
from core_model.skeleton import BACKGROUND

_VERTEX = """
#version 330
uniform vec4 camera;   // 2 focal / size, 2 principal / size - 1 (x, y), unused
in vec3 position; in vec3 normal;              // camera frame
in vec2 uv; in vec3 rest; in vec3 rest_normal; in vec2 along; in int part;
out vec3 v_normal; out vec2 v_uv; out vec3 v_rest; out vec3 v_rest_normal; out vec2 v_along; flat out int v_part;
out vec3 v_position;
void main() {
    // Image row 0 is the framebuffer's row 0: OpenCV's y down needs no flip then.
    gl_Position = vec4(camera.x * position.xy + camera.yz * position.z, (position.z - 0.3) * 1.02, position.z);
    v_normal = normal; v_uv = vec2(uv.x, 1.0 - uv.y); v_rest = rest; v_rest_normal = rest_normal;
    v_along = along; v_part = part; v_position = position;
}
"""

_FRAGMENT = """
uniform sampler2DArray atlas;
uniform int layer;
uniform vec3 tint; uniform vec4 upper; uniform vec4 lower; uniform vec4 second;   // rgb and strength of recolouring
uniform int dressed;              // 1: clothes painted on this mesh
uniform vec4 cut;                 // waist, collar, sleeve, leg: limits of the painted clothes along the limbs
uniform vec4 socks;               // rgb, where they begin
uniform float neckline;           // how far the collar dips on the front
uniform int pattern; uniform vec3 wave;                   // stripes: frequency, phase, sharpness
uniform int print_layer[2]; uniform vec4 print_box[2]; uniform vec4 print_uv[2];   // front and back
uniform vec3 ambient; uniform vec3 sky; uniform vec3 up; uniform vec3 sun; uniform vec3 sun_direction;
uniform vec2 gloss;
in vec3 v_normal; in vec2 v_uv; in vec3 v_rest; in vec3 v_rest_normal; in vec2 v_along; flat in int v_part;
in vec3 v_position;
out vec4 pixel;

const vec3 LUMA = vec3(0.3, 0.59, 0.11);
bool is_leg(int p) { return p >= 8; }
bool is_arm(int p) { return p >= 2 && p < 8; }

vec3 cloth(vec3 base, vec4 colour, bool top) {
    if (pattern > 0 && (top || pattern > 3)) {
        float at = pattern == 2 ? v_rest.x : pattern == 5 ? v_rest.x + v_rest.y : v_rest.y;
        float on = sin(at * wave.x + wave.y);
        if (pattern == 3) on *= sin(v_rest.x * wave.x + wave.y);
        colour.rgb = mix(colour.rgb, second.rgb, second.a * smoothstep(-wave.z, wave.z, on));
    }
    float shade = dot(base, LUMA);
    return mix(base, colour.rgb * (0.35 + 0.9 * shade), colour.a);
}

vec3 printed(vec3 colour) {
    int side = v_rest_normal.z > 0.0 ? 0 : 1;
    vec4 box = print_box[side];
    vec2 at = (vec2(side == 0 ? v_rest.x : -v_rest.x, v_along.x) - box.xy) / box.zw;
    if (v_part != 1 || abs(v_rest_normal.z) < 0.35 || any(greaterThan(abs(at), vec2(1.0)))) return colour;
    vec2 where = print_uv[side].xy + (vec2(at.x, -at.y) * 0.5 + 0.5) * print_uv[side].zw;
    return texture(atlas, vec3(where, print_layer[side])).rgb;
}

void main() {
    vec4 texel = texture(atlas, vec3(v_uv, layer));
#ifdef CUT_OUT
    if (texel.a < 0.45) discard;
#endif
    vec3 colour = texel.rgb * tint;
    bool top = !is_leg(v_part) && (is_arm(v_part) || v_along.x > cut.x);
    float shine = gloss.x;
    if (dressed == 1) {
        float collar = cut.y - (v_rest.z > 0.02 ? neckline * max(0.0, 1.0 - 9.0 * abs(v_rest.x)) : 0.0);
        bool arm_covered = is_arm(v_part) && v_part < 6 && v_along.y < cut.z;
        bool body_covered = v_part == 1 && v_along.x > cut.x && v_along.x < collar;
        bool tank = cut.z < 0.0 && v_part == 1 && abs(v_rest.x) > 0.115 && v_along.x > 0.72;
        if (arm_covered || (body_covered && !tank)) {
            colour = printed(cloth(vec3(0.72), upper, true));
            shine = gloss.y;
        }
        bool trousers = (v_part == 1 && v_along.x <= cut.x) || (is_leg(v_part) && v_part < 12 && v_along.y < cut.w);
        if (trousers) { colour = cloth(vec3(0.72), lower, false); shine = gloss.y; }
        else if (is_leg(v_part) && v_along.y > socks.a) colour = socks.rgb;
    } else if (dressed == 2) {
        colour = top ? printed(cloth(colour, upper, true)) : cloth(colour, lower, false);
        shine = gloss.y;
    }
    vec3 n = normalize(v_normal);
    vec3 view = normalize(v_position);
    if (dot(n, view) > 0.0) n = -n;
    float sunlight = max(0.0, dot(n, sun_direction));
    vec3 light = ambient + sky * (0.5 + 0.5 * dot(n, up)) + sun * sunlight;
    float glint = pow(max(0.0, dot(reflect(view, n), sun_direction)), 24.0);
    pixel = vec4(min(colour * light + shine * glint * sun, vec3(1.0)), float(v_part) / 255.0);
}
"""

_CULL_FACE = 4  # moderngl.CULL_FACE, which is imported late
_TWO_SIDED = ("afro01", "bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short02", "short03", "short04")


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
    """Draws pieces into `size_px` squares. One per process: OpenGL contexts do not survive a fork."""

    def __init__(self, people: People, size_px: int) -> None:
        os.environ.setdefault("LP_NUM_THREADS", "0")
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        try:
            import moderngl

            self.gl = moderngl.create_standalone_context(backend="egl")  # type: ignore[arg-type]
        except Exception as error:
            todo = "Install it: apt install libegl1 libgl1-mesa-dri, pip install 'puppetpose[train]'."
            raise PuppetPoseError(f"OpenGL without a display (EGL) is not available: {error}.", todo) from error
        self.size_px = size_px
        # Discarding pixels costs the early depth test: only hair, whose strands are cut out, pays for it.
        self.programs = {
            cut_out: self.gl.program(_VERTEX, f"#version 330\n{'#define CUT_OUT' if cut_out else ''}\n{_FRAGMENT}")
            for cut_out in (False, True)
        }
        self._last: dict[tuple[bool, str], object] = {}
        layers, height, width = people.atlas.shape[:3]
        self.atlas = self.gl.texture_array((width, height, layers), 4, np.ascontiguousarray(people.atlas).tobytes())
        self.atlas.build_mipmaps()
        self.atlas.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self.atlas.use(0)
        colour = self.gl.texture((size_px, size_px), 4)
        self.target = self.gl.framebuffer([colour], self.gl.depth_renderbuffer((size_px, size_px)))
        self.buffers = {name: self._prepare(mesh) for name, mesh in people.meshes.items()}
        self.gl.enable(moderngl.DEPTH_TEST)
        self.gl.front_face = "cw"  # the y axis points down

    def _prepare(self, mesh: Mesh) -> tuple[Any, Any, Any]:
        corner = mesh.corner
        rest, normal = mesh.points.mean[corner], mesh.normals[corner]
        floats = np.concatenate([mesh.uv, rest, normal, mesh.along[corner]], axis=1).astype(np.float32)
        fixed = self.gl.buffer(floats.tobytes())
        part = self.gl.buffer(mesh.part[corner].astype(np.int32).tobytes())
        moving = self.gl.buffer(reserve=len(corner) * 24, dynamic=True)
        index = self.gl.buffer(mesh.faces.astype(np.int32).tobytes(), dynamic=True)
        layout = [
            (fixed, "2f 3f 3f 2f", "uv", "rest", "rest_normal", "along"),
            (part, "1i", "part"),
            (moving, "3f 3f", "position", "normal"),
        ]
        program = self.programs[mesh.name in _TWO_SIDED]
        return self.gl.vertex_array(program, layout, index), moving, index

    def paint(self, pieces: list[Piece], camera: tuple[float, float, float], light: dict[str, object]) -> Array:
        """Draw; RGBA uint8 (S,S,4) whose alpha is the part index (BACKGROUND where nothing is).

        `camera`: focal length and principal point in pixels of this target.
        """
        focal, cx, cy = camera
        scale = 2.0 / self.size_px
        shared = {"camera": (focal * scale, cx * scale - 1.0, cy * scale - 1.0, 0.0)} | light
        out = np.empty((self.size_px, self.size_px, 4), np.uint8)
        with self.gl:  # another painter may have made its own context the current one
            self.target.use()
            self.target.clear(0.0, 0.0, 0.0, BACKGROUND / 255.0, depth=1.0)
            for piece in pieces:
                self._draw(piece, shared)
            self.target.read_into(out, components=4)
        return out

    def _draw(self, piece: Piece, shared: dict[str, object]) -> None:
        two_sided = piece.mesh.name in _TWO_SIDED
        (self.gl.disable if two_sided else self.gl.enable)(_CULL_FACE)
        array, moving, index = self.buffers[piece.mesh.name]
        vertices = np.concatenate([piece.points, piece.normals], axis=1)[piece.mesh.corner]
        moving.write(vertices.astype(np.float32))
        self._set(two_sided, shared | {"layer": piece.layer} | piece.settings)
        faces = piece.mesh.faces
        if piece.hidden is not None:
            faces = faces[~piece.hidden]
            index.write(faces)
        array.render(vertices=faces.size)

    def _set(self, two_sided: bool, settings: dict[str, object]) -> None:
        program = self.programs[two_sided]
        for name, value in settings.items():
            if self._last.get((two_sided, name)) != value and name in program:
                program[name].value = value  # type: ignore[union-attr]
                self._last[two_sided, name] = value
