"""What is asked of runs that were begun: the same files as the command line writes."""

from pathlib import Path

from core_model.errors import PuppetPoseError
from core_model.training.control import Ask, read_status, wish
from desktop_app.session.activity import Problem
from desktop_app.session.state import Session


class RunControl:
    """Asks; how runs stand is read elsewhere."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._discarded: set[Path] = set()

    def ask(self, folder: Path, what: str) -> None:
        """Pause, resume, stop, checkpoint or discard a run."""
        try:
            wish(folder, Ask(what))
        except (PuppetPoseError, OSError) as error:
            self._session.report(Problem.of(error, f"Asking the run in {folder.name} to {what}"))
        else:
            if what == Ask.DISCARD:
                self._discarded.add(folder)
            self._session.note(f"Asked the training run in {folder}: {what}.")

    def tick(self) -> None:
        """Runs that are gone are watched no longer."""
        gone = {folder for folder in self._discarded if read_status(folder) is None}
        if gone:
            self._discarded -= gone
            self._session.runs.forget(gone)
