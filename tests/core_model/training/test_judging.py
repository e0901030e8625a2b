"""What a run is judged by, and what its checkpoints keep of that."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps
from core_model.training import trainer
from core_model.training.checkpoint import load_checkpoint
from core_model.training.judge import Verdict, judge
from core_model.training.pose_losses import gaussian_maps
from core_model.training.trainer import Judged, Saved, train
from tests.core_model.training.conftest import fill


def test_sureness_is_measured_where_there_are_enough_joints(setting: Any) -> None:
    """Of every second person the network knows where they are, and is sure of it; the others it looks at twice."""

    def judged(count: int) -> Verdict:
        pool = fill(setting.tmp / str(count), count, seed=3)
        truth = pool.read(np.arange(count))
        cells = torch.from_numpy(truth["joints2d_px"] * (MAP_PX / INPUT_PX)).float()
        means = truth["image"].mean(axis=(1, 2, 3))

        def teacher(images: torch.Tensor) -> EncoderMaps:
            numbers = [int(np.abs(255 * float(image.mean()) - means).argmin()) for image in images]
            heat = torch.stack([gaussian_maps(cells[[n]], MAP_PX)[0] * 1e4 * (n % 2 == 0) for n in numbers])
            limbs, parts = torch.ones(len(images), 60, MAP_PX, MAP_PX), torch.zeros(len(images), 15, 48, 48)
            return EncoderMaps(heat, limbs, parts, torch.zeros(len(images), 12))

        return judge(teacher, pool)

    assert judged(2).calibration == {}
    verdict = judged(20)
    assert verdict.figures["pck_2d"] > 45
    sure, unsure = (
        1 / (1 + np.exp(-(verdict.calibration["slope"] * x + verdict.calibration["offset"]))) for x in (5, -5)
    )
    assert sure > 0.9
    assert unsure < 0.2


def test_a_judged_run_keeps_how_sure_its_network_may_be(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"slope": 2.0, "offset": 0.5}
    figures = {"pck_2d": 1.0, "limbs_mm": 1.0, "score": 1.0}
    monkeypatch.setattr(trainer, "judge", lambda *_: Verdict(figures, found))
    config = setting.with_held_out(judge_every=2, steps=4, save_every_s=0.0)
    run = train(config)
    next(event for event in run if isinstance(event, Judged))
    next(event for event in run if isinstance(event, Saved))
    run.close()
    *_, last = train(dataclasses.replace(config, judge_every=0))  # it is not judged again
    best = setting.tmp / "run" / "encoder_best.safetensors"
    assert [load_checkpoint(path).about["calibration"] for path in (last.path, best)] == [found, found]
