"""A page shows the surest and the least sure of what was found, and says how often nobody was."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from core_model.data.images import read_image
from core_model.errors import NobodyFoundError
from core_model.evaluation.overlays import Looked, Seen, look_at, page, summary, tile
from core_model.export.images import write_png
from core_model.prediction import Prediction
from tests.core_model.evaluation.clip_people import Guesser


class Doubter(Guesser):
    """As sure as a frame is bright; sees nobody in the dark."""

    def careful(self) -> "Doubter":
        return self

    def predict(self, frame: np.ndarray, **more: object) -> Prediction:
        if frame.mean() < 10:
            raise NobodyFoundError("Nobody.", "Light.")
        return replace(super().predict(frame, **more), confidence=np.full(21, frame.mean() / 255))


def folder_of(tmp: Path, greys: list[int]) -> Path:
    for i, grey in enumerate(greys):
        write_png(tmp / f"{i}.png", np.full((256, 256, 3), grey, np.uint8))
    return tmp


def test_the_surest_and_the_least_sure_are_shown_and_who_is_missed_is_told(tmp_path: Path) -> None:
    looked = look_at(folder_of(tmp_path, [0, 200, 100, 0, 50, 150]), Doubter())
    assert (looked.frames, [seen.frame for seen in looked.seen]) == (6, [1, 2, 4, 5])
    for seed in range(5):
        surest, chance, least = looked.shown(np.random.default_rng(seed))
        assert (surest.frame, least.frame) == (1, 4)
        assert chance.frame in (2, 5)
    (line,) = summary([looked])
    assert "somebody in 4 of 6 frames, 20 to 78 % sure" in line


def test_a_long_clip_is_looked_at_evenly_and_a_photograph_once(tmp_path: Path) -> None:
    clip = folder_of(tmp_path, [100 + i for i in range(9)])
    assert [seen.frame for seen in look_at(clip, Doubter(), count=3).seen] == [0, 4, 8]
    photograph = look_at(clip / "3.png", Doubter())
    assert (photograph.frames, len(photograph.shown(np.random.default_rng(0)))) == (1, 1)


def test_the_skeleton_is_over_the_person() -> None:
    joints = np.random.default_rng(0).uniform(400, 500, (21, 2))
    drawn = tile(np.full((900, 900, 3), 128, np.uint8), joints, np.ones(21))
    changed = (drawn != 128).any(axis=2)
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    assert 0.1 * len(drawn) < rows[0] < rows[-1] < 0.9 * len(drawn)
    assert 0.1 * len(drawn) < columns[0] < columns[-1] < 0.9 * len(drawn)


def test_a_clip_without_anybody_leaves_its_place_white(tmp_path: Path) -> None:
    seen = Seen("one", 0, 0.5, np.zeros((208, 208, 3), np.uint8))
    picture = page([Looked("nobody", 3, []), Looked("one", 1, [seen])], np.random.default_rng(0))
    half = picture.shape[1] // 2
    assert (picture[:, :half] == 255).all()
    assert (picture[:200, half : half + 200] == 0).all()
    write_png(tmp_path / "page.png", picture)
    assert (read_image(tmp_path / "page.png") == picture).all()
