"""Which formats there are, and which one a name asks for. Libraries are imported when their format is written."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from core_model.errors import PuppetPoseError
from core_model.export.recording import Recording
from core_model.retarget.style import Style
from core_model.retarget.take import Take


class Format(NamedTuple):
    """How a format is called, told by a file's name, and written."""

    suffix: str  # "" is a folder
    writer: str  # module:function
    of_frames: bool  # of the clip's own frames and pixels; else of a take


FORMATS = {
    "bvh": Format(".bvh", "bvh:write_bvh", False),
    "glb": Format(".glb", "glb:write_glb", False),
    "trc": Format(".trc", "trc:write_trc", False),
    "c3d": Format(".c3d", "c3d:write_c3d", False),
    "csv": Format(".csv", "table:write_csv", False),
    "npz": Format(".npz", "arrays:write_npz", False),
    "coco": Format(".json", "coco:write_coco", True),
    "openpose": Format("", "openpose:write_openpose", True),
}


def format_of(path: Path, name: str | None = None) -> Format:
    """The format called `name`, else the one of the path's suffix. Raises PuppetPoseError where there is none."""
    if name is not None:
        return FORMATS[name]
    suffix = "" if path.is_dir() else path.suffix.lower()
    for one in FORMATS.values():
        if one.suffix == suffix:
            return one
    raise PuppetPoseError(
        f"{path.name} has a suffix that no format has.",
        f"End it in {', '.join(f.suffix for f in FORMATS.values() if f.suffix)}, or say --format.",
    )


def write_take(form: Format, path: Path, take: Take, style: Style) -> None:
    """Write a format of a take. Raises OutputError."""
    _writer(form)(path, take, style)


def write_frames(form: Format, path: Path, recording: Recording) -> None:
    """Write a format of the clip's own frames. Raises OutputError."""
    _writer(form)(path, recording)


def _writer(form: Format) -> Callable[..., None]:
    module, _, function = form.writer.partition(":")
    try:
        writer: Callable[..., None] = getattr(import_module(f"core_model.export.{module}"), function)
    except ModuleNotFoundError as error:
        raise PuppetPoseError(
            f"To write {form.suffix} takes the package {error.name}.",
            'Run: python -m pip install "puppetpose[export]".',
        ) from error
    return writer
