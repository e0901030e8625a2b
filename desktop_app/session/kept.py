"""All of a session that its file keeps, as frozen values: taken from a session, and put into one.

A clip that is not on show is kept in the same form: what it needs of memory is what its results need.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.seen import Seen
from desktop_app.session.adaptation import Learnt
from desktop_app.session.clip_file import ClipFile
from desktop_app.session.corrections import Correcting, Corrections
from desktop_app.session.display import Display
from desktop_app.session.edits import Edit
from desktop_app.session.history import History
from desktop_app.session.keeping import Foreign, Origin
from desktop_app.session.playback import Playback
from desktop_app.session.stage import Stage
from desktop_app.session.staging import OWN, Outfit, Staging

if TYPE_CHECKING:
    from desktop_app.session.state import Session

Arrays = Mapping[str, np.ndarray]
Looks = Callable[[], Arrays | None]
"""Gives a clip's wardrobe and the frames that were offered to it, on any thread; it may be made when asked for."""


def no_looks() -> None:
    """Of a clip that nobody was dressed from."""


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """Of one clip. Pictures are not kept: they are made again of what is."""

    clip: ClipFile
    title: str = ""  # where it is not the file's name
    playback: Playback = field(default_factory=Playback)
    state: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))  # (T,) of the results
    seen: Mapping[int, Seen] = field(default_factory=dict)
    edits: Mapping[int, Edit] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)
    staging: Staging = field(default_factory=Staging)
    outfits: tuple[Outfit, ...] = (OWN,)
    in_use: bool = False  # what was learnt of the clip
    foreign: Foreign = field(default_factory=Foreign)
    learnt: Learnt | None = None
    looks: Looks = no_looks

    @property
    def name(self) -> str:
        """As a person calls it."""
        return self.title or self.clip.name


@dataclass(frozen=True, eq=False, slots=True)
class KeptSession:
    """All its clips, in their order, and what they share."""

    clips: tuple[Kept, ...]
    shown: int  # which of them was on show
    path: Path | None  # of the session's file, also in what is kept aside of it
    display: Display
    origin: Origin
    foreign: Foreign


def kept_of(session: "Session", title: str = "") -> Kept | None:
    """This moment of the clip on show; None where there is none. Quick, and nothing in it changes any more."""
    clip = session.clip
    if clip is None:
        return None
    return Kept(
        clip=ClipFile(str(clip.path.absolute()), None, clip.fingerprint, len(clip), clip.frame_size_px),
        title=title,
        playback=replace(session.playback, playing=False),
        state=session.results.state.copy(),
        seen=dict(session.results.seen),
        edits=dict(session.edits),
        corrections=session.correcting.made,
        staging=session.stage.staging,
        outfits=session.stage.outfits,
        in_use=session.adaptation.in_use,
        learnt=session.adaptation.learnt,
    )


def restore(session: "Session", kept: Kept, history: History) -> None:
    """Put all of it into a session in which the clip was just shown. Of another video (other frames) nothing is taken
    that was seen in the first. What can be worn in the session can still be worn."""
    clip = session.clip
    if clip is None:
        return
    count = len(clip)
    loop = kept.playback.loop if kept.playback.loop and kept.playback.loop[1] < count else None
    session.playback = replace(kept.playback, index=min(kept.playback.index, count - 1), loop=loop)
    session.edits = {index: edit for index, edit in kept.edits.items() if index < count}
    session.history = history
    outfits = tuple(dict.fromkeys((*kept.outfits, *session.stage.outfits)))
    session.stage = Stage(history, session.changed.emit, outfits)
    session.stage.staging = kept.staging
    session.correcting = Correcting(history, session.results, session.changed.emit)
    session.correcting.made = kept.corrections.within(count)
    if same_frames(session, kept):
        session.results.remember(kept.state, kept.seen)
    session.changed.emit()


def same_frames(session: "Session", kept: Kept) -> bool:
    """Whether the clip on show has the frames that were looked at, as far as their number and size tell."""
    clip = session.clip
    return clip is not None and (len(clip), clip.frame_size_px) == (kept.clip.frames, kept.clip.frame_size_px)
