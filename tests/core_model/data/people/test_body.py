"""Laws of posing and skinning: what holds for every body and every pose."""

import numpy as np
import pytest

from core_model.data.people.assets import load_people
from core_model.data.people.body import _POSTURE, Body, PosedBody, skin
from core_model.data.people.poses import collides, distance_to_segment, load_source, upright, vary_angles
from core_model.data.people.rotations import between, frame, random_rotation, rotation_vector, swing, turn, unit
from core_model.limits import LIMITS_RAD
from core_model.skeleton import JOINT, JOINTS, PARENTS

PEOPLE = load_people()
EXACT = [f"{s}_{name}" for s in "lr" for name in ("knee", "ankle", "elbow", "wrist", "hand")]


@pytest.fixture(scope="module")
def body() -> Body:
    return Body(PEOPLE.rig, PEOPLE.persons[3])


@pytest.fixture(scope="module")
def poses() -> np.ndarray:
    rng = np.random.default_rng(0)
    source = load_source("train")
    return np.stack([source.draw(rng) for _ in range(40)]).astype(np.float64)


def as_recorded(body: Body) -> np.ndarray:
    """The body at rest as a recording would show it."""
    joints = np.zeros((21, 3))
    for i in np.argsort([JOINTS[j] in ("head", "neck") or PARENTS[j] >= 0 for j in range(21)], kind="stable"):
        if PARENTS[i] >= 0:
            limb = body.rest[i] - body.rest[PARENTS[i]]
            joints[i] = joints[PARENTS[i]] + _POSTURE.get(JOINTS[i], np.eye(3)) @ limb
    return joints


def test_the_rest_pose_changes_nothing(body: Body) -> None:
    posed = body.pose(as_recorded(body))
    rest = body.rest - body.rest[0]
    arms_lifted_m = 0.02
    assert np.abs(posed.joints_m - rest).max() < arms_lifted_m
    legs = [JOINT[f"{s}_{name}"] for s in "lr" for name in ("hip", "knee", "ankle", "toe")]
    np.testing.assert_allclose(posed.joints_m[legs], rest[legs], atol=1e-6)


def test_identity_transforms_leave_the_mesh_alone() -> None:
    still = np.tile(np.eye(3, 4, dtype=np.float32), (31, 1, 1))
    for mesh in PEOPLE.meshes.values():
        points, normals = skin(mesh, mesh.points.mean, PosedBody(still[:, :, :3], still, np.zeros((21, 3))))
        np.testing.assert_allclose(points, mesh.points.mean, atol=1e-5)
        np.testing.assert_allclose(normals, mesh.normals, atol=1e-5)


def test_turning_the_pose_turns_the_body(body: Body, poses: np.ndarray) -> None:
    rotation = random_rotation(np.random.default_rng(1))
    mesh = PEOPLE.meshes["female"]
    for pose in poses[:10]:
        one, two = body.pose(pose), body.pose(pose @ rotation.T)
        np.testing.assert_allclose(two.joints_m, one.joints_m @ rotation.T, atol=1e-6)
        points, turned = (skin(mesh, mesh.points.mean, posed)[0] for posed in (one, two))
        np.testing.assert_allclose(turned, points @ rotation.T, atol=1e-4)


def test_limbs_point_where_they_were_asked_to(body: Body, poses: np.ndarray) -> None:
    for pose in poses:
        got = body.pose(pose).joints_m
        for name in EXACT:
            i, parent = JOINT[name], PARENTS[JOINT[name]]
            cosine = unit(got[i] - got[parent]) @ unit(pose[i] - pose[parent])
            assert np.degrees(np.arccos(min(1.0, cosine))) < 0.5, name
        trunk = unit(got[JOINT["thorax"]]) @ unit(pose[JOINT["thorax"]] - pose[0])
        assert np.degrees(np.arccos(min(1.0, trunk))) < 25


