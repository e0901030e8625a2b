"""Calibrated confidence is how often one is right; merging keeps the last of each network."""

import numpy as np
import torch

from core_model.training.bundle import merge
from core_model.training.calibration import calibrate, calibrated
from core_model.training.checkpoint import Checkpoint


def test_calibration_finds_the_curve_that_made_the_answers() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.05, 0.95, 20000)
    logit = np.log(confidence / (1 - confidence))
    right = rng.random(20000) < 1 / (1 + np.exp(-(1.7 * logit - 0.4)))
    found = calibrate(confidence, right)
    assert abs(found["slope"] - 1.7) < 0.1
    assert abs(found["offset"] + 0.4) < 0.1
    assert calibrated(confidence, right) == found
    assert calibrated(confidence, np.ones(20000, bool)) == {}  # nothing tells when it is wrong


def test_merge_takes_each_network_from_its_last_source() -> None:
    a = Checkpoint({"trunk": {"w": torch.zeros(1)}, "decoder": {"w": torch.zeros(1)}}, {"steps": 1})
    b = Checkpoint({"decoder": {"w": torch.ones(1)}, "other": {"w": torch.ones(1)}}, {"steps": 2})
    merged = merge([a, b])
    assert set(merged.states) == {"trunk", "decoder"}
    assert float(merged.states["decoder"]["w"]) == 1
    assert merged.about["decoder"] == {"steps": 2}


def test_the_trunk_that_the_locator_looks_through_is_kept_where_the_encoder_s_is_another() -> None:
    at_first, learnt = {"w": torch.zeros(1)}, {"w": torch.ones(1)}
    locator = Checkpoint({"locator": {}, "imagenet": at_first})
    assert "imagenet" not in merge([Checkpoint({"trunk": at_first}), locator]).states
    both = merge([Checkpoint({"trunk": learnt}), locator])
    eyes = torch.nn.ParameterDict({"w": torch.full((1,), 5.0)})
    both.restore_eyes(eyes)
    assert float(eyes["w"].detach()) == 0
    Checkpoint({"trunk": learnt}).restore_eyes(eyes)
    assert float(eyes["w"].detach()) == 1


def test_a_bundle_tells_no_folders() -> None:
    source = Checkpoint({"decoder": {}}, {"config": {"imagenet": "/home/somebody/w.pth", "pool": "cache/pool"}})
    assert merge([source]).about["decoder"] == {"config": {"imagenet": "w.pth", "pool": "cache/pool"}}
