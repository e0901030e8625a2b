"""What makes people harder to read changes how they look, and is measured by where their joints are."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from core_model.evaluation import hardships
from core_model.evaluation.hardships import CHANGES, People, draw, share_right
from core_model.networks.encoder import INPUT_PX
from core_model.skeleton import JOINT, LSP_14

PHOTOS = [np.random.default_rng(i).integers(0, 256, (64, 64, 3), np.uint8) for i in range(3)]


@pytest.fixture(scope="module")
def people() -> People:
    return draw(4)


class Says:
    """Knows where the joints are, `off_px` beside, and keeps what it is shown."""

    def __init__(self, people: People, off_px: float = 0.0) -> None:
        self.answers, self.shown = iter(people.joints_px + off_px), []

    def predict(self, frame: np.ndarray, **_: Any) -> Any:
        self.shown.append(frame)
        joints = np.zeros((21, 2))
        joints[[JOINT[name] for name in LSP_14]] = next(self.answers)
        return SimpleNamespace(joints2d_px=joints)


def test_who_knows_the_joints_has_all_right_and_who_is_beside_them_none(people: People) -> None:
    for changes in CHANGES.values():
        assert share_right(people, PHOTOS, changes, Says(people)) == 100
    assert share_right(people, PHOTOS, (), Says(people, INPUT_PX)) == 0


def test_every_change_shows_and_the_same_one_every_time(people: People) -> None:
    def shown(changes: Any) -> np.ndarray:
        share_right(people, PHOTOS, changes, says := Says(people))
        return np.stack(says.shown)

    plain = shown(())
    assert np.array_equal(plain, shown(()))
    for name, changes in CHANGES.items():
        if changes:
            assert (shown(changes) != plain).mean() > 0.01, name


def test_any_pictures_stand_behind(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.jpg"), PHOTOS[0])
    (tmp_path / "b.jpg").write_text("no picture")
    assert [p.shape for p in hardships.read_pictures(tmp_path)] == [(256, 256, 3)]
