"""The benchmarks with a predictor that is right, wrong in a known way, or finds nobody."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from core_model.errors import NobodyFoundError, PuppetPoseError
from core_model.evaluation import photographs, rendered
from core_model.evaluation.table import as_table
from core_model.evaluation.timing import evaluate_timing
from core_model.limits import LIMITS_RAD
from core_model.prediction import ATLAS_PX, Camera, Factors, Prediction, Synthesis
from core_model.skeleton import BACKGROUND, JOINT, LSP_14, MIRROR

SIZE = 64
LSP = [JOINT[name] for name in LSP_14]


def prediction(box_px: np.ndarray, joints2d_px: np.ndarray, joints3d_m: np.ndarray, parts: np.ndarray) -> Prediction:
    camera = Camera(np.eye(3), np.array([0, 0, 4.0]), 500.0, (SIZE, SIZE))
    atlas, background = np.zeros((14, 4, *ATLAS_PX), np.float32), np.zeros((SIZE, SIZE, 3), np.uint8)
    factors = Factors(np.zeros((20, 2)), np.zeros(12), camera, np.asarray(box_px, float), atlas, background)
    return Prediction(factors, joints3d_m, joints2d_px, np.ones(21), 1.0, parts, None)


@dataclass
class Person:
    image: np.ndarray
    joints2d_px: np.ndarray
    joints3d_m: np.ndarray
    joints_visible: np.ndarray
    parts: np.ndarray
    focal_px: float
    principal_px: np.ndarray


class FewPeople:
    """Random people whose truth is kept, so that a predictor can be told it."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(1)
        self.last: Person

    def sample(self) -> Person:
        joints3d_m = self.rng.normal(scale=0.4, size=(21, 3)) + [0, 0, 4]
        principal_px = self.rng.uniform(-20, 90, size=2)
        joints2d_px = joints3d_m[:, :2] / joints3d_m[:, 2:] * 100 + principal_px
        parts = np.full((SIZE, SIZE), BACKGROUND, np.uint8)
        parts[8:40, 16:48] = self.rng.integers(0, 14, size=(4, 4)).repeat(8, 0).repeat(8, 1)
        image = self.rng.integers(0, 255, size=(SIZE, SIZE, 3), dtype=np.uint8)
        visible = self.rng.random(21) < 0.8
        self.last = Person(image, joints2d_px, joints3d_m, visible, parts, 100.0, principal_px)
        return self.last


class Told:
    """Answers with the truth of the last person, changed by `change(joints3d_m)`, and checks what it was shown."""

    def __init__(self, people: FewPeople, change: Callable[[np.ndarray], np.ndarray] = lambda points: points) -> None:
        self.people, self.change = people, change

    def predict(self, frame, *, box_px=None, focal_px=None, synthesise=True) -> Prediction:
        person = self.people.last
        x0, y0, x1, y1 = box_px.astype(int)
        np.testing.assert_array_equal(frame[y0:y1, x0:x1], person.image)
        assert np.abs(np.array(frame.shape[1::-1]) / 2 - box_px[:2] - person.principal_px).max() <= 1.5
        joints3d_m = self.change(person.joints3d_m)
        joints2d_px = joints3d_m[:, :2] / joints3d_m[:, 2:] * focal_px + person.principal_px + box_px[:2]
        return prediction(box_px, joints2d_px, joints3d_m, person.parts)

    def synthesise(self, factors: Factors) -> Synthesis:
        raise AssertionError("nothing is to be put together here")


def test_rendered_people_told_the_truth() -> None:
    people = FewPeople()
    results = rendered.evaluate_rendered(people, Told(people), count=20)
    for name in ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "p_mpjpe_h36m_mm"):
        assert results[name] == pytest.approx(0, abs=1e-6)
    for name in ("pck_150mm", "auc", "pck_2d", "pck_2d_all_joints", "part_miou", "foreground_iou"):
        assert results[name] == pytest.approx(100)


def test_rendered_people_of_half_the_size() -> None:
    people = FewPeople()
    results = rendered.evaluate_rendered(people, Told(people, lambda points: points * [0.5, 0.5, 1]), count=20)
    assert results["mpjpe_mm"] > results["n_mpjpe_mm"] > results["p_mpjpe_mm"] > 1
    assert 0 < results["pck_2d"] < 100


