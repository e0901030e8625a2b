"""A clip's motion for Blender, cleaned, and what cleaning did to it in numbers and as a plot.

python docs/examples/motion_to_blender.py dance.mp4 results
"""

import sys
from pathlib import Path

from core_model import api as puppetpose


def main(clip: Path, folder: Path, frames: range | None = None) -> dict[str, tuple[float | None, float | None]]:
    """Writes dance.bvh, dance.glb and dance.svg; returns jitter and foot skate, raw and cleaned, mm a frame."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = puppetpose.analyse(clip, frames=frames)
    calm = puppetpose.smoothed(seen)
    take = puppetpose.take(calm, foot_lock=True)
    for suffix in (".bvh", ".glb"):
        puppetpose.export(take, folder / f"{seen.name}{suffix}", rest="A")
    puppetpose.draw_curves(seen, folder / f"{seen.name}.svg", ["*knee_bend*", "*ankle_speed*"])
    plain = puppetpose.take(calm)
    before = puppetpose.steadiness(puppetpose.take(seen), beside=plain)
    after = puppetpose.steadiness(take, beside=plain)
    return {name: (before[name], after[name]) for name in before}


if __name__ == "__main__":
    for name, (raw, clean) in main(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(name, raw, "->", clean)
