"""The bundled checkpoint on the bundled clip: what a newcomer sees first."""

from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core_model.assets import asset
from core_model.boxes import crop_of_joints, overlap, square_crop
from core_model.data.video import open_video
from core_model.errors import CheckpointError, NobodyFoundError
from core_model.limits import FREE_ANGLES, LIMITS_RAD
from core_model.prediction import CROP_PX
from core_model.predictor import BUNDLED, WIDER, Predictor, _part_index, calibrated
from core_model.retake import retake
from core_model.runtime import Engine, Network, run_torch
from core_model.seen import seen_of
from core_model.skeleton import BACKGROUND, JOINT, PARTS
from core_model.training.checkpoint import Checkpoint, load_checkpoint

CLIP = "clips/tfjs_pose_1.mp4"


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load()


@pytest.fixture(scope="module")
def frame() -> np.ndarray:
    with open_video(asset(CLIP)) as reader:
        return reader.frame(30)


def test_what_is_kept_of_a_prediction_makes_it_again(predictor: Predictor, frame: np.ndarray) -> None:
    first = predictor.predict(frame, synthesise=False)
    again = retake(frame, seen_of(first))
    cameras = (first.factors.camera, again.factors.camera)
    for one, other in ((first, again), (first.factors, again.factors), cameras):
        for field in fields(one):
            value = getattr(one, field.name)
            if isinstance(value, np.ndarray) and field.name != "part_sure":
                np.testing.assert_array_equal(value, getattr(other, field.name))
    assert cameras[0].focal_px == cameras[1].focal_px
    assert (first.score, cameras[0].frame_size_px) == (again.score, cameras[1].frame_size_px)
    lost = np.abs(first.part_sure.astype(int) - again.part_sure)
    assert lost.mean() < 0.02 * 255, "kept coarsely"
    assert (lost > 0.25 * 255).mean() < 0.01


def test_what_is_kept_of_a_prediction_holds_nothing_else(predictor: Predictor, frame: np.ndarray) -> None:
    """An hour has 100,000 frames: numbers side by side, in memory of their own, and two deflated maps."""
    kept = seen_of(predictor.predict(frame, synthesise=False))
    assert kept.row.base is None, "what the networks gave may be a part of something large"
    assert kept.row.nbytes + len(kept.deflated_parts) + len(kept.deflated_sure) < 4096


