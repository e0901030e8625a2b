"""A pose of somebody in another clip: whose, and in which of the frames that were looked at."""

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop_app.session.resolve import Picture
from desktop_app.session.staging import Guest, Pose
from desktop_app.session.state import Session
from desktop_app.views.group import line
from desktop_app.views.pane import caption
from desktop_app.views.value_row import ValueRow


class GuestPose(QWidget):
    """Hidden as long as nobody else was looked at."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._guests: list[Guest] = []
        self.box = QComboBox()
        self.box.setToolTip("Whose pose is taken")
        self.row = ValueRow("Their pose", 1, 1, suffix="", decimals=0)
        self.row.setToolTip("The frames of their clip that were looked at, in order")
        self.row.changed.connect(self._take)
        self.row.released.connect(session.end_drag)
        self.row.undo.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line(caption("From"), self.box, stretch=1))
        column.addWidget(self.row)
        self.box.currentIndexChanged.connect(self._show_range)
        self.hide()

    def _take(self, value: float, dragging: bool) -> None:
        guest = self._guests[self.box.currentIndex()]
        index, angles_rad = guest.poses_rad[round(value) - 1]
        self._session.take_pose(Pose(guest.name, angles_rad), dragging=dragging)
        self.row.show_value(round(value), predicted=None, edited=False)
        self.row.label.setText(f"Their frame {index + 1}")

    def _show_range(self, index: int) -> None:
        if index >= 0:
            self.row.set_range(1, len(self._guests[index].poses_rad))

    def show_picture(self, picture: Picture) -> None:
        """Whoever was looked at."""
        guests = [outfit.guest for outfit in picture.outfits if outfit.guest is not None]
        if guests != self._guests:
            self._guests = guests
            self.box.clear()
            self.box.addItems([guest.name for guest in guests])
            self.box.setCurrentIndex(len(guests) - 1)
        self.setVisible(bool(guests))
        self.setEnabled(picture.prediction is not None)
