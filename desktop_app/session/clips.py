"""The clips of a session: one is on show, the others are put away with all that is known of them.

Each has a history of its own. One history over all clips would have to open another video in the midst of an undo,
which takes time and may fail; and a person who presses Ctrl+Z wants to see what it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.session.clip_file import ClipFile, relative_to
from desktop_app.session.history import History
from desktop_app.session.keeping import ClipMark, Mark
from desktop_app.session.kept import Kept, KeptSession
from desktop_app.session.playback import Clip

if TYPE_CHECKING:
    from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Listed:
    """One of the clips. `kept`, `history` and `mark` are of the moment at which it was put away last, or was read."""

    number: int  # no other clip of the session ever has it
    kept: Kept
    history: History = field(default_factory=History)
    mark: ClipMark = field(default_factory=ClipMark)
    trouble: str = ""  # why it cannot be shown
    todo: str = ""  # what to do about that

    @property
    def path(self) -> Path:
        """Where its file was last."""
        return Path(self.kept.clip.absolute)


class Clips:
    """The list, in the order in which they came."""

    def __init__(self, session: "Session", items: Iterable[Listed] = ()) -> None:
        self._session = session
        self.items = tuple(items)
        self.shown: int | None = None
        """The number of the one on show."""
        self._given = max((item.number for item in self.items), default=0)

    def get(self, number: int | None) -> Listed | None:
        """One of them, if it is still there."""
        return next((item for item in self.items if item.number == number), None)

    def beside(self, step: int, number: int | None) -> Listed | None:
        """The next (1) or the one before (-1), round the end, of those without trouble; None without another."""
        numbers = [item.number for item in self.items]
        start = numbers.index(number) if number in numbers else -1
        around = [self.items[(start + step * k) % len(numbers)] for k in range(1, len(numbers) + 1)]
        return next((item for item in around if item.number != number and not item.trouble), None)

    def unfinished(self) -> list[int]:
        """The numbers of those of which not every frame was looked at, as far as they can be shown."""
        states = (
            (item, self._session.results.state if item.number == self.shown else item.kept.state) for item in self.items
        )
        return [item.number for item, state in states if not item.trouble and not (len(state) and state.all())]

    def add(self, kept: Iterable[Kept]) -> list[Listed]:
        """More of them, at the end."""
        new = []
        for one in kept:
            self._given += 1
            new.append(Listed(self._given, one))
        self._put((*self.items, *new))
        return new

    def remove(self, number: int) -> None:
        """One of those that are not on show."""
        if number != self.shown:
            self._put(tuple(item for item in self.items if item.number != number))

    def rename(self, number: int, title: str) -> None:
        """Call it something else; by its file's name where the title is empty."""
        if item := self.get(number):
            title = title.strip()
            title = "" if title == item.kept.clip.name else title
            self.change(number, kept=replace(item.kept, title=title))

    def change(self, number: int, **changes: object) -> None:
        """Replace fields of one, if it is still there."""
        self._put(
            tuple(replace(item, **changes) if item.number == number else item for item in self.items)  # type: ignore[arg-type]
        )

    def turn(self, number: int | None, clip: Clip | None, now: Kept | None) -> None:
        """Show another, of which nothing is known at first, or none. What is known `now` of the one before is put
        away."""
        session = self._session
        session.history.seal()
        self.items = tuple(self._turned(item, number, now) for item in self.items)
        self.shown = number
        session.begin(clip)

    def _turned(self, item: Listed, number: int | None, now: Kept | None) -> Listed:
        if item.number == self.shown and now:
            kept = replace(now, title=item.kept.title, foreign=item.kept.foreign)
            return replace(item, kept=kept, history=self._session.history, mark=self.mark_of(item))
        return replace(item, trouble="", todo="") if item.number == number else item

    def kept(self, now: Kept | None, path: Path | None) -> KeptSession:
        """All of the session, which belongs to the file `path`, for a file; `now` is the clip on show as it is now.

        Of a file that is not found stays what is known of where it was.
        """
        session, keeping = self._session, self._session.keeping
        found, shown = list[Kept](), 0
        for item in self.items:
            one = item.kept
            if item.number == self.shown and now:
                shown, one = len(found), replace(now, title=one.title, foreign=one.foreign)
            if not item.trouble or path != keeping.path:
                where = relative_to(Path(one.clip.absolute), path.parent if path else None)
                one = replace(one, clip=replace(one.clip, relative=where))
            found.append(one)
        return KeptSession(tuple(found), shown, path, session.display, session.origin, keeping.foreign)

    @property
    def mark(self) -> Mark:
        """This moment."""
        return Mark(tuple((item.number, item.kept.title, self.mark_of(item)) for item in self.items))

    def mark_of(self, item: Listed) -> ClipMark:
        """Of one of them, at this moment."""
        session = self._session
        if item.number != self.shown:
            return item.mark
        return ClipMark(session.history.last, session.adaptation.learnt, session.results.analysed)

    def _put(self, items: tuple[Listed, ...]) -> None:
        self.items = items
        self._session.changed.emit()


def kept_file(path: Path) -> Kept:
    """Of a file of which nothing is known yet."""
    return Kept(ClipFile(str(path.absolute()), None, "", 0, (0, 0)))
