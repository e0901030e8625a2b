"""Small windows: what to open, where to save, about."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMessageBox, QWidget

import core_model
from desktop_app.session.container import SUFFIX

_MEDIA = (
    "Videos and images (*.mp4 *.mov *.avi *.mkv *.webm *.m4v *.mpg *.ts *.png *.jpg *.jpeg *.bmp *.webp);;All files (*)"
)


def choose_file(parent: QWidget, folder: str) -> Path | None:
    """Ask for a video or an image."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a video or an image", folder, _MEDIA)
    return Path(name) if name else None


def choose_clips(parent: QWidget, folder: str) -> list[Path]:
    """Ask for videos or images, as many as one likes."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Add videos or images", folder, _MEDIA)
    return [Path(name) for name in names]


def choose_session(parent: QWidget, start: str, *, save: bool) -> Path | None:
    """Ask for a session, or where to save one."""
    title, sessions = "Save the session" if save else "Open a session", f"Sessions (*{SUFFIX})"
    if not save:
        chosen, _ = QFileDialog.getOpenFileName(parent, title, start, sessions)
        return Path(chosen) if chosen else None
    dialog = QFileDialog(parent, title, start, sessions)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX)  # so that it asks before that file is replaced
    accepted = dialog.exec()
    dialog.deleteLater()
    return Path(dialog.selectedFiles()[0]) if accepted else None


def ask_unsaved(parent: QWidget, name: str, save: Callable[[], None], discard: Callable[[], None]) -> QMessageBox:
    """Before unsaved changes are lost."""
    kinds = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Unsaved changes")
    box.setText(f"What was analysed and changed in {name} is not saved.")
    box.setInformativeText("Save it in a session first?")
    box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
    box.setDefaultButton(kinds.Save)
    box.button(kinds.Save).clicked.connect(save)
    box.button(kinds.Discard).clicked.connect(discard)
    box.open()
    return box


def ask_remove(parent: QWidget, name: str, remove: Callable[[], None]) -> QMessageBox:
    """Before what is known of a clip is lost."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Remove the clip")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"What was analysed and changed in {name} goes with it, and its history.")
    box.setInformativeText("The video itself stays where it is. Remove it from the session?")
    box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole).clicked.connect(remove)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.open()
    return box


def ask_delete(parent: QWidget, what: str, more: str, delete: Callable[[], None]) -> QMessageBox:
    """Before something is deleted for good."""
    kinds = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Delete")
    box.setText(what)
    box.setInformativeText(more)
    box.setStandardButtons(kinds.Discard | kinds.Cancel)
    box.button(kinds.Discard).setText("Delete")
    box.setDefaultButton(kinds.Cancel)
    box.button(kinds.Discard).clicked.connect(delete)
    box.open()
    return box


def choose_videos(parent: QWidget) -> list[Path]:
    """Ask for videos to learn from."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Videos to learn from", str(Path.home()), _MEDIA)
    return [Path(name) for name in names]


def choose_weights(parent: QWidget) -> Path | None:
    """Ask for a checkpoint, or weights to start from."""
    name, _ = QFileDialog.getOpenFileName(parent, "Choose weights", "", "Weights (*.safetensors *.pth);;All files (*)")
    return Path(name) if name else None


def choose_picture(parent: QWidget, what: str) -> Path | None:
    """Ask for an image."""
    name, _ = QFileDialog.getOpenFileName(parent, what, "", "Images (*.png *.jpg *.jpeg *.bmp *.webp);;All files (*)")
    return Path(name) if name else None


def choose_target(parent: QWidget, what: str, name: str) -> Path | None:
    """Ask where a PNG shall go."""
    chosen, _ = QFileDialog.getSaveFileName(parent, what, name, "PNG (*.png)")
    return Path(chosen if chosen.lower().endswith(".png") else f"{chosen}.png") if chosen else None


def choose_plot(parent: QWidget) -> Path | None:
    """Ask where the plot shall go, as a drawing, a picture or a table: the suffix says which."""
    kinds = {"SVG drawing (*.svg)": ".svg", "PNG picture (*.png)": ".png", "CSV table (*.csv)": ".csv"}
    chosen, kind = QFileDialog.getSaveFileName(parent, "Save the plot", "plot.svg", ";;".join(kinds))
    path = Path(chosen) if chosen else None
    return path.with_suffix(kinds[kind]) if path and path.suffix.lower() not in kinds.values() else path


def choose_delta(parent: QWidget, *, save: bool) -> Path | None:
    """Ask where to keep what was learnt of a clip, or where it was kept."""
    ask, what = (QFileDialog.getSaveFileName, "Save") if save else (QFileDialog.getOpenFileName, "Load")
    chosen, _ = ask(parent, f"{what} what was learnt", "", "Adaptation (*.safetensors)")
    path = Path(chosen) if chosen else None
    return path.with_suffix(".safetensors") if path and save else path


def choose_motion(parent: QWidget) -> Path | None:
    """Ask for a motion."""
    name, _ = QFileDialog.getOpenFileName(parent, "Poses of a motion", "", "Motion (*.bvh *.amc *.npz);;All files (*)")
    return Path(name) if name else None


_EXPORTS = {
    "BVH, for Blender and other animation programs (*.bvh)": ".bvh",
    "GLB, a figure that moves (*.glb)": ".glb",
    "TRC, markers for OpenSim (*.trc)": ".trc",
    "C3D, markers (*.c3d)": ".c3d",
    "CSV, a table (*.csv)": ".csv",
    "NPZ, for numpy (*.npz)": ".npz",
    "COCO keypoints (*.json)": ".json",
}


def choose_export(parent: QWidget, stem: str) -> Path | None:
    """Ask where the motion goes, and in which format."""
    chosen, kind = QFileDialog.getSaveFileName(parent, "Export the motion", f"{stem}.bvh", ";;".join(_EXPORTS))
    if not chosen:
        return None
    path, suffix = Path(chosen), _EXPORTS.get(kind, ".bvh")
    return path if path.suffix.lower() in _EXPORTS.values() else path.with_name(path.name + suffix)


def choose_colour(parent: QWidget, rgb: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """Ask for a colour."""
    colour = QColorDialog.getColor(QColor(*rgb), parent, "Plain background")
    return (colour.red(), colour.green(), colour.blue()) if colour.isValid() else None


def choose_folder(parent: QWidget, folder: str, title: str = "Open a folder of images") -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, folder)
    return Path(name) if name else None


def show_about(parent: QWidget) -> QMessageBox:
    """What this is."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About PuppetPose")
    box.setText(f"<h3>PuppetPose {core_model.__version__}</h3>")
    box.setInformativeText(
        "Takes a person in a video apart into pose, camera, shape, appearance and background; change any of them and "
        "see the new image at once. Learnt without a single labelled image.<br><br>Apache License 2.0."
    )
    box.open()
    return box
