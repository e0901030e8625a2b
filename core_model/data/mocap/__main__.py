"""`python -m core_model.data.mocap`: make `assets/poses.npz` again."""

import argparse
import sys
from pathlib import Path

from core_model.assets import assets_dir
from core_model.data.mocap.archives import mocap_folder
from core_model.data.mocap.build import build
from core_model.data.mocap.poses import POSES_FILE
from core_model.errors import PuppetPoseError


def main() -> int:
    """Build the asset, print what went into it."""
    parser = argparse.ArgumentParser(prog="python -m core_model.data.mocap", description=__doc__)
    parser.add_argument("--mocap", type=Path, default=mocap_folder(), help="folder of the archives (%(default)s)")
    parser.add_argument("--out", type=Path, default=assets_dir() / POSES_FILE, help="(%(default)s)")
    arguments = parser.parse_args()
    try:
        print(build(arguments.mocap, arguments.out))
    except PuppetPoseError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
