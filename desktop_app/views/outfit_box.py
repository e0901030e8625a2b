"""A box to choose an appearance from."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy

from desktop_app.session.staging import Outfit


class OutfitBox(QComboBox):
    """Reports `chosen(outfit)`: None for the entry named by `none`, if there is one."""

    chosen = Signal(object)

    def __init__(self, tip: str, none: str = "") -> None:
        super().__init__()
        self._none = none
        self._outfits: list[Outfit | None] = []
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(10)
        self.activated.connect(lambda index: self.chosen.emit(self._outfits[index]))

    def show_outfits(self, outfits: tuple[Outfit, ...], current: Outfit | None) -> None:
        """What there is, and what is worn (which undo may have brought back)."""
        listed: list[Outfit | None] = [None] if self._none else []
        listed += outfits
        if current not in listed:
            listed.append(current)
        if listed != self._outfits:
            self._outfits = listed
            self.clear()
            self.addItems([self._none if outfit is None else outfit.name for outfit in listed])
        self.setCurrentIndex(listed.index(current))
