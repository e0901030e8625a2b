"""The motion of the clip written from the window, with what was edited in it."""

from pathlib import Path

import numpy as np
import pytest

from core_model.skeleton import JOINT
from desktop_app.application import Studio
from desktop_app.session.staging import Pose

WRIST = JOINT["l_wrist"]


def written(studio: Studio, qtbot, path: Path) -> Path:
    studio.motion_writer.write(path)
    qtbot.waitUntil(lambda: studio.session.task is None, timeout=20_000)
    return path


def wrists_m(path: Path) -> np.ndarray:
    with np.load(path) as file:
        return file["joints_m"][:, WRIST] - file["joints_m"][:, 0]


def test_what_was_edited_is_in_the_file_and_only_there(studio: Studio, qtbot, tmp_path: Path) -> None:
    studio.analyser.start()
    qtbot.waitUntil(lambda: studio.session.results.count == 50)
    studio.session.show(smooth=False)
    before = wrists_m(written(studio, qtbot, tmp_path / "before.npz"))
    assert len(before) == 50
    studio.session.take_pose(Pose("raised", np.full((20, 2), 0.3)))
    after = wrists_m(written(studio, qtbot, tmp_path / "after.npz"))
    changed = np.linalg.norm(after - before, axis=1) > 0.05
    assert np.flatnonzero(changed).tolist() == [0]


@pytest.mark.parametrize("suffix", [".bvh", ".glb", ".trc", ".csv", ".json"])
def test_the_format_follows_from_the_suffix(studio: Studio, qtbot, tmp_path: Path, suffix: str) -> None:
    path = written(studio, qtbot, tmp_path / f"walk{suffix}")
    assert path.stat().st_size > 100


def test_what_cannot_be_written_is_said(studio: Studio, qtbot, tmp_path: Path) -> None:
    assert not written(studio, qtbot, tmp_path / "nowhere" / "walk.bvh").exists()
    assert studio.session.problem is not None
