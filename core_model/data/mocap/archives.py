"""The motion archives this project's poses come from: which clips they hold, of whom, and how each is read."""

import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core_model.data.mocap.asf import read_asf_amc
from core_model.data.mocap.bvh import read_bvh
from core_model.data.mocap.deepmimic import read_deepmimic
from core_model.data.mocap.expmap import read_expmap
from core_model.data.mocap.motion import Motion
from core_model.data.mocap.skeletons import is_known, joints_of
from core_model.errors import MediaError

DEFAULT_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ARCHIVES = ("cmu_asfamc", "cmu_misc", "cmu_bvh_iclone", "cmu_expmap", "animated_drawings", "deepmimic")


@dataclass(frozen=True)
class Clip:
    """One recorded clip on our skeleton."""

    name: str  # archive/file
    subject: str  # "cmu_02", or the clip's name where no number is known
    body: str  # clips of one body have the same limb lengths
    joints_m: np.ndarray  # (T, 21, 3) world, y up


def mocap_folder() -> Path:
    """Where the archives are: `$PUPPETPOSE_DATA/mocap`, else `../shared/data/mocap` beside the checkout."""
    return Path(os.environ.get("PUPPETPOSE_DATA", DEFAULT_DATA)) / "mocap"


def read_clips(folder: Path, fps: float) -> Iterator[Clip]:
    """All clips of all archives in `folder` at about `fps`; clips of unknown skeletons are left out.

    Raises MediaError where an archive is missing.
    """
    for archive in ARCHIVES:
        texts = _texts(folder, archive)
        for path in sorted(texts):
            motion = _READERS.get(Path(path).suffix, lambda *_: None)(texts, path, folder)
            if motion is not None and is_known(motion):
                name = f"{archive}/{path.removeprefix(archive + '/').rsplit('.', 1)[0]}"
                yield Clip(name, _subject(name), _body(name), joints_of(motion.sampled(fps)))


def _read_bvh(texts: dict[str, str], path: str, _: Path) -> Motion:
    return read_bvh(texts[path])


def _read_amc(texts: dict[str, str], path: str, _: Path) -> Motion:
    return read_asf_amc(texts[re.sub(r"_\d+\.amc$", ".asf", path)], texts[path])


def _read_txt(texts: dict[str, str], path: str, folder: Path) -> Motion:
    if path.startswith("deepmimic"):
        return read_deepmimic(texts[path])
    return read_expmap(texts[path], _lent_skeleton(folder))


@lru_cache(maxsize=1)
def _lent_skeleton(folder: Path) -> Motion:
    texts = _texts(folder, "cmu_misc")
    return read_bvh(texts[next(path for path in sorted(texts) if path.endswith("cmu_12_01_walk.bvh"))])


_READERS: dict[str, Callable[[dict[str, str], str, Path], Motion | None]] = {
    ".bvh": _read_bvh, ".amc": _read_amc, ".txt": _read_txt,
}  # fmt: skip


def _texts(folder: Path, archive: str) -> dict[str, str]:
    """The texts in an archive by path."""
    path = folder / f"{archive}.tar.xz"
    if not path.is_file():
        raise MediaError(
            f"There is no motion archive {path.name} in {folder}.",
            "Put it there, or set PUPPETPOSE_DATA to the folder that has mocap/.",
        )
    texts = {}
    with tarfile.open(path) as files:
        for member in files:
            data = files.extractfile(member)
            if data is not None:
                texts[member.name] = data.read().decode("utf-8", "replace")
    return texts


def _subject(name: str) -> str:
    """Who is in a clip, as far as its name tells: the CMU number, else the clip stands for itself."""
    number = re.search(r"(?:/|_)0*(\d{1,2})_\d+(?:_walk)?$", name)
    return f"cmu_{int(number[1]):02d}" if number and name.startswith(("cmu_asf", "cmu_bvh", "cmu_misc")) else name


def _body(name: str) -> str:
    """Whose limb lengths a clip has: that conversion's one body, or the recorded person's."""
    archive, _, rest = name.partition("/")
    if archive in ("cmu_bvh_iclone", "cmu_expmap", "deepmimic"):
        return archive
    return f"{archive}/{rest.split('__')[0]}/{_subject(name)}" if "__" in rest else f"{archive}/{_subject(name)}"
