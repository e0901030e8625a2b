"""What a session keeps comes back the same; what cannot be read is said."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from a_session import CLIP, changed, content_of, frame, put, whole, written
from fake_people import fake_person
from fake_predictor import FRAME_PX

from desktop_app.session import container
from desktop_app.session.clip_file import ClipFile, fingerprint
from desktop_app.session.coding import decode
from desktop_app.session.coding_seen import seen_arrays, seen_from
from desktop_app.session.container import Content
from desktop_app.session.playback import Clip
from desktop_app.session.staging import CLEAN, OWN
from desktop_app.session.state import Session


@pytest.fixture
def session() -> Session:
    """With something of all that can be changed."""
    return changed()


def test_what_was_saved_comes_back_the_same(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.puppetpose"
    again = Session()
    again.open(CLIP)
    kept = written(session, path, b"learnt")
    again.display = kept.display
    put(again, kept.clips[0])
    assert content_of(whole(again, path)) == content_of(whole(session, path))
    assert kept.clips[0].looks()["offered"] == 3
    assert decode(path, container.read(path), fake_person)[1] == [b"learnt"]
    again.put_frame(frame(4))
    again.put_prediction(4, session.results.get(4))
    for name in ("angles_rad", "shape"):
        np.testing.assert_array_equal(getattr(again.factors, name), getattr(session.factors, name))
    for index, one in session.results.seen.items():
        np.testing.assert_array_equal(again.results.seen[index].part_sure, one.part_sure)
    assert again.stage.staging.parts[3] is OWN
    assert again.stage.staging.outfit.guest.person.wardrobe.offered == 7
    assert again.results.floor_m == session.results.floor_m
    again.stage.reset()
    assert again.stage.staging.behind is CLEAN


def test_what_was_seen_in_many_frames_comes_back_the_same(session: Session) -> None:
    """More than are put in place in one go."""
    seen = {3 * i: session.results.seen[1 if i % 3 else 4] for i in range(1234)}
    again = seen_from({**seen_arrays(seen), "state": np.zeros(4000, np.uint8)})
    assert list(again) == list(seen)
    for index, one in seen.items():
        assert again[index].row == one.row
        assert (again[index].deflated_parts, again[index].deflated_sure) == (one.deflated_parts, one.deflated_sure)


def test_a_long_clip_is_written_with_little_memory(session: Session, tmp_path: Path) -> None:
    """Of the heap, that is: what is taken from it for a moment, and is large, is not always given back."""
    one = session.results.seen[1]
    seen = {i: replace(one, row=one.row.copy()) for i in range(6000)}
    tracemalloc.start()
    container.write(tmp_path / "a.puppetpose", Content(arrays=seen_arrays(seen)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 0.5 * sum(one.row.nbytes for one in seen.values())


def test_any_array_is_written_as_numpy_would(tmp_path: Path) -> None:
    wide = np.arange(600_000.0).reshape(1000, 600)
    arrays = {"none": np.zeros((0, 3)), "one": np.array(7), "wide": wide, "turned": wide.T, "spread": wide[::2, ::3]}
    container.write(path := tmp_path / "a.puppetpose", Content(arrays=arrays))
    again = container.read(path).arrays
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert (again[name].dtype, again[name].shape) == (array.dtype, array.shape)


def test_numpy_reads_the_arrays(session: Session, tmp_path: Path) -> None:
    written(session, tmp_path / "a.puppetpose")
    with np.load(tmp_path / "a.puppetpose") as arrays:
        np.testing.assert_array_equal(arrays["clips/0/frames/index"], [1, 4])
        np.testing.assert_array_equal(arrays["clips/0/frames/joints3d_m"][1], session.prediction.joints3d_m)


def test_another_video_takes_the_changes_only(session: Session, tmp_path: Path) -> None:
    kept = written(session, tmp_path / "a.puppetpose")
    other = Session()
    other.open(Clip(Path("other.mp4"), np.arange(5) / 25, FRAME_PX, 25.0))
    put(other, kept.clips[0])
    assert not other.results.seen
    assert other.edits == session.edits
    assert other.playback.loop is None


def test_what_was_changed_back_is_not_modified(session: Session) -> None:
    def save() -> None:
        session.put_keeping(replace(session.keeping, saved=session.mark))

    assert session.modified
    save()
    assert not session.modified
    for value in (0.1, 0.2):
        session.edit_angle((11, 0), value, dragging=True)
    assert session.modified
    session.undo()
    assert not session.modified
    session.redo()
    save()
    session.undo()
    assert session.modified
    session.edit_angle((11, 0), 0.2)
    assert session.modified, "the same value by another way is another history"


def test_of_a_long_history_the_beginning_is_not_taken_for_saved() -> None:
    session = Session()
    session.open(CLIP)
    for value in range(600):
        session.stage.set_shape(0, value / 600)
    while session.history.undo_label:
        session.undo()
    assert session.stage.staging
    assert session.modified


@pytest.mark.parametrize("place", ["beside", "relative", "absolute", "nowhere", "another one beside"])
def test_the_video_is_looked_for_beside_the_session_first(tmp_path: Path, place: str) -> None:
    home, away = tmp_path / "home", tmp_path / "away" / "clips"
    for folder in (home, away):
        folder.mkdir(parents=True)
    there = {"beside": home, "another one beside": home, "relative": away, "absolute": tmp_path, "nowhere": tmp_path}
    video = there[place] / "näh.mp4"
    video.write_bytes(b"x" * 200_000)
    was = tmp_path / "näh.mp4" if place == "absolute" else tmp_path / "old disk" / "näh.mp4"
    clip = ClipFile(str(was), "../away/clips/näh.mp4", fingerprint(video), 10, FRAME_PX)
    if place == "another one beside":
        video.write_bytes(b"y" * 200_000)
    found = clip.find(home)
    assert found == (None if place in ("nowhere", "another one beside") else video)


def test_a_changed_video_is_another(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    prints = set()
    for data in (b"", b"x", b"x" * 300_000, b"x" * 299_999 + b"y", b"x" * 300_001):
        video.write_bytes(data)
        prints.add(fingerprint(video))
    assert len(prints | {fingerprint(tmp_path)}) == 6
    assert fingerprint(tmp_path / "gone") == ""
