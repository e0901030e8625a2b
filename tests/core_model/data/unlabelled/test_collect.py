"""`puppetpose data` on clips with a stand-in for the network: what is kept, what is made once, what is left out."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands import common
from core_model.data.batches import read_crops
from core_model.data.unlabelled import collect as collecting
from core_model.data.unlabelled.build import Settings
from core_model.data.unlabelled.collect import Collected, Network, Skipped, collect, video_files
from core_model.data.unlabelled.keeping import thinned
from core_model.data.unlabelled.store import VideoData, read_people, read_video_data
from core_model.errors import MediaError
from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX, Prediction
from core_model.skeleton import BACKGROUND

Write = Callable[..., Path]


class Seer:
    """The stand-in, with joints in space where the joints in the picture are, and parts over the red."""

    checkpoint_name, device_note = "a stand-in", "here"

    def __init__(self, stand_in: Any) -> None:
        self.stand_in, self.looks = stand_in, 0

    def careful(self):
        return self

    def locate(self, frame: np.ndarray) -> tuple[np.ndarray, float]:
        return self.stand_in.locate(frame)

    def predict(self, frame: np.ndarray, *, box_px: np.ndarray | None = None, **options: Any) -> Prediction:
        self.looks += 1
        seen = self.stand_in.predict(frame, box_px=box_px, synthesise=False)
        centre = np.array(frame.shape[1::-1]) / 2
        flat = (seen.joints2d_px - centre) * 3 / seen.factors.camera.focal_px
        crop = crop_image(frame, seen.box_px, CROP_PX)
        red = (crop[..., 0] > 150) & (crop[..., 1] < 120)
        bands = np.cumsum(red.any(axis=1)) * 14 // (red.any(axis=1).sum() + 1)
        parts = np.where(red, bands[:, None], BACKGROUND).astype(np.uint8)
        return replace(seen, joints3d_m=np.column_stack([flat, np.full(21, 3.0)]).astype(np.float32), parts=parts)


@pytest.fixture
def seer(stand_in: Any) -> Seer:
    return Seer(stand_in)


@pytest.fixture
def network(seer: Seer) -> Network:
    return Network("of the stand-in", lambda: seer)


@pytest.fixture
def draw(draw_person: Callable[..., np.ndarray]) -> Callable[[int], np.ndarray]:
    """Somebody who walks, and grows and shrinks."""

    def frame(number: int) -> np.ndarray:
        wide = 14 + 40 * abs(number % 20 - 10) / 10
        return draw_person(20 + 1.5 * number, 30, wide, 90 - wide)

    return frame


def gathered(file: Path, folder: Path, network: Network, **options: Any) -> tuple[VideoData, Collected]:
    (done,) = collect([file], folder, network, Settings(**options))
    assert isinstance(done, Collected)
    return read_video_data(done.file), done


@pytest.fixture
def clip(write_clip: Write, draw: Callable[[int], np.ndarray]) -> Path:
    return write_clip(pts=range(0, 320, 4), draw=draw)


def test_what_is_kept_says_what_it_is(clip: Path, tmp_path: Path, network: Network) -> None:
    data, done = gathered(clip, tmp_path, network)
    count = len(data.image)
    assert done.summary.kept == count == done.summary.sampled - sum(done.summary.dropped.values())
    assert 15 < count <= 26  # 3.2 s at 8 a second
    assert all(len(getattr(data, n)) == count for n in VideoData.__slots__ if not n.endswith("pairs"))
    assert (np.diff(data.pts_s) > 0).all()
    assert len(data.far_pairs)
    assert len(data.neighbour_pairs)
    assert done.summary.shots[0].camera == "static"
    assert data.has_background.all()
    middle = count // 2
    found = data.foreground_of(middle)
    assert found is not None
    person = data.parts[middle] != BACKGROUND
    sure = found.confidence > 0.5
    assert (found.mask == person)[sure].mean() > 0.95
    assert sure.mean() > 0.7
    x, y = data.points_px[middle].round().astype(int).clip(0, CROP_PX - 1).T
    assert person[y, x].mean() > 0.8


def test_a_neighbour_is_shown_in_the_crop_of_the_other(clip: Path, tmp_path: Path, network: Network) -> None:
    data, _ = gathered(clip, tmp_path, network)
    one, other = data.neighbour_pairs[3]
    moved = data.in_crop_of(one, other)
    red = [np.flatnonzero((image[..., 0] > 150).any(axis=0)).mean() for image in (data.image[one], moved)]
    step_px = (1.5 * 3 + 1) * CROP_PX / (data.box_px[other, 2] - data.box_px[other, 0])
    assert abs(np.flatnonzero((data.image[other][..., 0] > 150).any(axis=0)).mean() - red[1]) < 4 * step_px
    assert np.isfinite(red).all()
    np.testing.assert_array_equal(data.in_crop_of(one, one), data.image[one])


def test_training_reads_the_files(clip: Path, tmp_path: Path, network: Network) -> None:
    data, done = gathered(clip, tmp_path, network)
    np.testing.assert_array_equal(read_crops(tmp_path), data.image) if clip.parent != tmp_path else None
    (person,) = read_people(done.file)
    assert len(person) == len(data.image)
    np.testing.assert_array_equal(person[2].points_px, data.points_px[2])
    sure = person[2].sure
    assert ((person[2].mask > 0) == (data.parts[2] != BACKGROUND))[~sure].all()
    assert ((person[2].mask > 0) == data.foreground[2])[sure].all()


def test_each_shot_has_people_of_its_own(write_clip: Write, tmp_path: Path, network: Network, draw: Any) -> None:
    clip = write_clip(pts=range(0, 320, 4), draw=lambda n: draw(n) if n < 40 else draw(n) ^ np.uint8([0, 0, 0xC0]))
    data, done = gathered(clip, tmp_path, network)
    assert len(done.summary.shots) == 2
    assert set(data.shot) == {0, 1}
    assert not set(data.person[data.shot == 0]) & set(data.person[data.shot == 1])
    pairs = np.concatenate([data.far_pairs, data.neighbour_pairs])
    assert (data.shot[pairs[:, 0]] == data.shot[pairs[:, 1]]).all()


def test_somebody_who_stands_still_is_kept_once(write_clip: Write, tmp_path: Path, network: Network, draw: Any) -> None:
    data, done = gathered(write_clip(pts=range(0, 200, 4), draw=lambda _: draw(3)), tmp_path, network)
    assert len(data.image) <= 2  # the box settles
    assert done.summary.dropped["alike"] >= done.summary.sampled - 2


def test_the_number_of_crops_is_bounded(clip: Path, tmp_path: Path, network: Network) -> None:
    data, done = gathered(clip, tmp_path, network, most_kept=9)
    assert len(data.image) == 9
    assert len(data.neighbour_pairs) >= 5
    assert done.summary.dropped["surplus"] > 0
    for count, most in ((100, 30), (7, 2), (5, 1), (3, 0), (31, 30)):
        assert len(thinned(count, most)) <= most


def test_a_second_start_decodes_nothing(
    clip: Path, tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = gathered(clip, tmp_path / "out", network) if (tmp_path / "out").mkdir() is None else (None, None)
    monkeypatch.setattr(collecting, "open_video", lambda _: pytest.fail("opened again"))
    unloaded = Network(network.fingerprint, lambda: pytest.fail("loaded for nothing"))
    again, done = gathered(clip, tmp_path / "out", unloaded)
    assert done.made_before
    np.testing.assert_array_equal(again.image, first.image)


@pytest.mark.parametrize("change", ["touched", "settings", "checkpoint"])
def test_what_changed_is_made_again(change: str, clip: Path, tmp_path: Path, network: Network) -> None:
    (tmp_path / "out").mkdir()
    gathered(clip, tmp_path / "out", network)
    if change == "touched":
        os.utime(clip, (1, 1))
    other = Network("another", network.load) if change == "checkpoint" else network
    _, done = gathered(clip, tmp_path / "out", other, **({"frames_per_s": 4.0} if change == "settings" else {}))
    assert not done.made_before
    assert len(list((tmp_path / "out").iterdir())) == 1  # in place of the old one


def test_a_broken_file_is_left_out_and_the_rest_goes_on(clip: Path, tmp_path: Path, network: Network) -> None:
    broken = clip.with_name("a broken.mp4")
    broken.write_bytes(b"no video" * 50)
    done = list(collect(video_files([clip.parent]), tmp_path, network))
    assert [type(d) for d in done] == [Skipped, Collected]
    assert isinstance(done[0], Skipped)
    assert "a broken.mp4" in done[0].reason


def test_a_damaged_result_is_made_again(clip: Path, tmp_path: Path, network: Network) -> None:
    _, done = gathered(clip, tmp_path, network)
    done.file.write_bytes(done.file.read_bytes()[:1000])
    _, again = gathered(clip, tmp_path, network)
    assert not again.made_before


def test_folders_are_searched_and_empty_ones_refused(tmp_path: Path) -> None:
    (tmp_path / "in" / ".hidden").mkdir(parents=True)
    for name in ("in/b10.mp4", "in/b9.MOV", "in/notes.txt", "in/.hidden/c.mp4", "in/.d.mp4"):
        (tmp_path / name).touch()
    assert [f.name for f in video_files([tmp_path, tmp_path / "in"])] == ["b9.MOV", "b10.mp4"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="no videos"):
        video_files([tmp_path / "empty"])
    with pytest.raises(MediaError, match="no file or folder"):
        video_files([tmp_path / "nowhere"])


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seer: Seer) -> Callable[..., int]:
    """`puppetpose data` with the stand-in."""
    weights = tmp_path / "weights"
    weights.write_bytes(b"weights")
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: seer)

    def run(*options: str | Path) -> int:
        out = ["--out", str(tmp_path / "data"), "--checkpoint", str(weights)]
        return main(["data", *map(str, options), *out])

    return run


def test_the_command_tells_and_draws(
    clip: Path, tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(clip, "--pictures", tmp_path / "pictures") == 0
    told = capsys.readouterr().out
    for words in ("3.2 s", "camera static", "pairs far apart", "known", "confidence"):
        assert words in told
    (sheet,) = (tmp_path / "pictures").iterdir()
    assert cv2.imread(str(sheet)).shape[1] == 8 * 192
    assert command(clip, "--json") == 0
    about = json.loads(capsys.readouterr().out)
    assert about["made_before"]
    assert about["kept"] == sum(shot["kept"] for shot in about["shots"])


def test_the_command_fails_only_if_nothing_is_usable(
    clip: Path, write_clip: Write, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    empty = write_clip("nobody.mp4", draw=lambda _: np.full((64, 96, 3), 40, np.uint8))
    broken = clip.with_name("broken.mp4")
    broken.touch()
    assert command(empty, broken, clip) == 0
    assert "broken.mp4 is empty" in capsys.readouterr().err
    assert command(empty, broken) == 2
    told = capsys.readouterr().err
    assert "Nothing in any of the 2 videos can be used" in told
    assert "Traceback" not in told
    assert command(clip.with_name("nowhere")) == 2
