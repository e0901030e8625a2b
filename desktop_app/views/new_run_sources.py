"""What a new run learns from: videos and folders, and what was found in them."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QProgressBar, QTreeWidget, QTreeWidgetItem

from desktop_app.session.new_run import Found, NewRun
from desktop_app.views import dialogs
from desktop_app.views.group import line
from desktop_app.views.pane import Pane, button, caption, keep_list_keys, sentence
from desktop_app.views.training_commands import TrainingCommands

_COLUMNS = ("Video", "Length", "Shots", "People", "Kept", "Pairs", "Outlines")
_HINT = (
    "Drop videos or folders here: people in motion, unlabelled. They are looked at before anything is learnt.\n"
    "Without any, the run learns from rendered people alone."
)


class Sources(Pane):
    """A list of what was given over a list of what is in it; files can be dropped on both."""

    def __init__(self, commands: TrainingCommands) -> None:
        super().__init__()
        self._commands = commands
        self.setAcceptDrops(True)
        self.column.setSpacing(6)
        self.add_videos = button("Add videos…", "Videos to learn from", self._add_videos)
        self.add_folder = button("Add a folder…", "All videos in a folder, and in folders within it", self._add_folder)
        self.remove = button("Remove", "Without the selected ones; the files stay", self._remove)
        self.given, self.found = QTreeWidget(), QTreeWidget()
        self.given.setHeaderHidden(True)
        self.given.setRootIsDecorated(False)
        self.given.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.given.setAccessibleName("What the run learns from")
        self.given.setMaximumHeight(110)
        self.given.itemSelectionChanged.connect(lambda: self.remove.setEnabled(bool(self.given.selectedItems())))
        self.found.setHeaderLabels(list(_COLUMNS))
        self.found.setAccessibleName("What was found in each video")
        self.found.header().setStretchLastSection(False)
        self.found.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.found.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for tree in (self.given, self.found):
            keep_list_keys(tree)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setFixedHeight(8)
        self.progress_text = caption()
        self.stop = button("Cancel", "Look no further; what was found stays", commands.cancel)
        self.going = line(self.progress_text, self.progress, self.stop, stretch=1)
        self.hint, self.summary = sentence(_HINT), sentence()
        self.summary.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(line(self.add_videos, self.add_folder, self.remove, push=False))
        for widget, stretch in (
            (self.given, 0),
            (self.going, 0),
            (self.found, 1000),
            (self.hint, 1000),
            (self.summary, 0),
        ):
            self.column.addWidget(widget, stretch)
        self.column.addStretch(1)
        self._shown: tuple[object, object] = (None, None)

    def show_run(self, run: NewRun) -> None:
        """Draw what has changed."""
        if run.sources != self._shown[0]:
            self.given.clear()
            for path in run.sources:
                QTreeWidgetItem(self.given, [path.name or str(path)]).setToolTip(0, str(path))
            self.remove.setEnabled(False)
        if run.found != self._shown[1]:
            self.found.clear()
            for found in run.found:
                _item(self.found, found)
        self._shown = run.sources, run.found
        self.given.setVisible(bool(run.sources))
        self.found.setVisible(bool(run.found))
        self.hint.setVisible(not run.sources)
        self.summary.setText(run.summary)
        self.summary.setVisible(bool(run.summary))
        self.going.setVisible(run.surveying is not None)
        if run.surveying:
            going = run.surveying
            frames = f": {going.done} of {going.total} frames" if going.total else ""
            self.progress_text.setText(f"Looking at {going.name or 'the videos'}{frames}")
            self.progress.setMaximum(going.total)
            self.progress.setValue(going.done)

    def _add_videos(self) -> None:
        if paths := dialogs.choose_videos(self):
            self._commands.add(paths)

    def _add_folder(self) -> None:
        if path := dialogs.choose_folder(self, str(Path.home())):
            self._commands.add([path])

    def _remove(self) -> None:
        self._commands.remove([Path(item.toolTip(0)) for item in self.given.selectedItems()])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files and folders are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """All of them."""
        if paths := [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]:
            event.acceptProposedAction()
            self._commands.add(paths)


def _item(tree: QTreeWidget, found: Found) -> None:
    numbers = (
        f"{found.seconds:.1f} s", str(found.shots), str(found.people), f"{found.kept} of {found.sampled}",
        str(found.pairs), str(found.outlined),
    )  # fmt: skip
    item = QTreeWidgetItem(tree, [found.path.name, *(numbers if found.crops else ("–",) * len(numbers))])
    for column in range(1, len(_COLUMNS)):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
    item.setToolTip(0, str(found.path))
    if found.note:
        why = QTreeWidgetItem(item, [found.note])
        why.setFirstColumnSpanned(True)
        why.setToolTip(0, found.note)
        why.setForeground(0, tree.palette().placeholderText())
        item.setExpanded(True)
