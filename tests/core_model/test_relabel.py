"""Left and right exchanged: each is where the other was, and twice is as before."""

from pathlib import Path

import numpy as np
import pytest

from core_model.assets import asset
from core_model.data.video import open_video
from core_model.prediction import Prediction
from core_model.predictor import Predictor
from core_model.relabel import exchanged_sides
from core_model.skeleton import JOINT, MIRROR, PARTS


@pytest.fixture(scope="module")
def seen() -> Prediction:
    """A frame of the bundled clip."""
    with open_video(Path(asset("clips/tfjs_pose_1.mp4"))) as reader:
        return Predictor.load(device="cpu").predict(reader.frame(30), synthesise=False)


def test_each_is_where_the_other_was(seen: Prediction) -> None:
    other = exchanged_sides(seen)
    np.testing.assert_array_equal(other.joints2d_px, seen.joints2d_px[MIRROR])
    np.testing.assert_array_equal(other.parts == PARTS.index("l_thigh"), seen.parts == PARTS.index("r_thigh"))
    knees = JOINT["l_knee"], JOINT["r_knee"]
    for one, twin in (knees, knees[::-1]):
        assert np.linalg.norm(other.joints3d_m[one] - seen.joints3d_m[twin]) < 0.25  # the limits have a word in it
    facing = [p.factors.camera.rotation[:, 2] for p in (seen, other)]
    assert facing[0] @ facing[1] < 0  # the other way


def test_twice_is_as_before(seen: Prediction) -> None:
    again = exchanged_sides(exchanged_sides(seen))
    np.testing.assert_array_equal(again.parts, seen.parts)
    np.testing.assert_array_equal(again.factors.atlas, seen.factors.atlas)
    assert np.linalg.norm(again.joints3d_m - seen.joints3d_m, axis=1).mean() < 0.12
