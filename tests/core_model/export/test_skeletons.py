"""BVH and GLB, read by programs that we did not write: every joint is where the take has it, in the declared form."""

from pathlib import Path
from typing import Any

import bvhio
import numpy as np
import pytest
import trimesh
from pygltflib import GLTF2

from core_model.data.mocap.bvh import read_bvh
from core_model.export.bvh import write_bvh
from core_model.export.figure import figure
from core_model.export.folder import OutputError
from core_model.export.glb import write_glb
from core_model.retarget.rig import BONE, BONE_HEADS, BONE_TAILS, BONES, rig
from core_model.retarget.style import Style
from core_model.retarget.take import take_of
from tests.core_model.motions import dance, dance_take

NEAR_M = 1e-5
STYLES = [Style(), Style(rest="A"), Style(units="cm"), Style(names="h36m")]


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_another_reader_of_bvh_finds_every_joint(style: Style, tmp_path: Path) -> None:
    take, path = dance_take(), tmp_path / "движение 1.bvh"
    write_bvh(path, take, style)
    root = bvhio.readAsHierarchy(str(path))
    skeleton, scale = rig(take.lengths_m, style.rest, style.names), 100.0 if style.units == "cm" else 1.0
    joints = {joint.Name: joint for joint, _, _ in root.layout()}
    assert set(skeleton.names) <= set(joints)
    for i in (0, 7, len(take.times_s) - 1):
        root.loadPose(i)
        for name, head in zip(skeleton.names, BONE_HEADS, strict=True):
            at = np.array(joints[name].PositionWorld) / scale
            np.testing.assert_allclose(at, take.joints_m[i, head], atol=NEAR_M, err_msg=name)


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_bvh_is_as_declared(style: Style, tmp_path: Path) -> None:
    take = take_of(dance(), fps=30000 / 1001)
    write_bvh(tmp_path / "a.bvh", take, style)
    text = (tmp_path / "a.bvh").read_text("ascii")
    lines = [line.strip() for line in text.splitlines()]
    assert text.count("ROOT") == 1
    assert lines.count("CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation") == 1
    assert lines.count("CHANNELS 3 Zrotation Xrotation Yrotation") == len(BONES) - 1
    assert float(lines[lines.index("MOTION") + 2].removeprefix("Frame Time:")) == 1001 / 30000
    motion = read_bvh(text)
    ends = [i for i, name in enumerate(motion.names) if name.endswith("_end")]
    assert len(ends) == 5
    assert (np.linalg.norm(motion.offsets[ends], axis=1) > 0.05).all()
    places, _ = motion.world()
    scale = 100.0 if style.units == "cm" else 1.0
    for name, tail in zip(rig(take.lengths_m, names=style.names).names, BONE_TAILS, strict=True):
        if f"{name}_end" in motion.index:
            at = places[:, motion.index[f"{name}_end"]] / scale
            np.testing.assert_allclose(at, take.joints_m[:, tail], atol=NEAR_M, err_msg=name)


def test_bvh_at_rest_is_upright_and_faces_forward(tmp_path: Path) -> None:
    write_bvh(tmp_path / "a.bvh", dance_take(), Style())
    motion = read_bvh((tmp_path / "a.bvh").read_text())
    at = dict(zip(motion.names, motion.at_zero().world()[0][0], strict=True))
    assert at["Head"][1] > at["Hips"][1] > at["LeftFoot"][1]
    assert at["LeftFoot_end"][2] > 0.1
    assert at["LeftHand"][0] > 0.5 > -0.5 > at["RightHand"][0]
    assert at["LeftHand"][1] == pytest.approx(at["LeftArm"][1])
    assert 1.5 < at["Head_end"][1] - at["LeftFoot_end"][1] < 1.9


def test_curves_of_bvh_do_not_jump(tmp_path: Path) -> None:
    """Somebody turns twice about, and no channel springs back."""
    write_bvh(tmp_path / "a.bvh", dance_take(90), Style())
    text = (tmp_path / "a.bvh").read_text().split("Frame Time:")[1]
    values = np.array([[float(v) for v in line.split()] for line in text.splitlines()[1:]])
    assert np.abs(np.diff(values[:, 3:], axis=0)).max() < 90
    assert np.ptp(values[:, 3:6], axis=0).max() > 600


