"""Dark and light: Fusion with a palette and a style sheet of our own."""

from dataclasses import dataclass
from string import Template

from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours that everything is drawn in."""

    name: str
    window: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    canvas: str  # behind pictures and 3D
    warning: str
    error: str


DARK = Theme(
    "Dark", "#16181c", "#1d2025", "#282c33", "#31363e", "#d9dde4", "#8d95a1", "#4c9bf5", "#ffffff", "#101216",
    "#e8b14a", "#ef6a6a",
)  # fmt: skip
LIGHT = Theme(
    "Light", "#e9ebee", "#f6f7f9", "#ffffff", "#cdd2d9", "#1f242b", "#68717d", "#1f6fd6", "#ffffff", "#dfe2e7",
    "#a86f00", "#c23434",
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

_SHEET = Template("""
* { font-size: 12px; }
QMainWindow, QMainWindow::separator { background: $window; }
QMainWindow::separator { width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $accent; }
QDockWidget { color: $muted; font-weight: 600; }
QDockWidget::title { background: $panel; padding: 6px 8px; border-bottom: 1px solid $border; }
QDockWidget > QWidget { background: $panel; }
#pane { background: $panel; }
#strip { background: $panel; border-bottom: 1px solid $border; }
#topbar { background: $panel; border-bottom: 1px solid $border; spacing: 6px; padding: 5px 8px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMenuBar { background: $panel; border-bottom: 1px solid $border; padding: 1px 4px; }
QMenuBar::item { padding: 4px 9px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $raised; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 20px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QStatusBar { background: $panel; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 0 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QPushButton { background: $raised; border: 1px solid $border; border-radius: 5px; padding: 5px 12px; }
QPushButton:hover { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $panel; }
QPushButton#primary { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton#primary:disabled { background: $raised; color: $muted; border-color: $border; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px 6px; }
QToolButton:hover { background: $raised; }
QToolButton:checked { background: $raised; border-color: $border; color: $text; }
QToolButton#fold { color: $text; font-weight: 600; text-align: left; padding: 3px 4px; }
QToolButton#chip { color: $muted; padding: 2px 8px; }
QToolButton#chip:checked { color: $text; background: $raised; border-color: $accent; }
QToolButton:focus, QPushButton:focus { border-color: $accent; }
QLabel#muted, #muted { color: $muted; }
QLabel#sentence { color: $muted; padding: 4px 10px; }
QLabel#pill { color: $text; background: rgba(16, 18, 22, 170); border-radius: 11px; padding: 3px 12px; }
QLabel#caption { color: $muted; font-size: 11px; }
QLabel#edited { color: $accent; font-weight: 600; }
QLabel#time { font-family: monospace; font-size: 13px; }
#search { background: $window; border: 1px solid $border; border-radius: 4px; padding: 3px 6px; }
#search:focus { border-color: $accent; }
QLabel#wrong { color: $error; }
QLineEdit#time { font-family: monospace; font-size: 13px; background: $window; border: 1px solid $border;
    border-radius: 4px; padding: 1px 4px; }
QLineEdit#time:focus { border-color: $accent; }
QLineEdit#time[wrong="true"] { border-color: $error; color: $error; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 4px 6px; }
QTableView, QTreeView { background: $window; border: 1px solid $border; gridline-color: $border; }
QTableView::item:selected, QTreeView::item:selected { background: $accent; color: $on_accent; }
QTreeView::item { padding: 1px 0; }
QTreeView::indicator { width: 11px; height: 11px; border: 1px solid $muted; border-radius: 3px; background: $raised; }
QTreeView::indicator:checked { background: $accent; border-color: $text; }
QComboBox QAbstractItemView { background: $raised; selection-background-color: $accent; border: 1px solid $border; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: transparent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: $text; }
QSlider::handle:horizontal:hover { background: $accent; }
QSlider::handle:horizontal:focus { background: $accent; }
QSlider::handle:horizontal:disabled { background: $border; }
QScrollArea { background: $panel; border: none; }
QScrollArea > QWidget > QWidget { background: $panel; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $border; border-radius: 4px; min-height: 30px; margin: 1px 2px; }
QScrollBar::handle:vertical:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $window; border: 1px solid $border; border-radius: 4px; height: 8px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
#hints { background: $raised; border-left: 4px solid $accent; border-bottom: 1px solid $border; }
QDockWidget[hinted="true"]::title { background: $raised; border: 1px solid $accent; border-left: 4px solid $accent; }
QDockWidget[hinted="true"] { color: $text; }
#banner { background: $raised; border-left: 4px solid $warning; border-bottom: 1px solid $border; }
QTabBar::tab { background: $window; color: $muted; padding: 5px 12px; border: 1px solid $border; }
QTabBar::tab:selected { background: $panel; color: $text; }
""")


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole application."""
    sheet = _SHEET.substitute({name: getattr(theme, name) for name in Theme.__slots__})
    if app.styleSheet() == sheet:
        return
    app.setStyle("Fusion")
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.panel, QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.window, QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Text: theme.text, QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text, QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent, QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text, QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Link: theme.accent, QPalette.ColorRole.Mid: theme.border,
    }  # fmt: skip
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    app.setPalette(palette)
    app.setStyleSheet(sheet)


def icon(name: str, theme: Theme) -> QIcon:
    """An icon of Material Design in the theme's colours."""
    import qtawesome  # takes a fifth of a second: the window is there before it

    return qtawesome.icon(f"mdi6.{name}", color=theme.text, color_disabled=theme.muted, color_active=theme.text)
