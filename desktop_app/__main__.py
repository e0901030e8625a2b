"""`puppetpose-studio [CLIP ...]`: parse, open the window."""

import argparse
import sys
from pathlib import Path

import core_model
from core_model.assets import assets_dir

DEFAULT_CLIP = "clips/tfjs_pose_1.mp4"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="puppetpose-studio", description="Open the studio.")
    parser.add_argument(
        "clips",
        nargs="*",
        type=Path,
        metavar="CLIP",
        help="videos, images, folders of images, or a session; else the bundled clip",
    )
    parser.add_argument(
        "--camera",
        nargs="?",
        const="0",
        metavar="SOURCE",
        help="show a camera: its number or device (0 without), or a video that is played as if it were one",
    )
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="another checkpoint than the bundled one")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="where the network runs")
    parser.add_argument("--version", action="version", version=f"puppetpose {core_model.__version__}")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0; 2 when the graphical libraries are missing."""
    options = parser().parse_args(arguments)
    try:
        from desktop_app.application import run
        from desktop_app.controllers.real import real_core
    except ImportError as error:
        print(f"The studio's libraries cannot be loaded ({error}).", file=sys.stderr)
        print('Install them with: pip install "puppetpose[gui]"', file=sys.stderr)
        return 2
    default = assets_dir() / DEFAULT_CLIP
    bundled = [default] if default.exists() and options.camera is None else []
    return run(real_core(options.checkpoint, options.device), options.clips or bundled, options.camera)


if __name__ == "__main__":
    sys.exit(main())
