"""What is seen while a camera is recorded, so that the recording is a clip that was looked at already."""

from pathlib import Path

import numpy as np

from core_model.prediction import Prediction
from core_model.seen import Seen, seen_of
from desktop_app.session.clip_file import ClipFile, fingerprint
from desktop_app.session.kept import Kept
from desktop_app.session.results import NOBODY, PREDICTED


class Recording:
    """Frames that were dropped are in the file as well: they can be looked at later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: dict[int, Seen | None] = {}

    def put(self, index: int, prediction: Prediction | None) -> None:
        """A frame of the recording was looked at."""
        self._seen[index] = seen_of(prediction) if prediction is not None else None

    def kept(self, count: int, size_px: tuple[int, int]) -> Kept | None:
        """As a clip of so many frames of that size; None where there are none."""
        if not count:
            return None
        state = np.zeros(count, np.uint8)
        for index, one in self._seen.items():
            state[index] = NOBODY if one is None else PREDICTED
        seen = {index: one for index, one in self._seen.items() if one is not None}
        clip = ClipFile(str(self.path.absolute()), None, fingerprint(self.path), count, size_px)
        return Kept(clip, state=state, seen=seen)
