"""What `puppetpose data` may have found in a clip, made up."""

from pathlib import Path

import numpy as np

from core_model.data.unlabelled.store import Summary, VideoData, write_video_data
from core_model.prediction import CROP_PX


def clip_of_noise(frames: int, seed: int) -> VideoData:
    """Frames of one person, 0.1 s apart; the first and the last are far from each other in pose."""
    rng, picture = np.random.default_rng(seed), (frames, CROP_PX, CROP_PX)
    joints_m = rng.normal(0, 0.4, (frames, 21, 3)).astype(np.float32) + np.float32([0, 0, 4])
    points_px = (joints_m[..., :2] / joints_m[..., 2:] * 600 + CROP_PX / 2).astype(np.float32)
    left = 10.0 * np.arange(frames)
    return VideoData(
        image=rng.integers(0, 256, (*picture, 3), dtype=np.uint8),
        parts=rng.integers(0, 15, picture, dtype=np.uint8),
        points_px=points_px,
        seen_px=points_px,
        clear=np.ones(frames, bool),
        depth_m=joints_m[..., 2],
        joints3d_m=joints_m,
        confidence=np.ones((frames, 21), np.float32),
        box_px=np.stack([left, left * 0, left + 100, left * 0 + 100], axis=1),
        pts_s=0.1 * np.arange(frames),
        shot=np.zeros(frames, int),
        person=np.zeros(frames, int),
        has_background=np.ones(frames, bool),
        background=rng.integers(0, 256, (*picture, 3), dtype=np.uint8),
        background_known=rng.random(picture) < 0.5,
        foreground=rng.random(picture) < 0.5,
        foreground_confidence=rng.integers(0, 256, picture, dtype=np.uint8),
        far_pairs=np.array([[0, frames - 1]]),
        neighbour_pairs=np.stack([np.arange(frames - 1), np.arange(1, frames)], axis=1),
    )


def write_clip(path: Path, clip: VideoData) -> None:
    """The file that `puppetpose data` would have written."""
    summary = Summary("clip.mp4", 1.0, len(clip.image), len(clip.image), {}, (), 1, 1, 1, 1, 1.0, 1.0, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video_data(path, clip, summary, "")
