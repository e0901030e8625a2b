"""Paths and neighbours of a frame: what is known within a second of it, and nothing else."""

import numpy as np
import pytest
from fake_predictor import FakePredictor, FakeReader

from core_model.skeleton import JOINT, PARTS
from desktop_app.session.display import Display, Trail
from desktop_app.session.results import Results
from desktop_app.session.trails import GHOSTS, MAX_FRAMES, trails_of

FRAMES = 200
ALL = Display(trails=(Trail.HANDS, Trail.PELVIS), neighbours=True, smooth=False)


@pytest.fixture(scope="module")
def results() -> Results:
    """Of all frames but 110 to 119."""
    made, predictor, reader = Results(FRAMES), FakePredictor(), FakeReader(FRAMES)
    for index in range(FRAMES):
        if not 110 <= index < 120:
            made.put(index, predictor.predict(reader.frame(index), synthesise=False))
    return made


def test_paths_are_those_of_the_joints(results: Results) -> None:
    times_s = np.arange(FRAMES) / 25
    trails = trails_of(results, times_s, 50, ALL)
    assert trails.joints == (JOINT["l_hand"], JOINT["r_hand"], JOINT["pelvis"])
    here = int(trails.nearness.argmax())
    np.testing.assert_array_equal(trails.paths_m[:, here], results.seen[50].joints3d_m[list(trails.joints)])
    np.testing.assert_array_equal(trails.paths_m[:, here + 3], results.seen[53].joints3d_m[list(trails.joints)])
    assert trails.nearness.max() == 1
    assert trails.nearness.min() >= 0


def test_what_is_not_known_is_a_gap(results: Results) -> None:
    trails = trails_of(results, np.arange(FRAMES) / 25, 100, ALL)
    here = int(trails.nearness.argmax())
    gap = np.isnan(trails.paths_m[0, :, 0])
    np.testing.assert_array_equal(np.flatnonzero(gap) - here, np.arange(10, 20))
    assert np.isfinite(trails.ghosts_m).all()


@pytest.mark.parametrize("index", [0, 50, FRAMES - 1])
@pytest.mark.parametrize("fps", [10, 25, 240])
def test_there_are_not_more_of_them_in_a_fast_clip(results: Results, index: int, fps: int) -> None:
    trails = trails_of(results, np.arange(FRAMES) / fps, index, ALL)
    assert trails.paths_m.shape[1] <= MAX_FRAMES + 1
    assert len(trails.ghosts_m) <= 2 * GHOSTS
    assert (np.abs(trails.ghost_nearness) < 1).all(), "the frame on show is no neighbour of its own"


def test_a_chosen_part_leaves_its_own_path(results: Results) -> None:
    times_s = np.arange(FRAMES) / 25
    chosen = Display(trails=(Trail.CHOSEN,), isolated_part=PARTS.index("l_forearm"))
    assert trails_of(results, times_s, 50, chosen).joints == (JOINT["l_elbow"], JOINT["l_wrist"])
    assert trails_of(results, times_s, 50, Display(trails=(Trail.CHOSEN,))) is None
    assert trails_of(results, times_s, 50, Display()) is None
