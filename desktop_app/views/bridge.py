"""The one file that joins threads and Qt: answers come in through a queue, one redraw follows many changes."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app.jobs.worker import Answer
from desktop_app.session.state import Session

MIN_REDRAW_MS = 12
"""Redraws are no closer than this; a lone change is drawn at once."""
IMAGE_WAIT_MS = 40
"""A change is drawn with its image, a moved playhead with its frame, if that comes in this time: half the work."""
_DRAIN_LIMIT_S = 0.01
_TICK_MS = 8


class Bridge(QObject):
    """Queue -> session on the GUI thread; session -> redraw; a clock while the clip plays."""

    _posted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._queue: SimpleQueue[Answer] = SimpleQueue()
        self._posted.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._redraw_timer = _timer(self, 0)
        self._redraw_timer.setSingleShot(True)
        self._redraw_timer.timeout.connect(self._redraw)
        self._tick_timer = _timer(self, _TICK_MS)
        self._tick_timer.timeout.connect(lambda: self.tick(perf_counter()))
        self._timers: list[QTimer] = []
        self._redrawn_s = 0.0
        self.redraw: Callable[[], None] = lambda: None
        self.tick: Callable[[float], None] = lambda now_s: None
        session.changed.connect(self._changed)

    def post(self, answer: Answer) -> None:
        """From any thread: deliver this on the GUI thread."""
        self._queue.put(answer)
        self._posted.emit()

    def every(self, interval_s: float, call: Callable[[], None]) -> None:
        """Call it again and again."""
        timer = _timer(self, round(interval_s * 1e3))
        timer.timeout.connect(call)
        timer.start()
        self._timers.append(timer)

    def close(self) -> None:
        """Nothing is delivered, drawn or called any more."""
        for timer in self._timers:
            timer.stop()
        self._session.changed.disconnect(self._changed)
        self._redraw_timer.stop()
        self._tick_timer.stop()
        self._posted.disconnect(self._drain)

    def _drain(self) -> None:
        end_s = perf_counter() + _DRAIN_LIMIT_S
        try:
            while perf_counter() < end_s:
                self._queue.get_nowait().deliver()
        except Empty:
            return
        self._posted.emit()  # the rest after the window had its turn

    def _changed(self) -> None:
        if self._session.playback.playing != self._tick_timer.isActive():
            if self._session.playback.playing:
                self._tick_timer.start()
            else:
                self._tick_timer.stop()
                self.tick(perf_counter())
        since_ms = (perf_counter() - self._redrawn_s) * 1e3
        session = self._session
        waits = session.frame_expected if session.playback.playing else session.image_expected
        delay_ms = IMAGE_WAIT_MS if waits else max(0, round(MIN_REDRAW_MS - since_ms))
        if not self._redraw_timer.isActive() or self._redraw_timer.remainingTime() > delay_ms:
            self._redraw_timer.start(delay_ms)

    def _redraw(self) -> None:
        self._redrawn_s = perf_counter()
        self.redraw()


def _timer(parent: QObject, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(interval_ms)
    return timer
