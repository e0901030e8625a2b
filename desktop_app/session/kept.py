"""All of a session that its file keeps, as one frozen value: taken from a session, and put into one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core_model.seen import Seen
from desktop_app.session.adaptation import Learnt
from desktop_app.session.clip_file import ClipFile, relative_to
from desktop_app.session.corrections import Corrections
from desktop_app.session.display import Display
from desktop_app.session.edits import Edit
from desktop_app.session.keeping import Foreign, Origin
from desktop_app.session.playback import Playback
from desktop_app.session.stage import Stage
from desktop_app.session.staging import Outfit, Staging
from desktop_app.session.state import Session

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """Pictures are not kept: they are made again of what is."""

    clip: ClipFile
    path: Path | None  # of the session's file, also in what is kept aside of it
    playback: Playback
    display: Display
    state: np.ndarray  # (T,) of the results
    seen: Mapping[int, Seen]
    edits: Mapping[int, Edit]
    corrections: Corrections
    staging: Staging
    outfits: tuple[Outfit, ...]
    in_use: bool  # what was learnt of the clip
    origin: Origin
    foreign: Foreign
    learnt: Learnt | None = None
    looks: Arrays | None = None  # the clip's wardrobe, and the frames that were offered to it


def kept_of(session: Session, path: Path | None) -> Kept | None:
    """This moment of a session that belongs into a file; None where there is no clip. Quick, and nothing in it changes
    any more."""
    clip, engine, keeping = session.clip, session.engine, session.keeping
    if clip is None:
        return None
    absolute = clip.path.absolute()
    where = relative_to(absolute, path.parent if path else None)
    return Kept(
        clip=ClipFile(str(absolute), where, clip.fingerprint, len(clip), clip.frame_size_px),
        path=path,
        playback=replace(session.playback, playing=False),
        display=session.display,
        state=session.results.state.copy(),
        seen=dict(session.results.seen),
        edits=dict(session.edits),
        corrections=session.correcting.made,
        staging=session.stage.staging,
        outfits=session.stage.outfits,
        in_use=session.adaptation.in_use,
        origin=Origin(engine.checkpoint_name, engine.checkpoint_digest) if engine.ready else keeping.origin,
        foreign=keeping.foreign,
        learnt=session.adaptation.learnt,
    )


def restore(session: Session, kept: Kept) -> None:
    """Put all of it into a session that was just opened on the clip. Of another video (other frames) nothing is taken
    that was seen in the first."""
    clip = session.clip
    if clip is None:
        return
    count = len(clip)
    loop = kept.playback.loop if kept.playback.loop and kept.playback.loop[1] < count else None
    session.playback = replace(kept.playback, index=min(kept.playback.index, count - 1), loop=loop)
    session.display = replace(kept.display, sheet=session.display.sheet)  # which is whether its pane is in front
    session.edits = {index: edit for index, edit in kept.edits.items() if index < count}
    session.correcting.made = kept.corrections.within(count)
    session.stage = Stage(session.history, session.changed.emit, kept.outfits)
    session.stage.staging = kept.staging
    if same_frames(session, kept):
        session.results.remember(kept.state, kept.seen)
    session.changed.emit()


def same_frames(session: Session, kept: Kept) -> bool:
    """Whether the clip on show has the frames that the session's had, as far as their number and size tell."""
    clip = session.clip
    return clip is not None and (len(clip), clip.frame_size_px) == (kept.clip.frames, kept.clip.frame_size_px)
