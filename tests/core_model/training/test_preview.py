"""The sheet of pictures of a run: what is shown of clips is what nothing was learnt from."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from core_model.data.clips import Clips
from core_model.data.pool import SamplePool
from core_model.networks.encoder import INPUT_PX
from core_model.training.preview import COUNT, preview
from tests.core_model.clip_data import clip_of_noise, write_clip
from tests.core_model.training.conftest import SmallEncoder


@pytest.mark.parametrize("share", [0.1, 0.0])
def test_targets_are_held_out_frames_where_there_are_some(share: float, setting: Any, tmp_path: Path) -> None:
    clip = replace(clip_of_noise(12, seed=0), far_pairs=np.array([[0, 4], [0, 11]]))
    write_clip(tmp_path / "clips" / "clip.npz", clip)
    clips = Clips(tmp_path / "clips", share)
    torch.manual_seed(0)
    sheet = preview(SmallEncoder().eval(), SamplePool(setting.pool), clips)
    assert sheet.rows[:3] == ("source", "target", "reconstruction")
    target = np.split(sheet.image[INPUT_PX : 2 * INPUT_PX], COUNT, axis=1)[: COUNT // 2]
    small = [cv2.resize(image, (INPUT_PX, INPUT_PX)) for image in clip.image]
    shown = {next(i for i, image in enumerate(small) if np.array_equal(image, column)) for column in target}
    assert (shown == {11}) is bool(share)