def test_where_the_locator_was_far_off_the_surer_of_two_crops_that_joints_ask_for_is_taken(
    predictor: Predictor, frame: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_for(box_px: np.ndarray) -> np.ndarray:
        seen = predictor.predict(frame, box_px=box_px, synthesise=False)
        return crop_of_joints(seen.joints2d_px, seen.confidence)

    close, _ = predictor.locate(frame)
    middle, half = (close[:2] + close[2:]) / 2, 0.8 * (close[2] - close[0])
    off = np.concatenate([middle - half, middle + half])
    monkeypatch.setattr(predictor, "locate", lambda _: (off, 0.9))
    found = predictor.predict(frame, synthesise=False)
    both = [predictor.predict(frame, box_px=asked_for(box), synthesise=False) for box in (off, square_crop(off, WIDER))]
    surer = max(both, key=lambda seen: float(seen.confidence.mean()))
    np.testing.assert_allclose(found.factors.box_px, surer.factors.box_px)
    np.testing.assert_allclose(found.joints2d_px, surer.joints2d_px)
    assert found.score == 0.9


def test_a_crop_is_looked_at_once_unless_it_is_in_doubt(
    predictor: Predictor, frame: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, _ = predictor.locate(frame)
    found = predictor.predict(frame, synthesise=False)
    np.testing.assert_array_equal(found.factors.box_px, close)
    monkeypatch.setattr("core_model.predictor.SURE_ENOUGH", 1.1)
    doubted = predictor.predict(frame, synthesise=False)
    assert not np.array_equal(doubted.factors.box_px, close)
    assert overlap(doubted.factors.box_px, close) > 0.5


def test_where_the_locator_s_first_choice_is_nobody_the_second_is_looked_at(
    predictor: Predictor, frame: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, _ = predictor.locate(frame)
    corner = np.array([0.0, 0.0, 90.0, 90.0])  # a piece of wall
    monkeypatch.setattr(predictor, "locate", lambda _: (corner, 0.6))
    monkeypatch.setattr(predictor, "people", lambda _: np.stack([corner]))
    assert predictor.predict(frame, synthesise=False).confidence.mean() < 0.5
    monkeypatch.setattr(predictor, "people", lambda _: np.stack([corner, close]))
    found = predictor.predict(frame, synthesise=False)
    assert overlap(found.factors.box_px, close) > 0.5
    assert found.confidence.mean() > 0.7


def test_the_person_is_found_and_taken_apart(predictor: Predictor, frame: np.ndarray) -> None:
    seen = predictor.predict(frame)
    head, feet = seen.joints2d_px[JOINT["head"]], seen.joints2d_px[[JOINT["l_ankle"], JOINT["r_ankle"]]]
    assert head[1] < feet[:, 1].min() - 100  # upright, and not small
    assert (np.abs(seen.joints2d_px - [265, 330]) < 160).all()  # where she stands in this clip
    assert seen.score > 0.5
    assert (seen.angles_rad >= LIMITS_RAD[..., 0] - 1e-9).all()
    assert (seen.angles_rad <= LIMITS_RAD[..., 1] + 1e-9).all()
    assert 0.03 < (seen.parts != BACKGROUND).mean() < 0.5
    projected = seen.factors.camera.project(seen.joints3d_m)
    assert np.median(np.linalg.norm(projected - seen.joints2d_px, axis=1)) < 25


def test_a_runs_encoder_takes_the_place_of_the_encoder_alone(tmp_path: Path) -> None:
    """Locator and decoder stay, whatever the run has made of the trunk; nothing of the encoder is rounded."""
    prepared: list[torch.nn.Module] = []

    def prepare(network: torch.nn.Module, _: object) -> Network:
        prepared.append(network)
        return lambda *planes: [plane + len(prepared) for plane in planes]  # which network is it?

    predictor = Predictor(load_checkpoint(asset(BUNDLED)), BUNDLED, Engine("none", prepare, True))
    count = len(prepared)
    learnt = {name: {k: v + 1 for k, v in predictor.checkpoint.states[name].items()} for name in ("trunk", "tail")}
    about = {"steps": 250, "calibration": {"slope": 2.0, "offset": 0.0}}
    other = predictor.with_encoder(Checkpoint(learnt, about), tmp_path / "run" / "encoder_best.safetensors")
    (encoder,) = prepared[count:]  # the others serve as they are
    for name, state in learnt.items():
        for key, value in getattr(encoder, name).state_dict().items():
            torch.testing.assert_close(value, state[key].to(value))
    assert other.checkpoint.states["decoder"] is predictor.checkpoint.states["decoder"]
    assert (other._locate, other._decode) == (predictor._locate, predictor._decode)
    assert other.checkpoint_name == "run (step 250, best)"
    mass = np.array([0.8])
    assert calibrated(mass, other._calibration[0])[0] == pytest.approx(16 / 17)  # as the run has measured it
    assert other._calibration[1] == other._calibration[0], "careful looks of the encoder before it tell nothing"
    plain = predictor.with_encoder(Checkpoint(learnt, {}), tmp_path / "run" / "encoder.safetensors")
    assert plain._calibration[0] == predictor._calibration[0]
    assert other.checkpoint_digest != predictor.checkpoint_digest
    assert predictor.checkpoint.states["tail"] is not other.checkpoint.states["tail"]
    with pytest.raises(CheckpointError, match="tail does not fit"):
        predictor.with_encoder(Checkpoint({"trunk": learnt["trunk"]}), tmp_path / "encoder.safetensors")


def test_an_edit_moves_the_image_where_the_limb_is_and_leaves_the_rest(predictor: Predictor, frame: np.ndarray) -> None:
    factors = predictor.predict(frame).factors
    angles = factors.angles_rad.copy()
    limb = JOINT["l_elbow"] - 1
    which = int(np.flatnonzero(FREE_ANGLES[limb])[0])
    angles[limb, which] = LIMITS_RAD[limb, which, 1]
    before, after = predictor.synthesise(factors), predictor.synthesise(factors.edited(angles_rad=angles))
    changed = np.abs(before.image.astype(int) - after.image.astype(int)).max(axis=2) > 12
    assert 0.002 < changed.mean() < 0.3
    assert not changed[-8:].any()  # the floor in front is as it was
    again = predictor.synthesise(factors)
    assert np.array_equal(before.image, again.image)


def test_nobody_is_nobody(predictor: Predictor) -> None:
    with pytest.raises(NobodyFoundError, match="Nobody was found"):
        predictor.predict(np.full((240, 320, 3), 127, np.uint8))


def test_half_out_of_view_is_still_an_answer(predictor: Predictor, frame: np.ndarray) -> None:
    seen = predictor.predict(frame[:330])  # cut at the hips
    assert np.isfinite(seen.joints3d_m).all()
    assert seen.confidence[JOINT["head"]] > seen.confidence[[JOINT["l_ankle"], JOINT["r_ankle"]]].max()


def torch_reference(eight_bit: bool) -> Predictor:
    return Predictor(load_checkpoint(asset(BUNDLED)), "torch", Engine("torch", lambda n, _: run_torch(n), eight_bit))


def test_openvino_says_what_torch_says(predictor: Predictor, frame: np.ndarray) -> None:
    """Joints within 1.5 % of the crop and parts on 98 % of its pixels (bf16 rounds to three digits)."""
    reference = torch_reference(eight_bit=True)  # torch simulates the integers that OpenVINO computes with
    box_px = predictor.predict(frame).box_px
    fast = predictor.predict(frame, box_px=box_px)
    slow = reference.predict(frame, box_px=box_px)
    sure = slow.confidence > 0.5
    far = np.linalg.norm(fast.joints2d_px - slow.joints2d_px, axis=1)[sure]
    assert far.max() < 0.015 * (box_px[2] - box_px[0])
    assert (fast.parts == slow.parts).mean() > 0.98
    assert fast.reconstruction is not None
    assert slow.reconstruction is not None
    difference = np.abs(fast.reconstruction.image.astype(int) - slow.reconstruction.image.astype(int))
    assert difference.mean() < 4


def test_eight_bits_hardly_move_a_joint(predictor: Predictor, frame: np.ndarray) -> None:
    """Half of the sure joints move by less than 0.5 % of the crop, none by more than 3 %."""
    box_px = predictor.predict(frame).box_px
    small, whole = (torch_reference(eight).predict(frame, box_px=box_px, synthesise=False) for eight in (True, False))
    sure = whole.confidence > 0.5
    moved = np.linalg.norm(small.joints2d_px - whole.joints2d_px, axis=1)[sure] / (box_px[2] - box_px[0])
    assert 0 < np.median(moved) < 0.005
    assert moved.max() < 0.03


def test_somebody_is_there_where_all_parts_together_are_likelier_than_the_background() -> None:
    logits = np.full((15, 8, 8), -20.0, np.float32)
    logits[[3, 4]], logits[BACKGROUND] = 0.0, 0.5  # which arm is uncertain, that there is one is not
    assert np.isin(_part_index(logits)[0], [3, 4]).all()
    logits[BACKGROUND] = 1.0
    assert (_part_index(logits)[0] == BACKGROUND).all()


def test_of_two_parts_that_are_as_likely_the_smaller_one_is_taken() -> None:
    logits = np.full((15, 8, 8), -20.0, np.float32)
    torso, hand = PARTS.index("torso"), PARTS.index("l_hand")
    logits[[torso, hand]] = 0.0
    assert (_part_index(logits)[0] == hand).all()
    logits[torso] = 1.0
    assert (_part_index(logits)[0] == torso).all()


def test_the_probability_of_a_part_is_its_share_of_all() -> None:
    drawn = np.random.default_rng(0).normal(0, 3, (15, 6, 6)).astype(np.float32)
    index, sure = _part_index(drawn)
    large = np.stack([cv2.resize(x, (CROP_PX, CROP_PX)) for x in drawn])
    share = np.exp(large) / np.exp(large).sum(axis=0)
    np.testing.assert_allclose(sure / 255, np.take_along_axis(share, index[None], axis=0)[0], atol=0.01)


def test_careful_looks_are_at_the_same_crop_and_leave_the_quick_ones_as_they_are(
    predictor: Predictor, frame: np.ndarray
) -> None:
    before = predictor.predict(frame, synthesise=False)
    careful, after = predictor.careful().predict(frame, synthesise=False), predictor.predict(frame, synthesise=False)
    np.testing.assert_array_equal(before.joints3d_m, after.joints3d_m)
    np.testing.assert_array_equal(before.box_px, careful.box_px)
    assert 0 < np.abs(before.joints2d_px - careful.joints2d_px).max() < 0.1 * (before.box_px[2] - before.box_px[0])
    assert predictor.careful().checkpoint_digest == predictor.checkpoint_digest