def test_parts_of_another_box_are_put_where_they_lie() -> None:
    parts = np.full((8, 8), BACKGROUND, np.uint8)
    parts[2:6, 2:6] = 3
    said = prediction(np.array([20, 10, 36, 26]), np.zeros((21, 2)), np.zeros((21, 3)), parts)
    over = rendered.parts_over_image(said, np.array([10, 0]), 40)
    assert (over[14:22, 14:22] == 3).all()
    assert (over == 3).sum() == 64
    assert (over[over != 3] == BACKGROUND).all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four photographs; the last has only 11 visible joints and does not count. Marks of unseen joints are far off."""
    rng = np.random.default_rng(2)
    joints_px = rng.uniform(40, 200, size=(4, 14, 2))
    visible = np.ones((4, 14), np.uint8)
    visible[1, 0] = visible[3, :3] = 0
    joints_px[visible == 0] = -70
    names = np.array([f"im{index}.png" for index in range(4)])
    (tmp_path / "images").mkdir()
    for name in names:
        cv2.imwrite(str(tmp_path / "images" / name), np.zeros((240, 240, 3), np.uint8))
    np.savez(tmp_path / "joints.npz", joints2d_px=joints_px, visible=visible, image_names=names)
    return tmp_path


class Recited:
    """Answers photograph after photograph with given LSP points (N, 14, 2); None stands for nobody."""

    def __init__(self, answers: list[np.ndarray | None]) -> None:
        self.answers: Iterator[np.ndarray | None] = iter(answers)
        self.boxes: list[np.ndarray | None] = []

    def predict(self, frame, *, box_px=None, focal_px=None, synthesise=True) -> Prediction:
        self.boxes.append(box_px)
        answer = next(self.answers)
        if answer is None:
            raise NobodyFoundError("Nobody.", "Nothing.")
        joints2d_px = np.full((21, 2), np.nan)
        joints2d_px[LSP] = answer
        return prediction(np.zeros(4), joints2d_px, np.zeros((21, 3)), np.zeros((8, 8), np.uint8))

    def synthesise(self, factors: Factors) -> Synthesis:
        raise AssertionError("nothing is to be put together here")


def mirrored(joints_px: np.ndarray) -> np.ndarray:
    full = np.zeros((21, 2))
    full[LSP] = joints_px
    return full[MIRROR][LSP]


def test_photographs_told_the_truth(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    results = photographs.evaluate_photographs(folder, Recited([*known.joints_px, *known.joints_px]))
    assert results["images"] == 3
    for half in ("given_box", "own_locator"):
        assert results[half]["pck"] == results[half]["pck_flip_forgiven"] == 100
        assert set(results[half]["pck_by_joint"].values()) == {100}


def test_a_whole_body_flip_is_forgiven_only_where_it_says_so(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    answers = [mirrored(known.joints_px[0]), *known.joints_px[1:]]
    result = photographs.evaluate_photographs(folder, Recited(answers), locator=False)["given_box"]
    assert result["pck_flip_forgiven"] == 100
    assert 65 < result["pck"] < 80  # the joints of the midline stay right
    assert result["pck_by_joint"]["head"] == 100


def test_one_swapped_limb_is_not_forgiven(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    answers = known.joints_px.copy()
    ankles = [LSP_14.index("r_ankle"), LSP_14.index("l_ankle")]
    answers[0, ankles] = answers[0, ankles[::-1]]
    result = photographs.evaluate_photographs(folder, Recited(list(answers)), locator=False)["given_box"]
    assert result["pck_flip_forgiven"] == result["pck"] == pytest.approx(100 * 39 / 41)


def test_nobody_found_has_none_right(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    predictor = Recited([*known.joints_px, known.joints_px[0], None, known.joints_px[2]])
    own = photographs.evaluate_photographs(folder, predictor)["own_locator"]
    assert own["found"] == 2
    assert own["pck"] == pytest.approx(100 * 28 / 41)
    assert predictor.boxes[3:] == [None] * 3


def test_the_box_is_square_and_a_quarter_larger_than_the_visible_joints(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    for box, joints, visible in zip(known.box_px, known.joints_px, known.visible, strict=True):
        low, high = joints[visible].min(0), joints[visible].max(0)
        np.testing.assert_allclose(box[2:] - box[:2], 1.25 * (high - low).max())
        np.testing.assert_allclose((box[2:] + box[:2]) / 2, (low + high) / 2)


def test_the_torso_is_the_longer_diagonal(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    named = {name: known.joints_px[2, LSP_14.index(name)] for name in LSP_14}
    diagonals = [named["r_shoulder"] - named["l_hip"], named["l_shoulder"] - named["r_hip"]]
    assert known.torso_px[2] == pytest.approx(max(np.linalg.norm(diagonals, axis=1)))


def test_a_folder_without_photographs_is_told(tmp_path: Path) -> None:
    with pytest.raises(PuppetPoseError, match=r"joints\.npz"):
        photographs.load_photographs(tmp_path)


class Timed:
    """Counts, and keeps what it was asked to put together."""

    def __init__(self, nobody: bool = False) -> None:
        self.nobody, self.asked = nobody, []

    def careful(self) -> "Timed":
        return self

    def predict(self, frame, *, box_px=None, focal_px=None, synthesise=True) -> Prediction:
        assert synthesise
        if self.nobody:
            raise NobodyFoundError("Nobody.", "Nothing.")
        return prediction(np.zeros(4), np.zeros((21, 2)), np.zeros((21, 3)), np.zeros((8, 8), np.uint8))

    def synthesise(self, factors: Factors) -> Synthesis:
        self.asked.append(factors.angles_rad)
        return None  # type: ignore[return-value]


def test_times_are_of_different_edits_within_the_limits() -> None:
    predictor = Timed()
    results = evaluate_timing(predictor, [np.zeros((4, 4, 3), np.uint8)] * 6, edits=10)
    assert len({angles.tobytes() for angles in predictor.asked}) == len(predictor.asked) == 13
    assert all(((LIMITS_RAD[..., 0] <= a) & (a <= LIMITS_RAD[..., 1])).all() for a in predictor.asked)
    assert results["found"] == 1
    assert 0 < results["synthesis_median_ms"] <= results["synthesis_p95_ms"]
    assert results["analysis_to_reference"] == pytest.approx(results["analysis_median_ms"] / results["reference_ms"])


def test_a_clip_with_nobody_in_it_is_told() -> None:
    with pytest.raises(NobodyFoundError):
        evaluate_timing(Timed(nobody=True), [np.zeros((4, 4, 3), np.uint8)] * 5)


def test_the_table_shows_each_figure(folder: Path) -> None:
    people, known = FewPeople(), photographs.load_photographs(folder)
    results = {
        "checkpoint": "some.safetensors",
        "device": "CPU",
        "photographs": photographs.evaluate_photographs(folder, Recited([*known.joints_px, *known.joints_px])),
        "rendered": rendered.evaluate_rendered(people, Told(people), count=2),
        "timing": evaluate_timing(Timed(), [np.zeros((4, 4, 3), np.uint8)] * 6, edits=5),
    }
    table = as_table(results)
    for words in (
        "some.safetensors",
        "3 images",
        "calibration error",
        "called 90-100 % sure",
        "flip forgiven",
        "P-MPJPE",
        "part mIoU",
        "slider to image",
        "r_knee",
    ):
        assert words in table
    assert max(len(line) for line in table.splitlines()) <= 80


def test_the_command_without_photographs_says_where_to_put_them(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("torch")
    from core_model import predictor
    from core_model.evaluation import benchmark

    named = Timed()
    named.checkpoint_name, named.device_note = "some.safetensors", "CPU"
    monkeypatch.setattr(predictor.Predictor, "load", classmethod(lambda cls, checkpoint, device: named))
    monkeypatch.setenv("PUPPETPOSE_DATA", str(tmp_path))
    said: list[str] = []
    file = tmp_path / "results.json"
    results = benchmark.run(rendered_images=0, motion=False, timing=False, json_path=file, say=said.append)
    assert f"{tmp_path}" in results["missing"]
    assert "Set PUPPETPOSE_DATA" in said[0]
    assert json.loads(file.read_text()) == results


def test_confidences_are_measured_against_being_right(folder: Path) -> None:
    known = photographs.load_photographs(folder)
    results = photographs.evaluate_photographs(folder, Recited([*known.joints_px, None, None, None]))
    assert results["given_box"]["reliability"]["calibration_error"] == 0  # always sure, always right
    (row,) = results["own_locator"]["reliability"]["bins"]  # nobody found: sure of nothing
    assert (row["count"], row["high"], row["right"]) == (41, 0.1, 0)
    people = FewPeople()
    boasting = rendered.evaluate_rendered(people, Told(people, lambda points: points * [0.5, 0.5, 1]), count=20)
    assert boasting["reliability"]["calibration_error"] == pytest.approx(100 - boasting["pck_2d"])
