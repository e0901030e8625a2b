"""Small windows: what to open, where to save, about."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMessageBox, QWidget

import core_model

_MEDIA = (
    "Videos and images (*.mp4 *.mov *.avi *.mkv *.webm *.m4v *.mpg *.ts *.png *.jpg *.jpeg *.bmp *.webp);;All files (*)"
)


def choose_file(parent: QWidget, folder: str) -> Path | None:
    """Ask for a video or an image."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a video or an image", folder, _MEDIA)
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


def choose_colour(parent: QWidget, rgb: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """Ask for a colour."""
    colour = QColorDialog.getColor(QColor(*rgb), parent, "Plain background")
    return (colour.red(), colour.green(), colour.blue()) if colour.isValid() else None


def choose_folder(parent: QWidget, folder: str) -> Path | None:
    """Ask for a folder of images."""
    name = QFileDialog.getExistingDirectory(parent, "Open a folder of images", folder)
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
