"""Ways to make a frame of a clip from other frames of it: ours, and the baselines that it has to beat."""

from collections.abc import Callable

import numpy as np

from core_model.evaluation.metrics import Array
from core_model.evaluation.scenes import Scene
from core_model.prediction import Factors, Synthesis
from core_model.puppet.raster import paint
from core_model.synthesis import joints_of, stand
from core_model.wardrobe import Wardrobe

Maker = Callable[[int], Array]
"""The frame to be made -> the picture (S, S, 3) uint8."""
Method = Callable[[Scene, Array], Maker]
"""A scene and the frames that may be used, (M,): whatever is learnt of a clip is learnt of these, once for them all.

Of a frame to be made, only the pose and the place behind may be used (`Scene.seen[i]` but for its atlas, and
`Scene.behind`).
"""


def copied(scene: Scene, given: Array) -> Maker:
    """Baseline: the person of the frame nearest in pose, as they are."""

    def make(target: int) -> Array:
        source = scene.nearest(target, given)
        return np.where(scene.person(source)[..., None], scene.clip.image[source], scene.behind(target))

    return make


def warped(scene: Scene, given: Array) -> Maker:
    """Baseline: the parts of the frame nearest in pose on the target's puppet, without a network."""

    def make(target: int) -> Array:
        look = scene.seen[scene.nearest(target, given)].factors.atlas
        return pasted(scene.seen[target].factors.edited(atlas=look, background=scene.behind(target)))

    return make


def made(synthesise: Callable[[Factors], Synthesis]) -> Method:
    """Ours: all given frames' appearance, through the decoder."""

    def method(scene: Scene, given: Array) -> Maker:
        wardrobe = Wardrobe()
        for i in given:
            wardrobe.offer(scene.seen[i])

        def make(target: int) -> Array:
            pose = scene.seen[target].factors.edited(background=scene.behind(target))
            own = None if wardrobe.looks else scene.seen[scene.nearest(target, given)]
            return synthesise(wardrobe.dressed(pose, own)).image

        return make

    return method


def pasted(factors: Factors) -> Array:
    """(S, S, 3) uint8: the puppet painted with its atlas, over the background."""
    joints3d_m, joints2d_px = joints_of(factors)
    figure = stand(joints2d_px, joints3d_m, factors.box_px)
    painting = paint(figure.parts, figure.drawing.owner, [factors.atlas])[0][..., :3] * 255
    cover = figure.drawing.cover[..., None]
    return np.asarray(painting * cover + factors.background * (1 - cover) + 0.5).astype(np.uint8)
