"""What was measured on clips, as plain text: a line a method, then a line a method of each clip."""

from collections.abc import Iterator, Mapping
from typing import Any

_PROTOCOLS = (("blocks", "blocks of time held out"), ("pose_clusters", "kinds of pose held out"))
_METHODS = {
    "made": "ours",
    "adapted": "ours, adapted to the clip",
    "warped": "nearest frame's parts",
    "copied": "nearest frame copied",
    "part_maps": "part maps alone",
}
_NAME = 28
_HEAD = f"  {'':<{_NAME}}{'on the person':^24}{'in the box':^24}\n  {'':<{_NAME}}" + 2 * "   PSNR    SSIM  feature"
_TRANSFER = (
    ("pictures", "pictures", "d", 1),
    ("pose read back, P-MPJPE, median, mm", "pose_median_mm", ".1f", 1),
    ("pose read back, P-MPJPE, mean, mm", "pose_mean_mm", ".1f", 1),
    ("looks recognised (top-1), %", "recognised", ".1f", 100),
    ("colours, distance to the wearer", "colours_to_wearer", ".3f", 1),
    ("colours, distance to the poser", "colours_to_poser", ".3f", 1),
    ("features, distance to the wearer", "features_to_wearer", ".3f", 1),
    ("features, distance to the poser", "features_to_poser", ".3f", 1),
    ("features nearer to the wearer, %", "features_nearer", ".1f", 100),
)


def reconstruction_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """`evaluation.clips`' "reconstruction"."""
    for protocol, title in _PROTOCOLS:
        clips = {name: by[protocol] for name, by in results["clips"].items()}
        clips = {name: by for name, by in clips.items() if by["made"]["frames"]}
        if not clips:
            continue
        frames = results[protocol]["made"]["frames"]
        yield from ("", f"Made from other frames, {title} ({len(clips)} clips, {frames} frames)", _HEAD)
        yield from _rows(results[protocol])
        for name, by_method in clips.items():
            yield f"  {name} ({by_method['made']['frames']} frames)"
            yield from _rows(by_method, "  ")


def _rows(by_method: Mapping[str, Mapping[str, float]], indent: str = "") -> Iterator[str]:
    for method, name in _METHODS.items():
        if method in by_method:
            f = by_method[method]
            cells = [
                f"{f[region + 'psnr_db']:7.1f}{f[region + 'ssim']:8.3f}{f[region + 'features']:9.3f}"
                for region in ("", "box_")
            ]
            yield f"  {indent + name:<{_NAME}}" + "".join(cells)


def transfer_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """`evaluation.clips`' "transfer"."""
    yield from ("", f"{results['people']} people's poses in each other's looks", f"  {'':<46}  others'     own")
    for name, key, form, scale in _TRANSFER:
        across, own = (f"{scale * results[which][key]:{form}}" for which in ("across", "own_looks"))
        yield f"  {name:<46}{across:>9}{'' if key.endswith('nearer') else own:>8}".rstrip()
    for key, title in (("by_poser", "poses of"), ("by_wearer", "looks of")):
        for name, f in results[key].items():
            what = f"{title} {name}"
            yield f"  {what:<46}{f['pose_median_mm']:>9.1f} mm, {100 * f['recognised']:.0f} % recognised"
