"""A pose keeps its joints, whoever takes it on; and nothing but the person changes in a frame."""

import numpy as np
import pytest
import torch

from core_model.geometry.kinematics import clamp_angles, forward_kinematics, inverse_kinematics
from core_model.motion import Motion, empty_motion
from core_model.orbit import Orbit
from core_model.prediction import ATLAS_PX, CROP_PX, Synthesis
from core_model.recombination import Person, pose_of, put_into_frame, turned, whole_box, worn_by
from core_model.skeleton import PARTS
from core_model.synthesis import joints_of
from core_model.wardrobe import Look, Wardrobe

SIZE_PX = (400, 300)


def somebody(seed: int = 0) -> tuple[Motion, np.ndarray]:
    """One frame of a motion, and the joints in it."""
    rng, motion = np.random.default_rng(seed), empty_motion(np.zeros(2))
    shape = torch.from_numpy(rng.uniform(-0.5, 0.5, (1, 12)))
    free = forward_kinematics(clamp_angles(torch.from_numpy(rng.normal(0, 0.2, (1, 20, 2)))), shape)
    angles = clamp_angles(inverse_kinematics(free).angles_rad)  # in the frame of the body's own hips
    body = forward_kinematics(angles, shape)[0].numpy()
    joints = body @ Orbit(0.4, 0.1, 0.0, 4.0).rotation().T + [0.2, 0.1, 4.0]
    motion.joints3d_m[0], motion.angles_rad[0] = joints, angles[0].numpy()
    motion.focal_px[0], motion.box_px[0] = 400.0, [50, 0, 350, 300]
    return motion, joints


def wearing(colour: float, shape: float = 0.0) -> Person:
    """Somebody all in one colour."""
    wardrobe = Wardrobe()
    texels = np.full((14, 4, *ATLAS_PX), 255, np.uint8)
    texels[:, :3] = int(255 * colour)
    wardrobe.looks.append(Look(texels, np.tile([0.0, 1.0, 0.0], (20, 1))))
    return Person(wardrobe, np.full(12, shape))


def test_a_smoothed_pose_is_found_again() -> None:
    motion, joints = somebody()
    pose = pose_of(motion, 0, SIZE_PX)
    assert pose is not None
    assert np.abs(joints_of(pose)[0] - joints).max() < 2e-3
    assert pose_of(motion, 1, SIZE_PX) is None


def test_another_person_takes_the_pose_on_their_own_body() -> None:
    pose = pose_of(somebody()[0], 0, SIZE_PX)
    assert pose is not None
    dressed = worn_by(pose, wearing(0.2, shape=0.5), [("head", wearing(0.8))])
    assert np.array_equal(dressed.angles_rad, pose.angles_rad)
    assert (dressed.shape == 0.5).all()
    head = PARTS.index("head")
    assert dressed.atlas[head, :3].mean() == pytest.approx(0.8, abs=0.01)
    assert np.delete(dressed.atlas, head, axis=0)[:, :3].mean() == pytest.approx(0.2, abs=0.01)


def test_turning_there_and_back_changes_nothing() -> None:
    pose = pose_of(somebody()[0], 0, SIZE_PX)
    assert pose is not None
    there = turned(pose, 1.0, 0.2)
    assert np.abs(there.camera.rotation - pose.camera.rotation).max() > 0.1
    back = turned(there, -1.0, -0.2)
    assert np.allclose(back.camera.rotation, pose.camera.rotation)
    assert np.allclose(there.camera.translation_m, pose.camera.translation_m)  # the pelvis stays on its pixel


def test_only_the_person_changes_in_the_frame() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    mask = np.zeros((CROP_PX, CROP_PX), np.float32)
    mask[64:128, 64:192] = 1
    joints, box = np.zeros((21, 3)), np.array([100.0, 20, 228, 148])  # half the crop's size
    green = np.broadcast_to(np.uint8([0, 255, 0]), (CROP_PX, CROP_PX, 3)).copy()
    made = Synthesis(green, mask, np.zeros(mask.shape, np.uint8), joints, joints[:, :2], box, mask)
    after = put_into_frame(frame, made)
    assert (after[53:83, 133:195] == [0, 255, 0]).all()
    outside = np.ones(frame.shape[:2], bool)
    outside[51:85, 131:197] = False
    assert (after[outside] == frame[outside]).all()


def test_who_reaches_beyond_their_crop_gets_a_larger_one() -> None:
    joints, box = np.zeros((21, 3)), np.array([100.0, 20, 228, 148])
    nothing = np.zeros((CROP_PX, CROP_PX), np.float32)
    for far, larger in ((120.0, False), (160.0, True)):
        points = np.full((21, 2), 130.0)
        points[3] = [130, far]
        made = Synthesis(np.zeros((CROP_PX, CROP_PX, 3), np.uint8), nothing, nothing, joints, points, box, nothing)
        whole = whole_box(made)
        assert (whole is not box) == larger
        assert (whole[:2] < points.min(0)).all()
        assert (whole[2:] > points.max(0)).all()


def test_a_crop_that_is_put_back_leaves_no_rim() -> None:
    frame, box = np.full((300, 400, 3), 200, np.uint8), np.array([100.5, 20.3, 228.5, 148.3])
    image, mask = np.full((CROP_PX, CROP_PX, 3), 200, np.uint8), np.ones((CROP_PX, CROP_PX), np.float32)
    joints = np.zeros((21, 3))
    made = Synthesis(image, mask, mask.astype(np.uint8), joints, joints[:, :2], box, mask)
    assert (put_into_frame(frame, made) == 200).all()