def posed(gltf: GLTF2, frame: int) -> dict[str, np.ndarray]:
    """(4, 4) of every node in the scene at a frame, by the rules of glTF."""
    local = {}
    for i, node in enumerate(gltf.nodes):
        local[i] = [np.array(node.translation or [0.0, 0, 0]), np.array(node.rotation or [0.0, 0, 0, 1])]
    for channel in gltf.animations[0].channels:
        values = array(gltf, gltf.animations[0].samplers[channel.sampler].output)[frame]
        local[channel.target.node][0 if channel.target.path == "translation" else 1] = values
    world: dict[str, np.ndarray] = {}

    def visit(i: int, parent: np.ndarray) -> None:
        x, y, z, w = local[i][1]
        matrix = trimesh.transformations.quaternion_matrix([w, x, y, z])
        matrix[:3, 3] = local[i][0]
        world[gltf.nodes[i].name] = parent @ matrix
        for child in gltf.nodes[i].children or []:
            visit(child, parent @ matrix)

    for top in gltf.scenes[gltf.scene].nodes:
        visit(top, np.eye(4))
    return world


def array(gltf: GLTF2, accessor: int) -> np.ndarray:
    """The numbers of an accessor, (N, width)."""
    about = gltf.accessors[accessor]
    view = gltf.bufferViews[about.bufferView]
    kind: Any = {5126: np.float32, 5121: np.uint8, 5125: np.uint32}[about.componentType]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[about.type]
    data = np.frombuffer(gltf.binary_blob(), kind, about.count * width, view.byteOffset)
    return data.reshape(about.count, width)


@pytest.mark.parametrize("style", [Style(), Style(rest="A", units="cm"), Style(names="h36m")], ids=str)
def test_glb_puts_every_joint_where_the_take_has_it(style: Style, tmp_path: Path) -> None:
    take = dance_take()
    write_glb(tmp_path / "танец.glb", take, style)
    gltf = GLTF2().load(str(tmp_path / "танец.glb"))
    skeleton = rig(take.lengths_m, style.rest, style.names)
    times = array(gltf, gltf.animations[0].samplers[0].input)[:, 0]
    np.testing.assert_allclose(times, np.arange(len(take.times_s)) / take.fps, atol=1e-6)
    for i in (0, 11, len(times) - 1):
        world = posed(gltf, i)
        for name, head in zip(skeleton.names, BONE_HEADS, strict=True):
            np.testing.assert_allclose(world[name][:3, 3], take.joints_m[i, head], atol=1e-5, err_msg=name)
        for bone, name in skeleton.end_names.items():
            np.testing.assert_allclose(world[name][:3, 3], take.joints_m[i, BONE_TAILS[bone]], atol=1e-5, err_msg=name)


def test_the_skin_lies_on_the_bones_at_rest(tmp_path: Path) -> None:
    write_glb(tmp_path / "a.glb", dance_take(), Style())
    gltf = GLTF2().load(str(tmp_path / "a.glb"))
    gltf.animations[0].channels = []
    world = posed(gltf, 0)
    inverse_bind = array(gltf, gltf.skins[0].inverseBindMatrices).reshape(-1, 4, 4).swapaxes(1, 2)
    for joint, matrix in zip(gltf.skins[0].joints, inverse_bind, strict=True):
        np.testing.assert_allclose(world[gltf.nodes[joint].name] @ matrix, np.eye(4), atol=1e-6)
    attributes = gltf.meshes[0].primitives[0].attributes
    np.testing.assert_array_equal(array(gltf, attributes.WEIGHTS_0).sum(axis=1), 1)
    assert array(gltf, attributes.JOINTS_0).max() < len(gltf.skins[0].joints)


def test_another_reader_of_glb_sees_a_closed_figure_that_stands(tmp_path: Path) -> None:
    write_glb(tmp_path / "a.glb", dance_take(), Style())
    mesh = trimesh.load(tmp_path / "a.glb").geometry["Figure"]
    mesh.merge_vertices(merge_norm=True, merge_tex=True)
    assert mesh.is_watertight
    assert 0.04 < mesh.volume < 0.12  # cubic metres, overlaps counted twice: and its outside is outside
    low, high = mesh.bounds
    assert -0.05 < low[1] < 0.01
    assert 1.5 < high[1] < 1.9


def test_every_bone_has_a_solid_around_it() -> None:
    skeleton = rig(dance_take().lengths_m)
    mesh = figure(skeleton)
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)
    for bone in range(1, len(BONE)):
        own = mesh.points_m[mesh.bones == bone]
        middle = skeleton.heads_m[bone] + skeleton.tails_m[bone] / 2
        assert ((own.min(axis=0) < middle) & (middle < own.max(axis=0))).all()


@pytest.mark.parametrize("write", [write_bvh, write_glb])
def test_one_frame_is_enough_and_a_missing_folder_is_told(write: Any, tmp_path: Path) -> None:
    write(tmp_path / "one.file", dance_take(1), Style())
    assert (tmp_path / "one.file").stat().st_size > 1000
    with pytest.raises(OutputError):
        write(tmp_path / "nowhere" / "one.file", dance_take(1), Style())
    assert [path.name for path in tmp_path.iterdir()] == ["one.file"]
