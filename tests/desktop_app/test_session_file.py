"""What a session keeps comes back the same; what cannot be read is said."""

import json
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_people import FakePerson, FakeWardrobe, fake_person
from fake_predictor import FRAME_PX, FakePredictor

from core_model.prediction import ATLAS_PX
from desktop_app.session import container
from desktop_app.session.clip_file import ClipFile, fingerprint
from desktop_app.session.coding import decode, encode
from desktop_app.session.coding_seen import seen_arrays, seen_from
from desktop_app.session.container import Content, SessionFileError
from desktop_app.session.corrections import Corrections
from desktop_app.session.display import Compare, Trail
from desktop_app.session.history import History
from desktop_app.session.kept import Kept, KeptSession, kept_of, restore
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.staging import CLEAN, OWN, Behind, Ground, Guest, Outfit
from desktop_app.session.state import Session

CLIP = Clip(Path("clip.mp4"), np.arange(10) / 25, FRAME_PX, 25.0)


def frame(index: int) -> Frame:
    """A light one."""
    return Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100 + index, np.uint8))


@pytest.fixture
def session() -> Session:
    """With something of all that can be changed."""
    session = Session()
    session.open(CLIP)
    for index in (1, 4):
        session.put_prediction(index, FakePredictor().predict(frame(index).image))
    session.put_prediction(7, None)
    session.put_frame(frame(4))
    session.edit_angle((11, 0), 0.123456789)
    session.edit_orbit("azimuth_rad", 1 / 3)
    person = FakePerson(FakeWardrobe({"offered": np.array(7)}), np.full(12, 0.5), ((2, np.ones((20, 2))),))
    guest = Outfit("them.mp4", guest=Guest("them.mp4", person.shape, person.poses_rad, person))
    stage = session.stage
    stage.offer(guest)
    stage.offer(sheet := Outfit("sheet.png", atlas=np.full((14, 4, *ATLAS_PX), 0.2, np.float32)))
    stage.wear(guest)
    stage.blend(sheet)
    stage.set_share(0.25)
    stage.wear_part(3, OWN)
    stage.set_shape(2, -0.7)
    stage.set_behind(Behind(Ground.IMAGE, image=np.arange(60, dtype=np.uint8).reshape(4, 5, 3), name="sea.png"))
    session.seek(4)
    session.set_loop(2, 8)
    session.show(compare=Compare.DIFFERENCE, opacity=0.3, isolated_part=3, trails=(Trail.FEET,), wipe=0.2)
    return session


def whole(session: Session, path: Path) -> KeptSession:
    """The session, of one clip."""
    now = kept_of(session)
    return session.clips.kept(replace(now, looks=lambda: {"offered": np.array(3)}), path)


def put(session: Session, kept: Kept) -> None:
    """Into a session."""
    restore(session, kept, History())


def content_of(kept: KeptSession) -> bytes:
    """To compare: what is in the file."""
    content = encode(kept, [b""])
    arrays = b"".join(name.encode() + array.tobytes() for name, array in sorted(content.arrays.items()))
    return json.dumps(content.state).encode() + arrays + b"".join(content.others.values())


def written(session: Session, path: Path, delta: bytes = b"") -> KeptSession:
    """Saved and read again."""
    container.write(path, encode(whole(session, path), [delta]))
    return decode(path, container.read(path), fake_person)[0]


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


