"""`python -m desktop_app.pictures [CLIP] --out DIR`: pictures of the window, before and after sliders were dragged.

Run it on a display, or under `xvfb-run -s "-screen 0 1440x900x24"`: the 3D view is blank offscreen.
"""

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer

from core_model.export.texture_sheet import read_sheet, write_sheet
from core_model.skeleton import JOINT
from desktop_app.application import Studio
from desktop_app.robot import drag, first_prediction, open_studio, parser, release, wait_for
from desktop_app.session.display import Compare
from desktop_app.views.value_row import ValueRow

_SETTLE_MS, _QUALITY = 400, 82
_SIZE_PX = (1440, 900)


def settle() -> None:
    """Let everything be drawn."""
    settled = QTimer()
    settled.setSingleShot(True)
    settled.start(_SETTLE_MS)
    wait_for(lambda: not settled.isActive(), "the window to come to rest")


def picture(studio: Studio, path: Path) -> None:
    """Save the window once everything in it was drawn."""
    settle()
    studio.window.grab().save(str(path))
    print(path)


def move_by(studio: Studio, row: ValueRow, amount: float) -> None:
    """Drag a slider by some degrees or metres, away from the nearer end of its range."""
    slider, scale = row.slider, row.scale
    sign = 1 if slider.maximum() - slider.value() >= amount * scale else -1
    drag(studio, row, slider.value() + round(sign * amount * scale))
    release(row)


def look_closer(studio: Studio, path: Path) -> None:
    """The body's skin and what else the pose may be, how sure the parts are, and input and image wiped together."""
    session, before = studio.session, studio.session.display
    session.show(surface=True, others=True, uncertainty=True, compare=Compare.WIPE)
    wait_for(lambda: session.others is not None and session.others.factors is session.factors, "other depths")
    picture(studio, path)
    session.show(**{name: getattr(before, name) for name in ("surface", "others", "uncertainty", "compare")})


def paint(studio: Studio, folder: Path) -> None:
    """The sheet of the person on show, with a red shirt and blue trousers, put on."""
    studio.files.save_sheet(folder / "sheet.png")
    wait_for(lambda: (folder / "sheet.png").exists(), "the sheet")
    atlas = read_sheet(folder / "sheet.png")
    for names, rgb in (((1, 2, 3, 4, 5), (0.85, 0.2, 0.15)), ((8, 9, 10, 11), (0.1, 0.25, 0.6))):
        for part in names:
            light = 0.75 + 1.2 * atlas[part, :3].mean(axis=0)
            atlas[part] = [*(np.clip(channel * light, 0, 1) for channel in rgb), np.ones_like(light)]
    write_sheet(folder / "painted.png", atlas)
    studio.files.load_sheet(folder / "painted.png")
    wait_for(lambda: studio.session.stage.staging.dressed and not studio.session.image_expected, "the painted person")


def panels(studio: Studio, folder: Path) -> None:
    """A picture of each pane by itself, the clip analysed."""
    session, window = studio.session, studio.window
    studio.analyser.start()
    wait_for(lambda: not session.analysis.running, "the analysis")
    for title, dock in window.layout_.docks.items():
        window.layout_.arrange()
        dock.show()
        dock.raise_()
        settle()
        path = folder / f"{title.lower()}.jpg"
        window.grab(dock.geometry()).save(str(path), quality=_QUALITY)
        print(path)


def main() -> int:
    """Six pictures of the window, or one a pane."""
    made = parser("pictures", __doc__)
    made.add_argument("--frame", type=int, default=0, help="of the clip")
    made.add_argument("--panels", action="store_true", help="each pane by itself, for docs/panels")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = made.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with open_studio(options) as studio:
        session, window = studio.session, studio.window
        window.resize(*_SIZE_PX)
        session.seek(options.frame)
        wait_for(lambda: session.frame is not None and session.frame.index == session.playback.index, "the frame")
        first_prediction(studio)
        if options.panels:
            panels(studio, options.out)
            return 0
        picture(studio, options.out / "1_prediction.png")
        move_by(studio, window.pose.rows[(JOINT["l_elbow"] - 1, 0)], 70)
        picture(studio, options.out / "2_arm_raised.png")
        move_by(studio, window.camera.rows["azimuth_rad"], 40)
        picture(studio, options.out / "3_camera_moved.png")
        session.reset_all()
        session.show(parts=True)
        picture(studio, options.out / "4_parts.png")
        session.show(parts=False)
        look_closer(studio, options.out / "5_looked_at_closer.png")
        for pane in ("Appearance", "Recombine"):
            window.layout_.docks[pane].raise_()
        paint(studio, options.out)
        picture(studio, options.out / "6_painted.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
