"""The list of clips, as it is shown."""

from dataclasses import dataclass

import numpy as np

from desktop_app.session.clips import Listed
from desktop_app.session.state import Session


@dataclass(frozen=True, slots=True)
class Row:
    """A clip of the session."""

    number: int
    name: str
    path: str
    what: str  # its size and how much of it is analysed, or what is wrong with it
    todo: str  # what to do about that
    trouble: bool
    shown: bool
    worked_on: bool  # something was seen or changed in it


def rows_of(session: Session) -> tuple[Row, ...]:
    """In their order."""
    return tuple(_row(session, item) for item in session.clips.items)


def _row(session: Session, item: Listed) -> Row:
    clip, shown = session.clip, item.number == session.clips.shown
    if shown and clip is not None:
        size, state, edits = (len(clip), *clip.frame_size_px), session.results.state, bool(session.edits)
    else:
        kept = item.kept
        size, state, edits = (kept.clip.frames, *kept.clip.frame_size_px), kept.state, bool(kept.edits)
    what = item.trouble or _what(size, int(np.count_nonzero(state)))
    marked = session.clips.mark_of(item)
    worked_on = bool(state.any() or edits or marked)
    path = clip.path if shown and clip is not None else item.path
    return Row(item.number, item.kept.name, str(path), what, item.todo, bool(item.trouble), shown, worked_on)


def _what(size: tuple[int, int, int], looked_at: int) -> str:
    """
    >>> _what((120, 640, 360), 30)
    '120 frames · 640×360 · 25 % looked at'
    """
    frames, width, height = size
    if not frames:
        return "Not opened yet"
    share = f" · {100 * looked_at // frames} % looked at" if looked_at else ""
    return f"{frames} {'frame' if frames == 1 else 'frames'} · {width}×{height}{share}"
