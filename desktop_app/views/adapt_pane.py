"""Adapting to the clip: one button, how far it is, and a held-out frame that gets better."""

from PySide6.QtWidgets import QProgressBar

from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands
from desktop_app.views.image_tile import ImageTile
from desktop_app.views.pane import Pane, button, caption, chip, show_progress
from desktop_app.views.parts_pane import dress
from desktop_app.views.theme import Theme

_CAPTION = "A frame kept aside: painted · before · now · as it is"
_HINT = "Learn for two and a half minutes from this clip, without labels: better pictures of this person."


class AdaptPane(Pane):
    """Start, stop, use, keep."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands = session, commands
        row = self.add_strip()
        self.start = button("Adapt to this clip", "Learn from the frames that were analysed", commands.adapt)
        self.stop = button("Stop", "End it now and keep the best so far", commands.stop_adapting)
        self.used = chip("In use", "Make pictures with what was learnt, or without", commands.use_adaptation)
        self.save = button("Save…", "Keep what was learnt in a small file", self._save)
        self.load = button("Load…", "Use what was learnt from this clip before", self._load)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.text = caption()
        for widget in (self.start, self.stop, self.used, self.save, self.load):
            row.addWidget(widget)
        row.addStretch(1)
        news = self.add_strip()  # a row of its own: the window must not get wider than small screens are
        news.addWidget(self.text)
        news.addWidget(self.progress, 1)
        self.tile = ImageTile()
        self.column.addWidget(self.tile, 1)

    def _save(self) -> None:
        if path := dialogs.choose_delta(self, save=True):
            self._commands.save_adaptation(path)

    def _load(self) -> None:
        if path := dialogs.choose_delta(self, save=False):
            self._commands.load_adaptation(path)

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        dress(self.tile, theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        adaptation, ready = picture.adaptation, picture.engine.ready and picture.clip is not None
        self.start.setVisible(not adaptation.running)
        self.start.setEnabled(ready and not picture.analysis.running)
        self.stop.setVisible(adaptation.running)
        self.progress.setVisible(adaptation.running)
        show_progress(self.progress, round(100 * adaptation.share_done), 100)
        self.used.setEnabled(adaptation.known and not adaptation.running and not adaptation.preparing)
        self.used.setChecked(adaptation.in_use)
        self.save.setEnabled(adaptation.known and not adaptation.running)
        self.load.setEnabled(ready and not adaptation.running)
        self.text.setText(_words(picture))
        self.tile.show_image(adaptation.picture, key=adaptation.picture, caption=_CAPTION, hint=_HINT)


def _words(picture: Picture) -> str:
    adaptation = picture.adaptation
    if adaptation.preparing:
        return "Taking it into use…"
    if not adaptation.steps:
        return "Preparing…" if adaptation.running else ""
    return f"Frames kept aside: {-100 * adaptation.change:.1f} % nearer to what they should be"
