"""`python -m desktop_app.pictures [CLIP] --out DIR`: pictures of the window, before and after sliders were dragged.

Run it on a display, or under `xvfb-run -s "-screen 0 1440x900x24"`: the 3D view is blank offscreen.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from core_model.skeleton import JOINT
from desktop_app.application import Studio
from desktop_app.robot import drag, first_prediction, open_studio, parser, release, wait_for
from desktop_app.views.value_row import ValueRow

_SETTLE_MS = 400
_SIZE_PX = (1440, 900)


def picture(studio: Studio, path: Path) -> None:
    """Save the window once everything in it was drawn."""
    settled = QTimer()
    settled.setSingleShot(True)
    settled.start(_SETTLE_MS)
    wait_for(lambda: not settled.isActive(), "the window to come to rest")
    studio.window.grab().save(str(path))
    print(path)


def move_by(studio: Studio, row: ValueRow, amount: float) -> None:
    """Drag a slider by some degrees or metres, away from the nearer end of its range."""
    slider, scale = row.slider, row.scale
    sign = 1 if slider.maximum() - slider.value() >= amount * scale else -1
    drag(studio, row, slider.value() + round(sign * amount * scale))
    release(row)


def main() -> int:
    """Four pictures."""
    made = parser("pictures", __doc__)
    made.add_argument("--frame", type=int, default=0, help="of the clip")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = made.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with open_studio(options) as studio:
        session, window = studio.session, studio.window
        window.resize(*_SIZE_PX)
        session.seek(options.frame)
        wait_for(lambda: session.frame is not None and session.frame.index == session.playback.index, "the frame")
        first_prediction(studio)
        picture(studio, options.out / "1_prediction.png")
        move_by(studio, window.pose.rows[(JOINT["l_elbow"] - 1, 0)], 70)
        picture(studio, options.out / "2_arm_raised.png")
        move_by(studio, window.camera.rows["azimuth_rad"], 40)
        picture(studio, options.out / "3_camera_moved.png")
        session.reset_all()
        session.show(parts=True)
        picture(studio, options.out / "4_parts.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
