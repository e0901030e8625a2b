"""Session files of other versions, cut short, or of nonsense."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from a_session import CLIP, changed, content_of, put, written
from fake_people import fake_person

from desktop_app.session import container
from desktop_app.session.coding import decode, encode
from desktop_app.session.container import SessionFileError
from desktop_app.session.corrections import Corrections
from desktop_app.session.display import Trail
from desktop_app.session.kept import kept_of
from desktop_app.session.state import Session


@pytest.fixture
def session() -> Session:
    """With something of all that can be changed."""
    return changed()


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
