"""GLB (binary glTF 2.0): a skinned figure, its skeleton and its motion, for Blender, Unity, Unreal, Godot, browsers.

glTF's frame is ours: +y up, facing +z, metres. Written with pygltflib.
"""

from pathlib import Path

import numpy as np
from pygltflib import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    FLOAT,
    GLTF2,
    UNSIGNED_BYTE,
    UNSIGNED_INT,
    Accessor,
    Animation,
    AnimationChannel,
    AnimationChannelTarget,
    AnimationSampler,
    Asset,
    Attributes,
    Buffer,
    BufferView,
    Material,
    Mesh,
    Node,
    PbrMetallicRoughness,
    Primitive,
    Scene,
    Skin,
)

from core_model.export.figure import figure
from core_model.export.folder import written_aside
from core_model.retarget.angles import quaternions_xyzw
from core_model.retarget.rig import BONE_PARENTS, Rig, rig
from core_model.retarget.style import Style
from core_model.retarget.take import Take
from core_model.retarget.turns import bone_turns, local_turns

_KINDS = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_FIGURE, _PERSON, _FIRST_BONE = 0, 1, 2
"""Nodes: the mesh (a skinned mesh stands at the top), the skeleton's parent, then the bones and their ends."""


def write_glb(path: Path, take: Take, style: Style) -> None:
    """Write a take; it starts at time 0. Raises OutputError."""
    skeleton = rig(take.lengths_m, style.rest, style.names)
    gltf = GLTF2(asset=Asset(version="2.0", generator="PuppetPose"), scene=0)
    gltf.scenes = [Scene(nodes=[_FIGURE, _PERSON])]
    data = bytearray()
    _add_nodes(gltf, skeleton)
    _add_figure(gltf, data, skeleton)
    _add_motion(gltf, data, take, skeleton, path.stem)
    gltf.buffers = [Buffer(byteLength=len(data))]
    gltf.set_binary_blob(bytes(data))
    with written_aside(path) as aside:
        aside.write_bytes(b"".join(gltf.save_to_bytes()))


def _add_nodes(gltf: GLTF2, skeleton: Rig) -> None:
    """Bones at rest, standing on the ground, and the ends of chains behind them."""
    offsets = skeleton.offsets_m.copy()
    offsets[0, 1] = skeleton.hip_height_m
    children = [[int(c) + _FIRST_BONE for c in np.flatnonzero(b == BONE_PARENTS)] for b in range(len(offsets))]
    ends: list[Node] = []
    for bone, name in skeleton.end_names.items():
        children[bone].append(_FIRST_BONE + len(offsets) + len(ends))
        ends.append(Node(name=name, translation=skeleton.tails_m[bone].tolist()))
    bones = [
        Node(name=name, translation=offset.tolist(), rotation=[0.0, 0.0, 0.0, 1.0], children=below)
        for name, offset, below in zip(skeleton.names, offsets, children, strict=True)
    ]
    gltf.nodes = [Node(name="Figure", mesh=0, skin=0), Node(name="Person", children=[_FIRST_BONE]), *bones, *ends]


def _add_figure(gltf: GLTF2, data: bytearray, skeleton: Rig) -> None:
    """The mesh and how it hangs on the bones."""
    mesh, stands = figure(skeleton), np.array([0.0, skeleton.hip_height_m, 0.0])
    weights, bones = np.zeros((2, len(mesh.bones), 4))
    weights[:, 0], bones[:, 0] = 1.0, mesh.bones
    attributes = Attributes(
        POSITION=_accessor(gltf, data, (mesh.points_m + stands).astype(np.float32), ARRAY_BUFFER),
        NORMAL=_accessor(gltf, data, mesh.normals, ARRAY_BUFFER),
        COLOR_0=_accessor(gltf, data, (mesh.colours**2.2).astype(np.float32), ARRAY_BUFFER),  # glTF's are linear
        JOINTS_0=_accessor(gltf, data, bones.astype(np.uint8), ARRAY_BUFFER),
        WEIGHTS_0=_accessor(gltf, data, weights.astype(np.float32), ARRAY_BUFFER),
    )
    indices = _accessor(gltf, data, mesh.faces.reshape(-1, 1), ELEMENT_ARRAY_BUFFER)
    gltf.materials = [
        Material(name="Figure", pbrMetallicRoughness=PbrMetallicRoughness(metallicFactor=0.0, roughnessFactor=0.8))
    ]
    gltf.meshes = [Mesh(name="Figure", primitives=[Primitive(attributes=attributes, indices=indices, material=0)])]
    ends = list(skeleton.end_names)
    at = np.concatenate([skeleton.heads_m, (skeleton.heads_m + skeleton.tails_m)[ends]]) + stands
    inverse_bind = np.tile(np.eye(4, dtype=np.float32), (len(at), 1, 1))
    inverse_bind[:, 3, :3] = -at  # columns come first
    joints = [_FIRST_BONE + i for i in range(len(at))]
    matrices = _accessor(gltf, data, inverse_bind.reshape(-1, 16))
    gltf.skins = [Skin(name="Person", joints=joints, skeleton=_FIRST_BONE, inverseBindMatrices=matrices)]


def _add_motion(gltf: GLTF2, data: bytearray, take: Take, skeleton: Rig, name: str) -> None:
    """All bones turn; the hips move as well."""
    turns = quaternions_xyzw(local_turns(bone_turns(take.joints_m, take.fps), skeleton)).astype(np.float32)
    seconds = (np.arange(len(turns)) / take.fps).astype(np.float32)
    times = _accessor(gltf, data, seconds[:, None])
    curves = [(0, "translation", take.joints_m[:, 0].astype(np.float32))]
    curves += [(bone, "rotation", turns[:, bone]) for bone in range(turns.shape[1])]
    animation = Animation(name=name)
    for i, (bone, what, values) in enumerate(curves):
        output = _accessor(gltf, data, values)
        animation.samplers.append(AnimationSampler(input=times, output=output, interpolation="LINEAR"))
        target = AnimationChannelTarget(node=_FIRST_BONE + bone, path=what)
        animation.channels.append(AnimationChannel(sampler=i, target=target))
    gltf.animations = [animation]


def _accessor(gltf: GLTF2, data: bytearray, values: np.ndarray, target: int | None = None) -> int:
    """Append an array (N, width) to the data; the number of the accessor that tells where it is."""
    raw = np.ascontiguousarray(values).tobytes()
    view = BufferView(buffer=0, byteOffset=len(data), byteLength=len(raw), target=target)
    data += raw + bytes(-len(raw) % 4)
    gltf.bufferViews.append(view)
    kinds = {"float32": FLOAT, "uint8": UNSIGNED_BYTE, "uint32": UNSIGNED_INT}
    accessor = Accessor(bufferView=len(gltf.bufferViews) - 1, count=len(values), type=_KINDS[values.shape[1]])
    accessor.componentType = kinds[values.dtype.name]
    accessor.min, accessor.max = values.min(axis=0).tolist(), values.max(axis=0).tolist()
    gltf.accessors.append(accessor)
    return len(gltf.accessors) - 1
