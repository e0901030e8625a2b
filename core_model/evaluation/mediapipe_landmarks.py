"""What MediaPipe Pose says of videos, for `core_model.evaluation.peer`. It needs an environment of its own (numpy < 2):

python -m venv peer && peer/bin/pip install mediapipe==0.10.14 "numpy<2"
peer/bin/python core_model/evaluation/mediapipe_landmarks.py --out FOLDER VIDEO...
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

NOWHERE = np.full((33, 6), np.nan)


def landmarks(video: Path) -> np.ndarray:
    """(T, 33, 6): place in the frame (px, px), visibility, place in space (m, hips in the middle); NaN for nobody."""
    import mediapipe  # not among our dependencies

    reader, found = cv2.VideoCapture(str(video)), list[np.ndarray]()
    with mediapipe.solutions.pose.Pose(model_complexity=1) as pose:
        while True:
            there, frame = reader.read()
            if not there:
                return np.stack(found)
            said = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
            if said.pose_landmarks is None:
                found.append(NOWHERE)
                continue
            size = frame.shape[1], frame.shape[0]
            flat = [(p.x * size[0], p.y * size[1], p.visibility) for p in said.pose_landmarks.landmark]
            world = [(p.x, p.y, p.z) for p in said.pose_world_landmarks.landmark]
            found.append(np.concatenate([flat, world], axis=1))


def main() -> None:
    """A file a video, with the video's name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    for video in a.videos:
        np.savez_compressed(a.out / f"{video.stem}.npz", landmarks=landmarks(video))


if __name__ == "__main__":
    main()
