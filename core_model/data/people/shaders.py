"""The two shaders, and which of their features a drawing needs.

Mesa's software renderer runs both sides of a branch: features are compiled in only where they are used.
"""

VERTEX = """
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

FRAGMENT = """
uniform sampler2DArray atlas;
uniform int layer;
uniform vec3 tint; uniform vec4 upper; uniform vec4 lower; uniform vec4 second;   // rgb and strength of recolouring
uniform vec4 cut;                 // waist, collar, sleeve, leg: limits of the painted clothes along the limbs
uniform vec4 socks;               // rgb, where they begin
uniform float neckline;           // how far the collar dips on the front
uniform int pattern; uniform vec3 wave;                   // stripes: frequency, phase, sharpness
uniform int print_layer[2]; uniform vec4 print_box[2]; uniform vec4 print_uv[2];   // front and back
uniform vec3 ambient; uniform vec3 sky; uniform vec3 up; uniform vec3 sun; uniform vec3 sun_direction;
uniform vec2 gloss;               // of bare meshes and of cloth
in vec3 v_normal; in vec2 v_uv; in vec3 v_rest; in vec3 v_rest_normal; in vec2 v_along; flat in int v_part;
in vec3 v_position;
out vec4 pixel;

vec3 cloth(vec3 base, vec4 colour, bool top) {
#ifdef STRIPED
    float at = pattern == 2 ? v_rest.x : pattern == 5 ? v_rest.x + v_rest.y : v_rest.y;
    float on = sin(at * wave.x + wave.y) * (pattern == 3 ? sin(v_rest.x * wave.x + wave.y) : 1.0);
    if (top || pattern > 3) colour.rgb = mix(colour.rgb, second.rgb, second.a * smoothstep(-wave.z, wave.z, on));
#endif
    float shade = dot(base, vec3(0.3, 0.59, 0.11));
    return mix(base, colour.rgb * (0.35 + 0.9 * shade), colour.a);
}

vec3 printed(vec3 colour) {
#ifdef PRINTED
    int side = v_rest_normal.z > 0.0 ? 0 : 1;
    vec4 box = print_box[side];
    vec2 at = (vec2(side == 0 ? v_rest.x : -v_rest.x, v_along.x) - box.xy) / box.zw;
    vec2 where = print_uv[side].xy + (vec2(at.x, -at.y) * 0.5 + 0.5) * print_uv[side].zw;
    bool inside = v_part == 1 && abs(v_rest_normal.z) > 0.35 && max(abs(at.x), abs(at.y)) < 1.0;
    if (inside) colour = textureLod(atlas, vec3(where, print_layer[side]), 0.0).rgb;
#endif
    return colour;
}

void main() {
    vec4 texel = texture(atlas, vec3(v_uv, layer));
#ifdef CUT_OUT
    if (texel.a < 0.45) discard;
#endif
    vec3 colour = texel.rgb * tint;
    float shine = gloss.x;
    bool is_leg = v_part >= 8, is_arm = v_part >= 2 && v_part < 8;
#ifdef PAINTED
    float collar = cut.y - (v_rest.z > 0.02 ? neckline * max(0.0, 1.0 - 9.0 * abs(v_rest.x)) : 0.0);
    bool sleeve = is_arm && v_part < 6 && v_along.y < cut.z;
    bool shirt = v_part == 1 && v_along.x > cut.x && v_along.x < collar;
    bool bare_shoulder = cut.z < 0.0 && v_part == 1 && abs(v_rest.x) > 0.115 && v_along.x > 0.72;
    bool top = sleeve || (shirt && !bare_shoulder);
    bool trousers = (v_part == 1 && v_along.x <= cut.x) || (is_leg && v_part < 12 && v_along.y < cut.w);
    if (is_leg && v_along.y > socks.a) colour = socks.rgb;
    vec3 dressed = cloth(vec3(0.72), top ? upper : lower, top);
    if (top) dressed = printed(dressed);
    if (top || trousers) { colour = dressed; shine = gloss.y; }
#endif
#ifdef SUIT
    bool top = !is_leg && (is_arm || v_along.x > cut.x);
    colour = cloth(colour, top ? upper : lower, top);
    if (top) colour = printed(colour);
    shine = gloss.y;
#endif
    vec3 n = normalize(v_normal);
    vec3 view = normalize(v_position);
    if (dot(n, view) > 0.0) n = -n;
    vec3 light = ambient + sky * (0.5 + 0.5 * dot(n, up)) + sun * max(0.0, dot(n, sun_direction));
    float glint = max(0.0, dot(reflect(view, n), sun_direction));
    glint *= glint; glint *= glint; glint *= glint; glint *= glint;
    pixel = vec4(min(colour * light + shine * glint * sun, vec3(1.0)), float(v_part) / 255.0);
}
"""

BARE, PAINTED, SUIT = 0, 1, 2
"""The setting "dressed": no clothes on this mesh, clothes painted on the skin, or a mesh of cloth."""
NO_PRINT = 9.0
"""The place of a print that is not there."""


def features(settings: dict[str, object], *, cut_out: bool) -> tuple[str, ...]:
    """The shader's features that one mesh with these settings needs."""
    wanted = ["CUT_OUT"] if cut_out else []
    dressed = settings.get("dressed", BARE)
    if dressed != BARE:
        wanted.append("PAINTED" if dressed == PAINTED else "SUIT")
        if settings.get("pattern"):
            wanted.append("STRIPED")
        boxes = settings["print_box"]
        if any(box[0] != NO_PRINT for box in boxes):  # type: ignore[attr-defined]
            wanted.append("PRINTED")
    return tuple(wanted)


def sources(wanted: tuple[str, ...]) -> tuple[str, str]:
    """Vertex and fragment shader with the features in `wanted`."""
    head = "#version 330\n" + "".join(f"#define {name}\n" for name in wanted)
    return head + VERTEX, head + FRAGMENT
