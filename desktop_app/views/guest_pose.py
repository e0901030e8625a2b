"""A pose of somebody in another clip or in a motion file: whose, and in which of their frames."""

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop_app.session.resolve import Picture
from desktop_app.session.staging import Guest, Moves, Pose
from desktop_app.session.state import Session
from desktop_app.views.group import line
from desktop_app.views.pane import button, caption
from desktop_app.views.value_row import ValueRow


class GuestPose(QWidget):
    """Hidden as long as there is nobody else."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sources: list[Guest | Moves] = []
        self.box = QComboBox()
        self.box.setToolTip("Whose pose is taken")
        self.row = ValueRow("Their pose", 1, 1, suffix="", decimals=0)
        self.row.setToolTip("The frames of their clip that were looked at, or of their motion, in order")
        self.row.changed.connect(self._take)
        self.row.released.connect(session.end_drag)
        self.row.undo.hide()
        self.drive = button(
            "Move so", "The person moves like this from the frame on show on, up to the loop's end", self._drive
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line(caption("From"), self.box, self.drive, stretch=1))
        column.addWidget(self.row)
        self.box.currentIndexChanged.connect(self._show_source)
        self.hide()

    def _take(self, value: float, dragging: bool) -> None:
        source = self._sources[self.box.currentIndex()]
        index, angles_rad = source.poses_rad[round(value) - 1]
        self._session.take_pose(Pose(source.name, angles_rad), dragging=dragging)
        self.row.show_value(round(value), predicted=None, edited=False)
        self.row.label.setText(f"Their frame {index + 1}")

    def _drive(self) -> None:
        source = self._sources[self.box.currentIndex()]
        if isinstance(source, Moves):
            self._session.drive(source)

    def _show_source(self, index: int) -> None:
        if index >= 0:
            self.row.set_range(1, len(self._sources[index].poses_rad))
            self.drive.setVisible(isinstance(self._sources[index], Moves))

    def show_picture(self, picture: Picture) -> None:
        """Whoever was looked at or read."""
        guests = [outfit.guest for outfit in picture.outfits if outfit.guest is not None]
        sources: list[Guest | Moves] = [*guests, *picture.moves]
        if sources != self._sources:
            self._sources = sources
            self.box.clear()
            self.box.addItems([source.name for source in sources])
            self.box.setCurrentIndex(len(sources) - 1)
        self.setVisible(bool(sources))
        self.setEnabled(picture.prediction is not None)