def test_posing_keeps_the_bones_lengths_and_turns_are_rotations(body: Body, poses: np.ndarray) -> None:
    for pose in poses:
        posed = body.pose(pose)
        np.testing.assert_allclose(
            posed.rotations @ posed.rotations.transpose(0, 2, 1), np.tile(np.eye(3), (31, 1, 1)), atol=1e-6
        )
        np.testing.assert_allclose(np.linalg.det(posed.rotations), 1, atol=1e-6)
        for name in EXACT:
            i, parent = JOINT[name], PARENTS[JOINT[name]]
            assert np.linalg.norm(posed.joints_m[i] - posed.joints_m[parent]) == pytest.approx(
                np.linalg.norm(body.rest[i] - body.rest[parent]), abs=1e-6
            )


def test_a_bent_knee_bends_about_the_knees_own_hinge(body: Body) -> None:
    pose = as_recorded(body)
    hip, knee = pose[JOINT["l_hip"]], pose[JOINT["l_knee"]]
    thigh = np.linalg.norm(knee - hip)
    pose[JOINT["l_knee"]] = hip + thigh * unit(np.array((0.3, -0.2, 1.0)))
    pose[JOINT["l_ankle"]] = pose[JOINT["l_knee"]] + 0.4 * unit(np.array((0.5, -1.0, 0.0)))
    posed = body.pose(pose)
    thigh_turn, shin_turn = (posed.rotations[body.bone[name]] for name in ("LeftUpLeg", "LeftLeg"))
    axis = unit(rotation_vector(shin_turn @ thigh_turn.T))
    normal = unit(np.cross(pose[JOINT["l_knee"]] - hip, pose[JOINT["l_ankle"]] - pose[JOINT["l_knee"]]))
    assert abs(axis @ normal) > 0.999


def test_varied_poses_keep_the_limits_and_stay_out_of_the_body() -> None:
    rng = np.random.default_rng(0)
    source = load_source("held_out")
    angles = vary_angles(rng, source.poses.angles_rad[:500], source.poses.angles_rad)
    assert (angles >= LIMITS_RAD[..., 0] - 1e-5).all()
    assert (angles <= LIMITS_RAD[..., 1] + 1e-5).all()
    assert np.abs(angles - source.poses.angles_rad[:500]).max() > 0.3
    index = np.arange(0, len(source.poses), 3)
    varied = source.vary(rng, index)
    recorded = collides(source.poses.joints_m[index])
    assert not (collides(varied) & ~recorded).any()


def test_upright_carries_up_to_y() -> None:
    rng = np.random.default_rng(0)
    up = rng.normal(size=(50, 3))
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    turned = np.einsum("nij,nj->ni", upright(up), up)
    np.testing.assert_allclose(turned, np.tile([0, 1, 0], (50, 1)), atol=1e-5)


def test_rotations() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        a, b = unit(rng.normal(size=3)), unit(rng.normal(size=3))
        np.testing.assert_allclose(swing(a, b) @ a, b, atol=1e-9)
        np.testing.assert_allclose(swing(a, -a) @ a, -a, atol=1e-6)
        angle = rng.uniform(0.01, 3)
        np.testing.assert_allclose(rotation_vector(turn(a, angle)), a * angle, atol=1e-6)
        one, two = random_rotation(rng), random_rotation(rng)
        np.testing.assert_allclose(between(one, two, 1.0), two, atol=1e-5)
        np.testing.assert_allclose(between(one, two, 0.0), one, atol=1e-9)
        axes = frame(a, b)
        np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-9)
        assert np.linalg.det(axes) == pytest.approx(1)


def test_distance_to_segment() -> None:
    a, b = np.zeros((3, 3)), np.tile([1.0, 0, 0], (3, 1))
    points = np.array([[0.5, 2, 0], [-3, 0, 4], [2, 0, 0]])
    np.testing.assert_allclose(distance_to_segment(points, a, b), [2, 5, 1])
