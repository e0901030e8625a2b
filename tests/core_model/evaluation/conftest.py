"""Tiny copies of published layouts, written from people whose joints are known; and a predictor that knows them.

Every image is of one grey, by which the predictor tells the person in it: a reader that pairs an image with the joints
of another is found out.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest

from core_model.evaluation.datasets import human36m, mpi_inf_3dhp, threedpw
from core_model.skeleton import JOINT, JOINTS, LSP_14, NUM_JOINTS

SIZE_PX = 96
FOCAL_PX = 150.0
PEOPLE = 27
TALLER = 1.25
"""The universal skeleton of the tiny MPI-INF-3DHP over the people in it."""


def _people_m() -> np.ndarray:
    """(27, 21, 3) in the camera frame: upright in front of the camera, heads up, which is towards negative y."""
    rng = np.random.default_rng(5)
    people = rng.normal(scale=0.2, size=(PEOPLE, NUM_JOINTS, 3)) + [0, 0, 4]
    for names, height in ((("head", "neck"), -0.8), (("l_ankle", "r_ankle", "l_toe", "r_toe"), 0.8)):
        people[:, [JOINT[name] for name in names], 1] += height
    return people + rng.uniform(-0.2, 0.2, size=(PEOPLE, 1, 3))


PEOPLE_M = _people_m()


def pixels(points_m: np.ndarray) -> np.ndarray:
    return points_m[..., :2] / points_m[..., 2:] * FOCAL_PX + SIZE_PX / 2


def picture(person: int) -> np.ndarray:
    return np.full((SIZE_PX, SIZE_PX, 3), 9 * person + 8, np.uint8)


def person_in(image: np.ndarray) -> int:
    return round((float(image.mean()) - 8) / 9)


def of(people: np.ndarray, names: tuple[str | None, ...]) -> np.ndarray:
    """The named joints; for one without a name, the pelvis."""
    return people[:, [JOINT[name or "pelvis"] for name in names]]


def write_picture(path: Path, person: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture(person))


class Knowing:
    """Recognises the person in an image and answers with the truth, changed."""

    def careful(self) -> "Knowing":
        """The same."""
        return self

    def __init__(self, change: Callable[[np.ndarray], np.ndarray] = lambda joints: joints) -> None:
        self.change, self.asked = change, 0

    def predict(self, frame, *, box_px=None, focal_px=None, synthesise=True):
        self.asked += 1
        assert frame.shape == (SIZE_PX, SIZE_PX, 3)
        assert box_px[2] - box_px[0] == pytest.approx(box_px[3] - box_px[1])
        assert focal_px is None or focal_px == pytest.approx(FOCAL_PX, rel=1e-3)
        person = PEOPLE_M[person_in(frame)]
        return SimpleNamespace(joints3d_m=self.change(person), joints2d_px=self.change(pixels(person)))


@pytest.fixture
def knowing() -> type[Knowing]:
    return Knowing


# -- Human3.6M: two subjects, 70 frames each; the person changes every fifth ----------------------------------------


def _write_cdf(path: Path, pose: np.ndarray) -> None:
    from cdflib.cdfwrite import CDF

    path.parent.mkdir(parents=True, exist_ok=True)
    cdf = CDF(path, cdf_spec={"Majority": "row_major"})
    shape = {"Variable": "Pose", "Data_Type": CDF.CDF_REAL4, "Num_Elements": 1, "Rec_Vary": True}
    cdf.write_var({**shape, "Dim_Sizes": list(pose.shape[1:])}, var_data=pose.astype(np.float32))
    cdf.close()


def _write_video(path: Path, people: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=50)
        stream.width, stream.height, stream.pix_fmt = SIZE_PX, SIZE_PX, "yuv420p"
        for person in people:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(person), format="rgb24")))
        container.mux(stream.encode(None))


def write_h36m(root: Path) -> None:
    pytest.importorskip("cdflib")
    for subject, stem, first in (("S9", "Directions 1.60457274", 0), ("S11", "Walking.55011271", 13)):
        people = first + np.arange(70) // 5
        points_m = np.full((70, 32, 3), 7.0)  # a reader that takes a wrong one of the 32 sees the wall
        points_m[:, human36m.OF_32] = of(PEOPLE_M, JOINTS[:17])[people]
        poses = root / subject / "MyPoseFeatures"
        _write_cdf(poses / "D3_Positions_mono" / f"{stem}.cdf", 1000 * points_m.reshape(1, 70, 96))
        _write_cdf(poses / "D2_Positions" / f"{stem}.cdf", pixels(points_m).reshape(1, 70, 64))
        _write_video(root / subject / "Videos" / f"{stem}.mp4", people)
    for name in ("_ALL.54138969.cdf", "Directions.54138969.cdf"):  # not to be read
        (root / "S11" / "MyPoseFeatures" / "D3_Positions_mono" / name).write_bytes(b"")


# -- MPI-INF-3DHP: six sequences of three frames, of which the second is not valid ----------------------------------


def write_3dhp(root: Path) -> None:
    h5py = pytest.importorskip("h5py")
    for number, sequence in enumerate(mpi_inf_3dhp.SEQUENCES):
        folder = root / "mpi_inf_3dhp_test_set" / sequence
        people = PEOPLE_M[3 * number : 3 * number + 3]
        points_mm = 1000 * of(people, mpi_inf_3dhp.OURS)
        pelvis_mm = 1000 * of(people, ("pelvis",))
        for frame in range(3):
            write_picture(folder / "imageSequence" / f"img_{frame + 1:06}.jpg", 3 * number + frame)
        with h5py.File(folder / "annot_data.mat", "w") as file:
            file["annot3"] = points_mm[:, None]
            file["univ_annot3"] = (pelvis_mm + TALLER * (points_mm - pelvis_mm))[:, None]
            file["annot2"] = pixels(points_mm)[:, None]
            file["valid_frame"] = np.array([[1.0], [0.0], [1.0]])


# -- 3DPW: one sequence of five frames; a camera is not valid in the second, the detector found nobody in the third ----

COCO_18 = (
    None, None, "r_shoulder", "r_elbow", "r_wrist", "l_shoulder", "l_elbow", "l_wrist", "r_hip", "r_knee", "r_ankle",
    "l_hip", "l_knee", "l_ankle", None, None, None, None,
)  # fmt: skip


def write_3dpw(root: Path) -> None:
    people = PEOPLE_M[:5]
    rng = np.random.default_rng(6)
    turns = np.linalg.qr(rng.normal(size=(5, 3, 3)))[0]
    cameras = np.tile(np.eye(4), (5, 1, 1))
    cameras[:, :3, :3], cameras[:, :3, 3] = turns, rng.normal(size=(5, 3))
    world_m = (of(people, threedpw.OURS) - cameras[:, None, :3, 3]) @ turns
    marks = np.concatenate([pixels(of(people, COCO_18)), np.ones((5, 18, 1))], axis=2)
    marks[:, [name is None for name in COCO_18]] = 0
    marks[2] = 0
    sequence = {
        "sequence": "walking_00",
        "jointPositions": [world_m.reshape(5, 72), world_m.reshape(5, 72)],
        "poses2d": [marks.transpose(0, 2, 1)] * 2,
        "campose_valid": [np.array([1, 0, 1, 1, 1]), np.zeros(5, int)],
        "cam_poses": cameras,
        "cam_intrinsics": np.array([[FOCAL_PX, 0, SIZE_PX / 2], [0, FOCAL_PX, SIZE_PX / 2], [0, 0, 1]]),
        "betas": [np.float64(1.0)],
    }
    path = root / "sequenceFiles" / "test" / "walking_00.pkl"
    path.parent.mkdir(parents=True)
    path.write_bytes(pickle.dumps(sequence, protocol=2))
    for frame in range(5):
        write_picture(root / "imageFiles" / "walking_00" / f"image_{frame:05}.jpg", frame)


# -- Leeds Sports Poses: three images for testing after a thousand others; the extension: three, one without a torso --


def write_lsp(root: Path) -> None:
    io = pytest.importorskip("scipy.io")
    joints = np.zeros((3, 14, 1003))
    joints[:2, :, 1000:] = pixels(of(PEOPLE_M[:3], LSP_14)).transpose(2, 1, 0)
    joints[2, :5, 1000:] = 1  # hidden, and marked all the same
    for person in range(3):
        write_picture(root / "images" / f"im{1001 + person}.jpg", person)
    io.savemat(root / "joints.mat", {"joints": joints})


def write_lspet(root: Path) -> None:
    io = pytest.importorskip("scipy.io")
    joints = np.zeros((14, 3, 3))
    joints[:, :2] = pixels(of(PEOPLE_M[:3], LSP_14)).transpose(1, 2, 0)
    joints[:, 2] = 1
    for joint, person in ((LSP_14.index("r_hip"), 1), (LSP_14.index("l_wrist"), 2)):
        joints[joint, :, person] = [-500, -500, 0]
    for person in range(3):
        write_picture(root / "images" / f"im{1 + person:05}.jpg", person)
    io.savemat(root / "joints.mat", {"joints": joints})


WRITERS = {"h36m": write_h36m, "3dhp": write_3dhp, "3dpw": write_3dpw, "lsp": write_lsp, "lspet": write_lspet}


@dataclass(frozen=True)
class Layout:
    """A tiny data set on disk."""

    name: str
    folder: Path


@pytest.fixture(scope="session")
def write_layout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Layout]:
    """A function that writes one, once: `write_layout("3dpw")`. Skips where a library for it is not installed."""

    @cache
    def write(name: str) -> Layout:
        folder = tmp_path_factory.mktemp(name)
        WRITERS[name](folder)
        return Layout(name, folder)

    return write


@pytest.fixture
def truth() -> SimpleNamespace:
    """What the layouts were written from."""
    return SimpleNamespace(people_m=PEOPLE_M, pixels=pixels, person_in=person_in, of=of, taller=TALLER)
