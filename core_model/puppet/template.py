"""The puppet template: outlines rasterised once into soft textures, each in its part's own frame (numpy, cv2).

Part frame: origin at the near anchor, +y towards the far anchor, +x to the right of a viewer who sees +y pointing down;
centimetres of the drawn adult. Each part has a rectangle in that frame; all textures of the part, the atlas among them,
span it, so (u, v) in [-1, 1]^2 over the rectangle is the one coordinate that shape, colour and depth share.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core_model.assets import asset
from core_model.puppet.svg import PartDrawing, read_drawing
from core_model.skeleton import NUM_PARTS, PARTS

TEXTURE_PX = (96, 64)
"""Height (along the limb) and width of a part's shape texture."""
RELIEF_CAP_CM = 9.0
"""No part bulges towards the camera by more: a torso is as deep as that, though it is twice as wide."""
_RASTER_PX_PER_CM = 6


@dataclass(frozen=True, slots=True)
class Template:
    """The puppet, ready to be placed."""

    shape_relief: np.ndarray  # (14, *TEXTURE_PX, 2) float32
    """Shape: 1 inside, 0.5 on the outline, 0 outside, a ramp across the band. Relief: metres by which the surface lies
    before the limb's axis, as on a round limb."""
    shape_relief_share: np.ndarray  # (14, *TEXTURE_PX, 3) float32
    """The same, and how far along the limb it is: 0 at the near anchor and before it, 1 at the far one and beyond."""
    rect_cm: np.ndarray  # (14, 4) float32 x0 y0 x1 y1 of each part's rectangle in its frame
    length_cm: np.ndarray  # (14,) float32 distance of the anchors


def load_template(path: Path | None = None) -> Template:
    """The puppet of an SVG drawing, by default the bundled one. Raises PuppetDrawingError (a PuppetPoseError)."""
    drawing = read_drawing(path or asset("puppet.svg"))
    parts = [_rasterise(drawing[name]) for name in PARTS]
    shape_relief, rect_cm, length_cm = (np.stack(column).astype(np.float32) for column in zip(*parts, strict=True))
    assert len(parts) == NUM_PARTS
    rows = (np.arange(TEXTURE_PX[0], dtype=np.float32) + 0.5) / TEXTURE_PX[0]
    along_cm = rect_cm[:, 1:2] + rows * (rect_cm[:, 3:] - rect_cm[:, 1:2])
    share = np.clip(along_cm / length_cm[:, None], 0, 1)[..., None, None]
    share = np.broadcast_to(share, (*shape_relief.shape[:3], 1))
    return Template(shape_relief, np.concatenate([shape_relief, share], axis=-1), rect_cm, length_cm)


def _rasterise(part: PartDrawing) -> tuple[np.ndarray, np.ndarray, float]:
    """(shape_relief, rect_cm, length_cm) of one part."""
    length = float(np.linalg.norm(part.far - part.near))
    axis = (part.far - part.near) / length
    frame = np.array([[axis[1], -axis[0]], axis])  # rows: +x, +y of the part frame on the sheet
    outline = (part.outline - part.near) @ frame.T
    margin = 0.75 * part.band  # the ramp of the shape ends at half a band
    rect = np.concatenate([outline.min(0) - margin, outline.max(0) + margin])
    size = np.maximum(np.ceil((rect[2:] - rect[:2]) * _RASTER_PX_PER_CM), 8).astype(int)
    ring_px = (outline - rect[:2]) / (rect[2:] - rect[:2]) * size
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(ring_px * 16 - 8).astype(np.int32)], 1, shift=4)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5) / _RASTER_PX_PER_CM
    outside = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) / _RASTER_PX_PER_CM
    shape = np.clip(0.5 + (inside - outside) / part.band, 0, 1)
    radius = max(float(inside.max()), 1e-3)
    relief_cm = np.sqrt(np.clip(inside * (2 * radius - inside), 0, None)) * min(1, RELIEF_CAP_CM / radius)
    texture = cv2.resize(np.stack([shape, relief_cm / 100], axis=-1), TEXTURE_PX[::-1], interpolation=cv2.INTER_AREA)
    return np.minimum(texture, 1), rect, length
