"""Two processes under `torchrun` take the steps that one takes, and one of them writes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from core_model.training.run import read_state
from core_model.training.trainer import Step, train

SCRIPT = """
import importlib.util, json, os, sys
spec = importlib.util.spec_from_file_location("small", sys.argv[1])
small = importlib.util.module_from_spec(spec)
sys.modules["small"] = small
spec.loader.exec_module(small)
from core_model.training import run
from core_model.training.config import from_mapping
from core_model.training.trainer import train
run.PoseEncoder, run.frozen_features = small.SmallEncoder, small.quick_features
events = list(train(from_mapping(json.loads(sys.argv[2]))))
told = [[type(e).__name__, e.step, getattr(e, "losses", None)] for e in events]
open(sys.argv[3] + os.environ["RANK"], "w").write(json.dumps(told))
"""


@pytest.mark.timeout(300)
def test_two_processes_learn_what_one_does(setting: Any) -> None:
    """In pieces of the same size, so that batch norm sees the same; float32, so that only the order of sums differs."""
    common = {
        "batch": 8, "piece": 4, "steps": 3, "precision": "32-true", "save_every_s": 0.0, "warmup_steps": 0,
        "unlabelled": str(setting.crops), "judge_every": 3, "preview_every": 3, "device": "cpu",
    }  # fmt: skip
    config = setting.with_held_out("two", **common)
    alone = [e for e in train(setting.with_held_out("one", **common)) if isinstance(e, Step)]
    script, told = setting.tmp / "script.py", setting.tmp / "told"
    script.write_text(SCRIPT)
    values = {k: v for k, v in vars(config).items() if k != "losses"}
    arguments = [str(script), str(Path(__file__).parent / "conftest.py"), json.dumps(values), str(told)]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*launch, *arguments], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (json.loads(Path(f"{told}{rank}").read_text()) for rank in (0, 1))
    steps = ["Step", "Saved", "Step", "Saved", "Step", "Judged", "Preview", "Saved", "Finished"]
    assert [name for name, *_ in first] == steps
    assert [name for name, *_ in second] == ["Step", "Step", "Step", "Finished"]
    for rank in (first, second):
        found = [losses for name, _, losses in rank if name == "Step"]
        for step, losses in zip(alone, found, strict=True):
            assert losses == pytest.approx(step.losses, rel=1e-5)
    one, two = (read_state(setting.tmp / name / "state.pt") for name in ("one", "two"))
    assert one is not None
    assert two is not None
    for key, value in one["encoder"].items():
        assert torch.allclose(two["encoder"][key], value, rtol=1e-3, atol=1e-5), key
