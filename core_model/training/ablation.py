"""What each group of terms buys: the same encoder trained on with and without it, several seeds, one table.

    python -m core_model.data.pool --count 3000
    python -m core_model.training.prior
    puppetpose data CLIPS
    puppetpose data HELD_OUT_CLIPS --out cache/held_out_clips
    python -m core_model.training.ablation --seeds 0 1 --held-out cache/held_out_clips --videos HELD_OUT_CLIPS

All runs of one seed see the same rendered people in the same order, so that differences are theirs. What is done is
not done again.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core_model.assets import BUNDLED, asset
from core_model.evaluation import benchmark
from core_model.evaluation.clips import evaluate_clips
from core_model.predictor import Predictor
from core_model.runtime import choose_engine
from core_model.training.bundle import merge
from core_model.training.checkpoint import load_checkpoint
from core_model.training.config import TrainConfig, load_config
from core_model.training.events import Finished
from core_model.training.storage import write_whole
from core_model.training.trainer import train

AGREEMENT = {"agreement": 1.0, "agreement_limbs": 1.0}
PAIRS = {
    "reconstruction, parts": {"reconstruction": 1.0, "puppet": 0.1, "foreground": 0.2, "one_appearance": 0.5},
    "novel images": {"cycle_pose": 0.2, "cycle_atlas": 0.5},
    "prior": {"prior": 0.05, "critic": 1.0},
    "equivariance, time": {"equivariance": 1.0, "time": 1.0, "one_shape": 0.2},
}
CONTROL = "rendered people only"
GROUPS = {
    CONTROL: {},
    "agreement": AGREEMENT,
    **PAIRS,
    "all": {**AGREEMENT, **{k: v for g in PAIRS.values() for k, v in g.items()}},
}
"""Terms on unlabelled clips that are added to the renderer's labels, with their weights."""
FIGURES = {
    "photographs, PCK@0.2 (%)": ("photographs", "given_box", "pck"),
    "rendered, P-MPJPE (mm)": ("rendered", "p_mpjpe_mm"),
    "rendered, part mIoU (%)": ("rendered", "part_miou"),
    "clips, jitter (mm)": ("clips", "jitter_mm"),
    "clips, foot skate (mm)": ("clips", "foot_skate_mm"),
    "clips, limb drift (mm)": ("clips", "limb_drift_mm"),
    "clips, PSNR (dB)": ("reconstruction", "pose_clusters", "made", "psnr_db"),
    "clips, SSIM": ("reconstruction", "pose_clusters", "made", "ssim"),
}


def configs(base: TrainConfig, seeds: Sequence[int], groups: Sequence[str]) -> Iterator[tuple[str, int, TrainConfig]]:
    """Group, seed and config of every run: as many rendered people a step in all of them, and a group's own terms."""
    rendered, crops, *_ = base.counts()
    nothing = dict.fromkeys([*AGREEMENT, *(name for group in PAIRS.values() for name in group)], 0.0)
    for seed in seeds:
        for group in groups:
            agrees, pairs = ("agreement" in GROUPS[group]), (GROUPS[group].keys() - AGREEMENT.keys())
            changed = {
                "folder": str(Path(base.folder) / f"{group.replace(', ', '_').replace(' ', '_')}_{seed}"),
                "seed": seed,
                "batch": rendered + (crops if agrees else 0),
                "unlabelled_fraction": crops / (rendered + crops) if agrees else 0.0,
                "unlabelled": base.unlabelled if agrees or pairs else "",
                "pairs": base.pairs if pairs else 0,
                "losses": replace(base.losses, **{**nothing, **GROUPS[group]}),
            }
            yield group, seed, replace(base, **changed)  # type: ignore[arg-type]


def measure(encoder: Path, rendered: int, held_out: Path, videos: Sequence[Path]) -> dict[str, Any]:
    """The figures of an encoder beside the bundled checkpoint's other networks and calibration, in floating point."""
    bundled = load_checkpoint(asset(BUNDLED))
    merged = merge([bundled, load_checkpoint(encoder)])
    about = {**merged.about, "calibration": bundled.about["calibration"]}
    predictor = Predictor(replace(merged, about=about), encoder.parent.name, choose_engine("cpu"))
    figures = benchmark.measure(predictor, rendered_images=rendered, locator=False, motion=False, timing=False)
    moving = [benchmark.motion_of_clip(predictor, path)["raw"] for path in videos]
    figures["clips"] = {key: float(np.mean([m[key] for m in moving])) for key in moving[0]} if moving else {}
    figures |= evaluate_clips(sorted(held_out.glob("*.npz")), predictor)
    return figures


def table(results: dict[str, list[dict[str, Any]]]) -> str:
    """Markdown: a row a group, mean over its seeds and the spread from lowest to highest."""
    lines = ["| trained with | " + " | ".join(FIGURES) + " | seeds |", "|---|" + "---|" * (len(FIGURES) + 1)]
    for group, runs in results.items():
        cells = [_cell([_at(run, path) for run in runs]) for path in FIGURES.values()]
        lines.append(f"| {group} | " + " | ".join(cells) + f" | {len(runs)} |")
    return "\n".join(lines)


def _at(figures: Any, path: Sequence[str]) -> float:
    for name in path:
        figures = figures.get(name, {})
    return float(figures) if not isinstance(figures, dict) else float("nan")


def _cell(values: Sequence[float]) -> str:
    digits = 3 if abs(values[0]) < 1 else 1
    mean, spread = np.mean(values), np.ptp(values)
    return f"{mean:.{digits}f}" + (f" ({np.min(values):.{digits}f} to {np.max(values):.{digits}f})" if spread else "")


def main() -> None:
    """Train, measure, print the table so far after every run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path("assets/training/ablation.toml"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--held-out", type=Path, default=Path("cache/held_out_clips"), help="files of held-out clips")
    parser.add_argument("--videos", type=Path, nargs="*", default=[], help="the same clips, for how steady they are")
    parser.add_argument("--rendered", type=int, default=500, help="held-out rendered people")
    a = parser.parse_args()
    results: dict[str, list[dict[str, Any]]] = {}
    for group, _, config in configs(load_config(a.config), a.seeds, a.groups):
        path = Path(config.folder) / "figures.json"
        if not path.exists():
            *_, last = train(config)
            assert isinstance(last, Finished)
            figures = measure(last.path, a.rendered, a.held_out, a.videos)
            write_whole(path, json.dumps(figures, indent=1).encode())
        results.setdefault(group, []).append(json.loads(path.read_text()))
        print(table(results), flush=True)


if __name__ == "__main__":
    main()