def rewritten(path: Path, **changes: object) -> None:
    """As another version would have written it."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    state = json.loads(members.pop("session.json"))
    clip = state["clips"][0]
    clip.update({name: changes.pop(name) for name in list(changes) if name in clip and name != "outfits"})
    state.update(changes)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", json.dumps(state))
        archive.writestr("plots/about.txt", b"not known here")
        with archive.open("plots/speeds.npy", "w") as file:
            np.lib.format.write_array(file, np.arange(3))
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_file_of_version_1_is_a_session_of_one_clip(session: Session, tmp_path: Path) -> None:
    """It was written by that version, of what `session` holds."""
    old = Path(__file__).parent / "files" / "version_1.puppetpose"
    kept, deltas = decode(old, container.read(old), fake_person)
    assert (len(kept.clips), kept.shown, deltas) == (1, 0, [b"learnt"])
    clip, now = kept.clips[0], kept_of(session)
    assert clip.name == "clip.mp4"
    assert clip.corrections == Corrections({2: (1.0, 2.0, 30.0, 31.0)}, frozenset({5}))
    assert (clip.edits, clip.playback, kept.display) == (now.edits, now.playback, session.display)
    assert [outfit.name for outfit in clip.outfits] == [outfit.name for outfit in now.outfits]
    assert clip.staging.outfit is clip.outfits[1]
    assert clip.staging.shape == now.staging.shape
    np.testing.assert_array_equal(clip.staging.behind.image, now.staging.behind.image)
    np.testing.assert_array_equal(clip.state, now.state)
    for index, seen in now.seen.items():
        np.testing.assert_array_equal(clip.seen[index].joints3d_m, seen.joints3d_m)
        np.testing.assert_array_equal(clip.seen[index].parts, seen.parts)
        assert clip.seen[index].part_sure is None, "it was not kept then"
    assert clip.looks()["offered"] == 3
    container.write(tmp_path / "now.puppetpose", encode(kept, deltas))
    again, _ = decode(old, container.read(tmp_path / "now.puppetpose"), fake_person)
    assert content_of(again) == content_of(kept)


def test_a_newer_minor_version_opens_and_loses_nothing(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.puppetpose"
    written(session, path)
    display = {"opacity": 0.4, "compare": "BLINK", "trails": ["HEAD", "TAIL"], "of_the_future": True}
    rewritten(path, format={"major": container.MAJOR, "minor": 99}, plots={"joint": 3}, display=display)
    again = Session()
    again.open(CLIP)
    kept = decode(path, container.read(path), fake_person)[0]
    assert kept.display.opacity == 0.4
    assert kept.display.trails == (Trail.HEAD,)
    put(again, kept.clips[0])
    again.put_keeping(replace(again.keeping, foreign=kept.foreign))
    written(again, path)
    content = container.read(path)
    assert content.state["plots"] == {"joint": 3}
    assert content.others["plots/about.txt"] == b"not known here"
    assert content.arrays["plots/speeds"].tolist() == [0, 1, 2]


def test_a_newer_major_version_is_refused(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.puppetpose"
    written(session, path)
    rewritten(path, format={"major": container.MAJOR + 1, "minor": 0})
    with pytest.raises(SessionFileError, match="newer PuppetPose"):
        container.read(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_file_cut_short_says_so(session: Session, tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.puppetpose"
    written(session, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(SessionFileError, match="damaged, cut short"):
        container.read(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"clip": None},
        {"edits": {"3": {"angles_rad": [[99, 0, 0.1]], "orbit": {}}}},
        {"edits": [1]},
        {"playback": {"index": 99, "loop": None, "repeat": True}},
        {"playback": {"index": 0, "loop": [8, 2], "repeat": True}},
        {"display": {"opacity": "much"}},
        {"display": {"isolated_part": 99}},
        {"outfits": [{"name": "nobody", "lasting": True}] * 9},
        {"format": 1},
        {"format": {"major": float("nan")}},
    ],
)
def test_what_makes_no_sense_is_said(session: Session, tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "a.puppetpose"
    written(session, path)
    rewritten(path, **changes)
    with pytest.raises(SessionFileError, match=r"a\.puppetpose is damaged"):
        decode(path, container.read(path), fake_person)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match="There is no file"):
        container.read(tmp_path / "gone.puppetpose")
    with pytest.raises(SessionFileError, match="cannot be read"):
        container.read(tmp_path)


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
