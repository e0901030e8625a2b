"""What stands pale beside the person: the prediction, neighbouring frames, other poses, and the paths of joints."""

import numpy as np
from vispy import scene

from core_model.colours import JOINT_RGB, OTHER_RGB
from core_model.skeleton import LIMBS

_PREDICTION_RGBA = (0.6, 0.63, 0.68, 0.45)
_NEIGHBOUR_RGB = (0.45, 0.62, 0.85)
_OTHER_ALPHA = 0.75
_WIDTH_PX = 4


def to_scene(points_m: np.ndarray) -> np.ndarray:
    """(..., 3) camera frame -> scene axes."""
    return np.stack([points_m[..., 0], points_m[..., 2], -points_m[..., 1]], axis=-1).astype(np.float32)


class Beside:
    """Two nodes: one draws all skeletons, one all paths."""

    def __init__(self, parent: scene.Node) -> None:
        self._skeletons = scene.Line(parent=parent, connect="segments", method="gl", width=_WIDTH_PX)
        self._paths = scene.Line(parent=parent, method="gl", width=2.5)
        self.nodes = (self._skeletons, self._paths)

    def set_skeletons(
        self,
        prediction_m: np.ndarray | None = None,
        neighbours: tuple[np.ndarray, np.ndarray] | None = None,
        others_m: np.ndarray | None = None,
    ) -> None:
        """The prediction (21, 3); neighbours (G, 21, 3), how near in time (G,) in [0, 1]; other poses (n, 21, 3)."""
        found: list[tuple[np.ndarray, tuple[float, ...]]] = []
        if neighbours is not None:
            found += [(m, (*_NEIGHBOUR_RGB, 0.1 + 0.35 * near)) for m, near in zip(*neighbours, strict=True)]
        if prediction_m is not None:
            found.append((prediction_m, _PREDICTION_RGBA))
        if others_m is not None:
            found += [(m, (*rgb, _OTHER_ALPHA)) for m, rgb in zip(others_m, OTHER_RGB / 255, strict=False)]
        self._skeletons.visible = bool(found)
        if found:
            ends = to_scene(np.stack([m for m, _ in found]))[:, LIMBS].reshape(-1, 3)
            rgba = np.repeat(np.array([rgba for _, rgba in found], np.float32), 2 * len(LIMBS), axis=0)
            self._skeletons.set_data(pos=ends, color=rgba)

    def clear_paths(self) -> None:
        """No joint leaves one."""
        self._paths.visible = False

    def set_paths(self, joints: tuple[int, ...], paths_m: np.ndarray, nearness: np.ndarray) -> None:
        """Of J joints: (J, F, 3), NaN where nothing is known; the farther in time, (F,), the paler."""
        known = np.isfinite(paths_m).all(axis=-1)
        both = known[:, :-1] & known[:, 1:]
        self._paths.visible = bool(both.any())
        if not both.any():
            return
        count = paths_m.shape[1]
        first, second = np.nonzero(both)
        start = first * count + second
        rgba = np.empty((len(joints), count, 4), np.float32)
        rgba[..., :3] = JOINT_RGB[list(joints), None] / 255
        rgba[..., 3] = 0.1 + 0.9 * nearness
        points = to_scene(np.nan_to_num(paths_m)).reshape(-1, 3)
        connect = np.stack([start, start + 1], axis=1).astype(np.uint32)
        self._paths.set_data(pos=points, color=rgba.reshape(-1, 4), connect=connect)
