"""A session in which everything is changed, saved and read again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from fake_people import FakePerson, FakeWardrobe, fake_person
from fake_predictor import FRAME_PX, FakePredictor

from core_model.prediction import ATLAS_PX
from desktop_app.session import container
from desktop_app.session.coding import decode, encode
from desktop_app.session.display import Compare, Trail
from desktop_app.session.history import History
from desktop_app.session.kept import Kept, KeptSession, kept_of, restore
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.staging import OWN, Behind, Ground, Guest, Outfit
from desktop_app.session.state import Session

CLIP = Clip(Path("clip.mp4"), np.arange(10) / 25, FRAME_PX, 25.0)


def frame(index: int) -> Frame:
    """A light one."""
    return Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100 + index, np.uint8))


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


def changed() -> Session:
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
