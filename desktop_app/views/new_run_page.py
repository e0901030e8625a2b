"""The page of a new training run. It stands beside the window, which goes on meanwhile."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget

from core_model.settings import Setting
from desktop_app.session.new_run import NewRun, Start
from desktop_app.views import dialogs
from desktop_app.views.group import Group, line, scrolled
from desktop_app.views.new_run_sources import Sources
from desktop_app.views.pane import button, caption, sentence, yielding
from desktop_app.views.settings_form import SettingsForm
from desktop_app.views.training_commands import TrainingCommands

_LOSSES = "losses."


class NewRunPage(QWidget):
    """Draws the session's new run; everything filled in becomes a command."""

    def __init__(self, parent: QWidget, commands: TrainingCommands) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("New training run")
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._commands, self._run = commands, NewRun()
        self.forms: tuple[SettingsForm, ...] = ()
        self.sources = Sources(commands)
        self._form = QScrollArea()
        right = QWidget()
        self._right = QVBoxLayout(right)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.addWidget(self._head())
        self._right.addWidget(self._form, 1)
        both = QSplitter(childrenCollapsible=False)
        both.addWidget(self.sources)
        both.addWidget(right)
        both.setSizes([480, 560])
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(8)
        column.addWidget(both, 1)
        column.addLayout(self._foot())
        self.resize(1080, 720)

    def _head(self) -> QWidget:
        """Name and beginning."""
        self.name, self.place = QLineEdit(), yielding(caption())
        self.name.setObjectName("search")
        self.name.setAccessibleName("Name of the run")
        self.name.editingFinished.connect(self._named)
        elsewhere = button("Elsewhere…", "Another folder for the run's folder", self._place)
        self.start = QComboBox()
        self.start.addItems([start.value for start in Start])
        self.start.setAccessibleName("What the run begins with")
        self.start.activated.connect(lambda number: self._started(list(Start)[number]))
        self.start_file = yielding(caption())
        self.choose_start = button("Choose…", "The file it begins with", self._choose_start)
        head = QWidget()
        rows = QVBoxLayout(head)
        rows.setContentsMargins(6, 0, 6, 0)
        rows.addWidget(line(_label("Name"), self.name, elsewhere, stretch=1))
        rows.addWidget(self.place)
        rows.addWidget(line(_label("Start from"), self.start, self.start_file, self.choose_start, stretch=2))
        return head

    def _foot(self) -> QVBoxLayout:
        """What stands in the way, how long it takes, and the button."""
        self.warning, self.trouble, self.estimate = sentence(), QLabel(wordWrap=True), yielding(caption())
        self.warning.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.trouble.setObjectName("wrong")
        self.measure = button("Estimate time", "Take a few steps and tell how long all of them last", self._measure)
        self.begin = button("Start training", "In a process of its own: the window may be closed", self._commands.begin)
        self.begin.setObjectName("primary")
        foot = QVBoxLayout()
        foot.addWidget(self.warning)
        foot.addWidget(self.trouble)
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addWidget(self.estimate, 1)
        row.addWidget(self.begin)
        foot.addLayout(row)
        return foot

    def show_run(self, run: NewRun) -> None:
        """Draw what has changed."""
        if not self.isVisible() or run is self._run:
            return
        if run.settings != self._run.settings:
            self._make(run.settings)
        self._run = run
        self.sources.show_run(run)
        for form in self.forms:
            form.show_values(run.plan.values)
        if not self.name.hasFocus() or not self.name.isModified():
            self.name.setText(run.plan.folder.name)
        self.place.setText(f"In {run.plan.folder.parent}")
        self.start.setCurrentText(run.plan.start.value)
        self._show_start(run)
        self.warning.setText(" ".join(run.warnings))
        self.warning.setVisible(bool(run.warnings))
        self.trouble.setText(run.trouble)
        self.trouble.setVisible(bool(run.trouble))
        able = not run.trouble and not run.measuring and not run.beginning
        self.begin.setEnabled(able)
        self.begin.setText("Starting…" if run.beginning else "Start training")
        self.measure.setEnabled(able or run.measuring)
        self.measure.setText("Cancel" if run.measuring else "Estimate time")
        words = "Taking a few steps…" if run.measuring else run.estimate
        self.estimate.setText(words)
        self.estimate.setToolTip(words)

    def _show_start(self, run: NewRun) -> None:
        own = run.plan.start is not Start.BUNDLED
        self.choose_start.setVisible(own)
        path = run.plan.start_path
        self.start_file.setText(path.name if own and path else "")
        self.start_file.setToolTip(str(path) if own and path else "")

    def _make(self, settings: tuple[Setting, ...]) -> None:
        """The form: advanced settings and weights folded away."""
        losses = [each for each in settings if each.name.startswith(_LOSSES)]
        advanced = [each for each in settings if each.about.advanced and each not in losses]
        plain = [each for each in settings if not each.about.advanced]
        self.forms = tuple(SettingsForm(part) for part in (plain, advanced, losses))
        for form in self.forms:
            form.changed.connect(self._commands.set_value)
        self.groups = (Group("Advanced", unfolded=False), Group("Weights of the losses", unfolded=False))
        for folded, form in zip(self.groups, self.forms[1:], strict=True):
            folded.add(form)
        area = scrolled(self.forms[0], *self.groups)
        self._right.replaceWidget(self._form, area)
        self._form.deleteLater()
        self._form = area

    def _named(self) -> None:
        self.name.setModified(False)
        if name := self.name.text().strip():
            self._commands.set_folder(self._run.plan.folder.with_name(name.replace("/", "_").replace("\\", "_")))

    def _place(self) -> None:
        if folder := dialogs.choose_folder(self, str(self._run.plan.folder.parent)):
            self._commands.set_folder(folder / self._run.plan.folder.name)

    def _started(self, start: Start) -> None:
        self._commands.set_start(start, None)

    def _choose_start(self) -> None:
        path = dialogs.choose_weights(self)
        if path:
            self._commands.set_start(self._run.plan.start, Path(path))

    def _measure(self) -> None:
        (self._commands.cancel if self._run.measuring else self._commands.measure)()


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setFixedWidth(70)
    return label
