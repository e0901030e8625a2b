"""What this computer has: device, OpenGL, codecs, checkpoint, versions. Each check is on its own and never raises."""

import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version

from core_model import __version__
from core_model.errors import PuppetPoseError

PACKAGES = ("numpy", "torch", "openvino", "av", "opencv-python-headless")
WINDOW_PACKAGES = ("PySide6-Essentials", "pyqtgraph", "vispy")
DECODERS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "prores")
GL_TIMEOUT_S = 30.0

_OFFSCREEN_GL = """
import sys
import moderngl
try:
    context = moderngl.create_context(standalone=True, backend="egl") if sys.platform == "linux" else \\
        moderngl.create_context(standalone=True)
except Exception:
    context = moderngl.create_context(standalone=True)
print(context.info["GL_RENDERER"], "OpenGL", context.version_code / 100, sep=", ")
"""
_WINDOW = "import PySide6.QtWidgets, pyqtgraph, vispy.scene; print('PySide6', PySide6.__version__)"


class Level(Enum):
    """How good a finding is."""

    GOOD = "good"
    LIMITED = "limited"  # something does not work, the rest does
    MISSING = "missing"  # nothing works without it


@dataclass(frozen=True, slots=True)
class Check:
    """One finding, and what to do where there is something to do."""

    name: str
    found: str
    level: Level = Level.GOOD
    todo: str = ""


def examine() -> Iterator[Check]:
    """All checks, one after another: some take seconds."""
    yield Check("PuppetPose", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    for check in (packages, device, openvino, checkpoint, codecs, offscreen_gl, window):
        yield _guarded(check)


def packages() -> Check:
    """Versions of what everything needs."""
    found = {name: _version(name) for name in PACKAGES}
    missing = [name for name, number in found.items() if number is None]
    text = ", ".join(f"{name} {number or 'missing'}" for name, number in found.items())
    if missing:
        return Check("packages", text, Level.MISSING, f"Install what is missing: pip install {' '.join(missing)}")
    return Check("packages", text)


def device() -> Check:
    """Where networks would run, and why there."""
    from core_model.runtime import choose_engine

    return Check("device", choose_engine("auto").note)


def openvino() -> Check:
    """OpenVINO makes the CPU several times as fast."""
    number = _version("openvino")
    if number is None:
        return Check("OpenVINO", "not installed", Level.LIMITED, "For speed on the CPU: pip install openvino")
    from core_model.runtime import cpu_precision

    precision = cpu_precision()
    why = "the processor computes in bf16" if precision == "bf16" else "the processor has no bf16"
    return Check("OpenVINO", f"{number}, {precision} ({why})")


def checkpoint() -> Check:
    """The bundled checkpoint is there and of this version."""
    from core_model.assets import BUNDLED, asset
    from core_model.training.checkpoint import load_checkpoint

    path = asset(BUNDLED)
    names = ", ".join(sorted(load_checkpoint(path).states))
    return Check("checkpoint", f"{path} ({path.stat().st_size / 2**20:.1f} MB: {names})")


def codecs() -> Check:
    """What videos can be read and written."""
    from av.codec import Codec, codecs_available

    def decodes(name: str) -> bool:
        try:
            return bool(Codec(name, "r"))
        except ValueError:
            return False

    can = [name for name in DECODERS if decodes(name)]
    encoder = "libx264" if "libx264" in codecs_available else "mpeg4"
    text = f"reads {', '.join(can)}; writes {encoder}"
    if "h264" not in can:
        return Check("codecs", text, Level.MISSING, "Install PyAV from PyPI, with its own FFmpeg: pip install av")
    return Check("codecs", text)


def offscreen_gl() -> Check:
    """OpenGL without a window: needed to make rendered people for training, not by the studio."""
    found, text = _ask(_OFFSCREEN_GL)
    if found:
        return Check("OpenGL", text)
    todo = "Only training with rendered people needs it: pip install 'puppetpose[train]', on Debian apt install libegl1"
    return Check("OpenGL", text, Level.LIMITED, todo)


def window() -> Check:
    """What the studio's window needs."""
    found, text = _ask(_WINDOW)
    missing = [name for name in WINDOW_PACKAGES if _version(name) is None]
    if found:
        return Check("window", ", ".join([text, *(f"{name} {_version(name)}" for name in WINDOW_PACKAGES[1:])]))
    todo = (
        "pip install 'puppetpose[gui]'"
        if missing
        else "On Debian: apt install libgl1 libegl1 libxkbcommon0 libdbus-1-3"
    )
    return Check("window", text, Level.LIMITED, f"The studio does not open without it: {todo}")


def _ask(code: str) -> tuple[bool, str]:
    """Run Python code in a process of its own: a driver that crashes takes nothing else with it."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=GL_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False, f"no answer within {GL_TIMEOUT_S:.0f} s"
    if done.returncode < 0:
        return False, f"crashed with signal {-done.returncode}"
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode == 0, lines[-1] if lines else "no answer"


def _guarded(check: Callable[[], Check]) -> Check:
    name = check.__name__.replace("_", " ")
    try:
        return check()
    except PuppetPoseError as error:
        return Check(name, error.what, Level.MISSING, error.todo)
    except Exception as error:  # a check that fails is a finding
        return Check(name, f"{type(error).__name__}: {error}", Level.MISSING, "Install PuppetPose again.")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
