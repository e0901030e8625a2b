"""Pairs of frames: both of one person, what lies behind and beside the target's, mirrored together."""

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core_model.data.batches import read_crops
from core_model.data.clips import Clips, pair_batch
from core_model.data.unlabelled.store import VideoData
from core_model.errors import ConfigError
from tests.core_model.clip_data import clip_of_noise, write_clip


@pytest.fixture(scope="module")
def clip() -> VideoData:
    return clip_of_noise(3, seed=0)


@pytest.fixture(scope="module")
def folder(clip: VideoData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    write_clip(folder / "a.npz", clip)
    write_clip(folder / "b.npz", replace(clip_of_noise(2, seed=1), clear=np.array([True, False])))
    return folder


def bytes_of(picture: torch.Tensor) -> np.ndarray:
    return (picture * 255).round().byte().permute(1, 2, 0).numpy()


def test_a_pair_is_what_the_file_says(clip: VideoData, folder: Path) -> None:
    clips = Clips(folder)
    assert clips.pairs.tolist() == [[0, 0, 2]]  # the other file's only pair is not clear
    batch = pair_batch(clips, [np.random.default_rng(i) for i in range(16)])
    kinds = set()
    for i in range(16):
        row = {name: getattr(batch, name)[i] for name in batch.__slots__}
        for target, source in ((0, 2), (2, 0)):
            for flip in (False, True):
                turn = np.s_[:, ::-1] if flip else np.s_[:]
                if not np.array_equal(bytes_of(row["target"]), clip.image[target][turn]):
                    continue
                kinds.add((target, flip))
                assert np.array_equal(bytes_of(row["source"]), clip.image[source][turn])
                assert np.array_equal(bytes_of(row["neighbour"]), clip.image[1][turn])
                assert np.array_equal(bytes_of(row["background"]), clip.background[target][turn])
                assert np.array_equal(row["known"][0].numpy() > 0, clip.background_known[target][turn])
                assert np.array_equal(row["foreground"][0].numpy() > 0, clip.foreground[target][turn])
                assert np.array_equal(bytes_of(row["confidence"])[..., 0], clip.foreground_confidence[target][turn])
                assert float(row["seconds"]) == pytest.approx(0.1)
                left = (0.1 if target == 0 else -0.1) * (-1 if flip else 1)  # the crops lie 10 of 100 px apart
                assert row["neighbour_box"].tolist() == pytest.approx([left, 0, left + 1, 1], abs=1e-6)
    assert len(kinds) == 4


def test_another_process_reads_the_same(folder: Path) -> None:
    one, other = (
        pair_batch(clips, [np.random.default_rng(5)])
        for clips in (Clips(folder), pickle.loads(pickle.dumps(Clips(folder))))
    )
    assert all(torch.equal(getattr(one, name), getattr(other, name)) for name in one.__slots__)


def test_a_frame_without_neighbours_is_its_own(clip: VideoData, tmp_path: Path) -> None:
    write_clip(tmp_path / "alone.npz", replace(clip, neighbour_pairs=np.zeros((0, 2), int)))
    batch = pair_batch(Clips(tmp_path), [np.random.default_rng(0)])
    assert torch.equal(batch.neighbour, batch.target)
    assert batch.neighbour_box.tolist() == [[0, 0, 1, 1]]


def test_crops_without_pairs_are_refused(clip: VideoData, tmp_path: Path) -> None:
    np.savez(tmp_path / "crops.npz", image=clip.image)
    with pytest.raises(ConfigError, match="no pairs of them"):
        Clips(tmp_path)
    write_clip(tmp_path / "crops.npz", replace(clip, far_pairs=np.zeros((0, 2), int)))
    with pytest.raises(ConfigError, match="no pair of frames"):
        Clips(tmp_path)


def test_of_what_is_held_out_nothing_is_learnt(tmp_path: Path) -> None:
    """Twenty frames 0.1 s apart: four are held out, and five before them are too near."""
    clip, everything = clip_of_noise(20, seed=2), np.stack(np.triu_indices(20, 1), axis=1)
    write_clip(tmp_path / "clip.npz", replace(clip, far_pairs=everything))
    clips = Clips(tmp_path, 0.2)
    assert set(clips.pairs[:, 1:].ravel()) == set(range(11))
    assert set(clips.held_out[:, 2]) == {16, 17, 18, 19}
    assert {tuple(sorted(pair)) for pair in clips.held_out[:, 1:]} <= {tuple(pair) for pair in everything}
    assert np.array_equal(read_crops(tmp_path, 0.2), clip.image[:11])
    again = pickle.loads(pickle.dumps(clips))
    assert np.array_equal(again.pairs, clips.pairs)
    assert not len(Clips(tmp_path).held_out)
    assert len(read_crops(tmp_path)) == 20


def test_where_nothing_is_left_to_learn_from_it_says_so(clip: VideoData, tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.npz", clip)
    with pytest.raises(ConfigError, match="held_out_share"):
        Clips(tmp_path, 0.5)
