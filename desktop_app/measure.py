"""`python -m desktop_app.measure [CLIP]`: how quick the window is on this machine, measured in the window itself.

From a slider's move to the new image painted; frames a second of the analysis; and how long the window's event loop
was kept from its turn while analysing. Without a display it runs with `QT_QPA_PLATFORM=offscreen`.
"""

import sys
from time import perf_counter

import numpy as np

from core_model.skeleton import JOINT
from desktop_app.application import Studio
from desktop_app.robot import drag, first_prediction, lateness, open_studio, parser, release, wait_for
from desktop_app.views.value_row import ValueRow

_ANALYSE_S = 10.0


def slider_times_ms(studio: Studio, row: ValueRow, moves: int) -> tuple[np.ndarray, np.ndarray]:
    """Move a slider to and fro as a drag does; milliseconds until each image is painted, and the network's share."""
    low, high = row.slider.minimum(), row.slider.maximum()
    values = np.round(low + (high - low) * (0.5 + 0.3 * np.sin(np.arange(moves) * 0.7))).astype(int)
    times, network = [], []
    for value in values:
        if value != row.slider.value():
            start = perf_counter()
            drag(studio, row, int(value))
            times.append((perf_counter() - start) * 1e3)
            network.append(studio.session.engine.synthesise_ms or 0.0)
    release(row)
    return np.array(times), np.array(network)


def analysis(studio: Studio) -> tuple[float, np.ndarray]:
    """Frames a second, and (N,) milliseconds by which a 5 ms timer came late meanwhile."""
    session = studio.session
    studio.analyser.start()
    wait_for(lambda: session.analysis.done >= 1 or not session.analysis.running, "the analysis")
    start, first = perf_counter(), session.analysis.done
    with lateness() as late_ms:
        wait_for(lambda: not session.analysis.running or perf_counter() - start > _ANALYSE_S, "the analysis")
    rate = (session.analysis.done - first) / (perf_counter() - start)
    studio.analyser.cancel()
    return rate, np.array(late_ms)


def line(name: str, values: np.ndarray) -> str:
    """Median and tail."""
    median, p95, most = np.percentile(values, [50, 95, 100])
    return f"{name:<34} median {median:6.1f} ms   p95 {p95:6.1f} ms   most {most:6.1f} ms   ({len(values)})"


def main() -> int:
    """Print the figures."""
    made = parser("measure", __doc__)
    made.add_argument("--moves", type=int, default=60, help="of each slider")
    options = made.parse_args()
    start = perf_counter()
    with open_studio(options) as studio:
        print(f"{'window with its first frame':<34} {perf_counter() - start:6.2f} s")
        first_prediction(studio)
        print(f"{'first prediction':<34} {perf_counter() - start:6.2f} s   {studio.session.engine.device_note}")
        rows = {
            "pose slider to painted image": studio.window.pose.rows[(JOINT["l_elbow"] - 1, 0)],
            "camera slider to painted image": studio.window.camera.rows["azimuth_rad"],
        }
        for name, row in rows.items():
            whole, network = slider_times_ms(studio, row, options.moves)
            print(line(name, whole))
            print(line("  of that: Predictor.synthesise", network))
        rate, lag_ms = analysis(studio)
        print(f"{'analysis':<34} {rate:6.1f} frames/s")
        print(line("event loop late while analysing", lag_ms))
    return 0


if __name__ == "__main__":
    sys.exit(main())
