"""The commands of the window, and the menus made of them."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop_app.session.display import Compare
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.actions import Command
from desktop_app.views.clip_commands import clip_commands
from desktop_app.views.pose_commands import pose_commands
from desktop_app.views.scene_commands import scene_commands
from desktop_app.views.theme import THEMES
from desktop_app.views.train_menu import train_commands

if TYPE_CHECKING:
    from desktop_app.views.window import Window

MENUS = ("File", "Edit", "Pose", "View", "Analysis", "Train", "Playback", "Help")


def window_commands(window: "Window") -> list[Command]:
    """All of them, in the order of the menus."""
    session = window.session

    def switch(name: str) -> None:
        session.show(**{name: not getattr(session.display, name)})

    def compare() -> None:
        modes = list(Compare)
        session.show(compare=modes[(modes.index(session.display.compare) + 1) % len(modes)])

    return [
        Command("open", "Open...", ("Ctrl+O",), lambda: window.ask_open(), "File"),
        Command("open_folder", "Open Image Folder...", ("Ctrl+Shift+O",), lambda: window.ask_open(folder=True), "File"),
        *clip_commands(window),
        Command("open_session", "Open Session...", (), window.ask_open_session, "File", separator=True),
        Command("save", "Save Session", ("Ctrl+S",), lambda: window.save(), "File"),
        Command("save_as", "Save Session As...", ("Ctrl+Shift+S",), lambda: window.save_as(), "File"),
        Command("save_frame", "Save Synthesized Frame...", ("Ctrl+E",), window.ask_save_frame, "File", separator=True),
        Command("export", "Export Motion...", ("Ctrl+Shift+E",), window.ask_export, "File"),
        Command("quit", "Quit", ("Ctrl+Q",), window.close, "File", separator=True),
        *_edit_commands(session),
        *pose_commands(window),
        Command("skeleton", "Skeleton on the Frame", ("S",), lambda: switch("skeleton"), "View"),
        Command("parts", "Parts on the Frame", ("P",), lambda: switch("parts"), "View"),
        Command("crop", "Crop Box on the Frame", ("C",), lambda: switch("crop"), "View"),
        Command("in_frame", "Synthesis in the Frame", ("N",), lambda: switch("in_frame"), "View"),
        Command("difference", "Side by Side, Wipe or Difference", ("D",), compare, "View"),
        Command("guessed", "Show What Is Guessed", ("G",), lambda: switch("guessed"), "View"),
        *scene_commands(session, window.scene),
        Command("fit", "Fit the Frame", ("F",), lambda: window.frame.fit(), "View"),
        Command("full", "Full Screen", ("F11",), window.toggle_full_screen, "View", separator=True),
        Command("layout", "Reset Layout", (), lambda: window.layout_.arrange(), "View"),
        *_analysis_commands(window),
        *train_commands(window),
        *_playback_commands(window),
        *_help_commands(window),
        Command("dismiss", "Close the message", ("Esc",), lambda: session.report(None)),
    ]


def _help_commands(window: "Window") -> list[Command]:
    return [
        Command("shortcuts", "Keyboard...", ("F1",), window.show_keyboard, "Help"),
        Command("hints", "Hints", (), lambda: window.hints.begin(), "Help"),
        Command("about", "About PuppetPose", (), lambda: dialogs.show_about(window), "Help"),
    ]


def _edit_commands(session: Session) -> list[Command]:
    return [
        Command("undo", "Undo", ("Ctrl+Z",), session.undo, "Edit"),
        Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), session.redo, "Edit"),
        Command("reset", "Reset to Prediction", ("Ctrl+Backspace",), session.reset_all, "Edit", separator=True),
        Command("restage", "Reset Appearance, Body and Background", (), lambda: session.stage.reset(), "Edit"),
    ]


def _analysis_commands(window: "Window") -> list[Command]:
    session, commands = window.session, window.commands
    exchange, carefully = "First Checkpoint or the Run's", "Analyse Clip Anew, Carefully"

    def choose() -> None:
        session.show(edit_crop=not session.display.edit_crop)

    def free_crop() -> None:
        if session.frame:
            session.correcting.set_crop(session.frame.index, None)

    return [
        Command("analyse", "Analyse Clip", ("Ctrl+R",), lambda: commands.analyse(), "Analysis"),
        Command("analyse_carefully", carefully, ("Ctrl+Alt+A",), lambda: commands.analyse_carefully(), "Analysis"),
        Command("analyse_all", "Analyse All Clips", ("Ctrl+Alt+R",), lambda: commands.analyse_all(), "Analysis"),
        Command("adapt", "Adapt to This Clip", ("Ctrl+Shift+A",), lambda: commands.adapt(), "Analysis"),
        Command("cancel", "Cancel", ("Ctrl+.",), lambda: commands.cancel(), "Analysis"),
        Command("exchange_checkpoint", exchange, ("Ctrl+B",), lambda: commands.exchange_checkpoint(), "Analysis"),
        Command("edit_crop", "Choose the Person", ("B",), choose, "Analysis", separator=True),
        Command("free_crop", "The Crop as It Is Found", (), free_crop, "Analysis"),
        Command("follow", "Follow From This Frame", ("Ctrl+Shift+R",), lambda: commands.follow(), "Analysis"),
        Command("exchange", "Exchange Left and Right", ("X",), session.exchange_sides, "Analysis"),
        Command("place", "Look Behind the Person", (), lambda: commands.find_place(), "Analysis"),
    ]


def _playback_commands(window: "Window") -> list[Command]:
    session = window.session

    def end(which: int) -> None:
        if session.clip:
            session.play(False)
            session.seek((0, len(session.clip) - 1)[which])

    def loop(name: str) -> None:
        session.set_loop(**{name: session.playback.index})

    return [
        Command("play", "Play or Pause", ("Space",), lambda: session.play(not session.playback.playing), "Playback"),
        Command("forwards", "Play, Again: Faster", ("L",), lambda: session.shuttle(1), "Playback"),
        Command("backwards", "Play Backwards, Again: Faster", ("J",), lambda: session.shuttle(-1), "Playback"),
        Command("pause", "Pause", ("K",), lambda: session.play(False), "Playback"),
        Command("next", "One Frame On", ("Right",), lambda: session.step(1), "Playback", separator=True),
        Command("previous", "One Frame Back", ("Left",), lambda: session.step(-1), "Playback"),
        Command("next_ten", "Ten Frames On", ("Shift+Right",), lambda: session.step(10), "Playback"),
        Command("previous_ten", "Ten Frames Back", ("Shift+Left",), lambda: session.step(-10), "Playback"),
        Command("first", "First Frame", ("Home",), lambda: end(0), "Playback"),
        Command("last", "Last Frame", ("End",), lambda: end(1), "Playback"),
        Command("go", "Go to Frame...", ("Ctrl+G",), lambda: window.timeline.frame.take_focus(), "Playback"),
        Command("loop_first", "Loop From Here", ("[",), lambda: loop("first"), "Playback", separator=True),
        Command("loop_last", "Loop Up To Here", ("]",), lambda: loop("last"), "Playback"),
        Command("loop_clear", "Play the Whole Clip", ("\\",), session.clear_loop, "Playback"),
    ]


def fill_menus(window: "Window") -> QMenu:
    """Menus in the window's bar; gives back the one for recent files."""
    menus = {title: window.menu_bar.addMenu(f"&{title}") for title in MENUS}
    recent = QMenu("Open Recent", window)
    for command in window.command_list:
        if command.menu:
            if command.separator:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(window.actions_[command.name])
            if command.name == "open_folder":
                menus["File"].addMenu(recent)
    menus["View"].addSeparator()
    _panes_menu(window, menus["View"].addMenu("Panes"))
    _theme_menu(window, menus["View"].addMenu("Theme"))
    return recent


def _panes_menu(window: "Window", menu: QMenu) -> None:
    for dock in window.layout_.docks.values():
        menu.addAction(dock.toggleViewAction())


def _theme_menu(window: "Window", menu: QMenu) -> None:
    group = QActionGroup(menu)
    for theme in THEMES.values():
        action = QAction(theme.name, menu, checkable=True)
        action.setChecked(str(window.settings.value("theme", "Dark")) == theme.name)
        action.triggered.connect(lambda _checked=False, theme=theme: window.apply_theme(theme))
        group.addAction(action)
        menu.addAction(action)
