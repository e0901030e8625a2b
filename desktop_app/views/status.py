"""The bottom line: which device and why, how fast, how much memory."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QStatusBar

from core_model.memory import memory_mb
from desktop_app.session.activity import Engine, Phase
from desktop_app.session.resolve import Picture
from desktop_app.views.pane import steady

_MEMORY_EVERY_MS = 2000


class StatusLine(QStatusBar):
    """Labels only."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.device, self._checkpoint = QLabel(), QLabel()
        self._rate, self._memory = steady(), steady()
        self.addWidget(self.device)
        self.addWidget(self._checkpoint)
        self.addPermanentWidget(self._rate)
        self.addPermanentWidget(self._memory)
        self._rate.setToolTip("Looking at one frame; making one image.")
        self._memory.setToolTip("Memory of this program.")
        self._timer = QTimer(self)
        self._timer.setInterval(_MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        self._show_memory()

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        engine = picture.engine
        self.device.setText(_device(engine))
        self._checkpoint.setText(f"Checkpoint: {engine.checkpoint_name}" if engine.checkpoint_name else "")
        parts = []
        if engine.predict_ms:
            parts.append(f"predict {engine.predict_ms:.0f} ms ({1e3 / engine.predict_ms:.2g} frames/s)")
        if engine.synthesise_ms:
            parts.append(f"synthesise {engine.synthesise_ms:.0f} ms")
        self._rate.setText(" · ".join(parts))

    def _show_memory(self) -> None:
        megabytes = memory_mb()
        self._memory.setText("" if megabytes is None else f"{megabytes:.0f} MB")


def _device(engine: Engine) -> str:
    words = {Phase.IDLE: "", Phase.STARTING: "Starting the network ...", Phase.FAILED: "The network is not available"}
    return words.get(engine.phase, engine.device_note)
