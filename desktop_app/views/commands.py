"""What the window can ask for beyond the session: given by the application, which alone knows the controllers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.views.camera_dialog import Offered
from desktop_app.views.training_commands import TrainingCommands


def _nothing() -> None:
    pass


def _ignore(path: Path) -> None:
    pass


def _ignore_both(path: Path, then: Callable[[], None]) -> None:
    pass


def _take(folder: Path, file: str) -> None:
    pass


def _never(on: bool) -> None:
    pass


def _none_of(paths: Sequence[Path]) -> None:
    pass


def _nowhere(number: int) -> None:
    pass


def _find_none(then: Callable[[list[Offered]], None]) -> None:
    pass


def _no_source(source: str) -> None:
    pass


@dataclass(frozen=True)
class Commands:
    """Things that take longer than a change of state."""

    open: Callable[[Path, Callable[[], None]], None] = _ignore_both  # the second hears when a session is there
    analyse: Callable[[], None] = _nothing
    analyse_carefully: Callable[[], None] = _nothing  # all frames anew
    analyse_all: Callable[[], None] = _nothing  # every clip of the session
    cancel: Callable[[], None] = _nothing
    invite: Callable[[Path], None] = _ignore  # look at another clip in the background
    cancel_task: Callable[[], None] = _nothing
    find_place: Callable[[], None] = _nothing  # look behind the person
    follow: Callable[[], None] = _nothing
    write_motion: Callable[[Path], None] = _ignore
    load_moves: Callable[[Path], None] = _ignore
    random_pose: Callable[[], None] = _nothing
    save_sheet: Callable[[Path], None] = _ignore
    load_sheet: Callable[[Path], None] = _ignore
    load_background: Callable[[Path], None] = _ignore
    save_frame: Callable[[Path], None] = _ignore
    save_curves: Callable[[Path], None] = _ignore  # what is plotted, as a table
    adapt: Callable[[], None] = _nothing
    stop_adapting: Callable[[], None] = _nothing
    use_adaptation: Callable[[bool], None] = _never
    save_adaptation: Callable[[Path], None] = _ignore
    load_adaptation: Callable[[Path], None] = _ignore
    add_runs: Callable[[Path], None] = _ignore  # watch the training runs in a folder
    take_checkpoint: Callable[[Path, str], None] = _take  # of a run's folder, the file of that name
    exchange_checkpoint: Callable[[], None] = _nothing  # the run's for the one the studio began with, and back
    save: Callable[[Path, Callable[[], None]], None] = _ignore_both  # the session; the second hears when it is saved
    relink: Callable[[Path], None] = _ignore  # there the session's video is
    take_other: Callable[[], None] = _nothing  # although it is another video
    give_up: Callable[[], None] = _nothing  # open no session
    recover: Callable[[], None] = _nothing
    discard: Callable[[], None] = _nothing  # what could be recovered
    later: Callable[[], None] = _nothing  # decide that at the next start
    add_clips: Callable[[Sequence[Path]], None] = _none_of  # to the session
    show_clip: Callable[[int], None] = _nowhere  # by its number in the list
    step_clip: Callable[[int], None] = _nowhere  # 1: the next, -1: the one before
    remove_clip: Callable[[int], None] = _nowhere
    find_cameras: Callable[[Callable[[list[Offered]], None]], None] = _find_none
    open_camera: Callable[[str], None] = _no_source  # by its source
    record: Callable[[], None] = _nothing  # from the camera on show
    stop_camera: Callable[[], None] = _nothing
    training: TrainingCommands = field(default_factory=TrainingCommands)
