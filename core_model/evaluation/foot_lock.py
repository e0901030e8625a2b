"""What the foot-lock does to motion whose truth is known: recordings with noise as a network has it.

    python -m core_model.evaluation.foot_lock              # takes the motion archives: PUPPETPOSE_DATA

Noise on every joint and on the whole body, quick and slow, the depth three times as much; then smoothed as always.
"""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from core_model.data.mocap.archives import ARCHIVES, mocap_folder, read_clips
from core_model.evaluation.metrics import Array
from core_model.evaluation.steadiness import jitter_mm
from core_model.motion import empty_motion
from core_model.retarget.contact import feet_locked
from core_model.retarget.ground import CAMERA_TO_Y_UP, moved
from core_model.retarget.take import Take, take_of
from core_model.skeleton import JOINT
from core_model.smoothing import smooth

FPS = 30.0
CLIPS, LEAST_FRAMES, MOST_FRAMES = 16, 90, 240
NOISES_M = (0.0, 0.01, 0.03, 0.06, 0.10, 0.15)
QUICK_S, SLOW_S = 0.02, 0.4
STILL_M = 0.005
"""A toe that truly moves less from one frame to the next stands."""
_DEPTH = np.array([0.5, 0.5, 1.5])
_TOES = [JOINT["l_toe"], JOINT["r_toe"]]


def wandering(rng: np.random.Generator, shape: tuple[int, ...], over_s: float) -> Array:
    """Noise (T, ...) of deviation 1 that forgets itself over so many seconds."""
    keeps = np.exp(-1 / (over_s * FPS))
    out = rng.normal(size=shape)
    for t in range(1, shape[0]):
        out[t] = keeps * out[t - 1] + np.sqrt(1 - keeps**2) * out[t]
    return out


def seen(joints_m: Array, noise_m: float, rng: np.random.Generator) -> tuple[Take, Array]:
    """A take of noisy joints (T, 21, 3), and the true ones in its world."""
    count = len(joints_m)
    camera = (joints_m - joints_m[:1, :1]) @ CAMERA_TO_Y_UP.T + [0, 0.5, 5.0]
    own = sum(0.7 * wandering(rng, (count, 21, 3), over_s) for over_s in (QUICK_S, SLOW_S))
    whole = _DEPTH * (0.5 * wandering(rng, (count, 1, 3), QUICK_S) + wandering(rng, (count, 1, 3), 1.5 * SLOW_S))
    motion = empty_motion(np.arange(count) / FPS)
    noisy = camera + noise_m * (own + whole)
    motion.joints3d_m[:] = smooth(noisy, motion.pts_s) if noise_m else noisy
    motion.confidence[:], motion.track[:] = 1.0, 0
    take = take_of(motion)
    return take, moved(camera, take.world_from_camera)


def figures(take: Take, true_m: Array) -> tuple[float, float, float, float]:
    """Slide of toes that truly stand (mm a frame) without and with the lock, error of all joints (mm) likewise."""
    takes = (take, feet_locked(take))
    still = np.linalg.norm(np.diff(true_m[:, _TOES], axis=0), axis=-1) < STILL_M
    steps = [np.linalg.norm(np.diff(each.joints_m[:, _TOES], axis=0), axis=-1) for each in takes]
    slides = [1000 * float(step[still].mean()) if still.any() else float("nan") for step in steps]
    errors = [1000 * float(np.linalg.norm(each.joints_m - true_m, axis=-1).mean()) for each in takes]
    return slides[0], slides[1], errors[0], errors[1]


def table(clips: Sequence[Array], noises_m: Sequence[float] = NOISES_M) -> str:
    """Means over clips (T, 21, 3) in the world, a line for each noise, as Markdown."""
    lines = ["| jitter | slide: no lock | lock | error: no lock | lock |", "|---|---|---|---|---|"]
    for noise_m in noises_m:
        pairs = [seen(clip, noise_m, np.random.default_rng(k)) for k, clip in enumerate(clips)]
        jitter = float(np.mean([jitter_mm(take.joints_m) for take, _ in pairs]))
        slides = np.nanmean([figures(*pair) for pair in pairs], axis=0)
        lines.append(f"| {jitter:.1f} | {slides[0]:.1f} | {slides[1]:.1f} | {slides[2]:.0f} | {slides[3]:.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table of recordings taken at random."""
    found = takewhile(lambda clip: clip.name.startswith(ARCHIVES[0]), read_clips(mocap_folder(), FPS))
    long = [clip.joints_m[:MOST_FRAMES] for clip in found if len(clip.joints_m) >= LEAST_FRAMES]
    chosen = np.random.default_rng(0).permutation(len(long))[:CLIPS]
    print(table([long[i] for i in chosen]))


if __name__ == "__main__":
    main()
