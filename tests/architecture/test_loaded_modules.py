"""What an import really loads, in a fresh interpreter: import-linter does not see what a package's `__init__` does."""

import importlib.util
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QT = {"PySide6", "shiboken6", "qtpy", "pyqtgraph", "superqt"}
WINDOW = QT | {"vispy"}


def loaded_by(code: str, tree: Path = ROOT) -> set[str]:
    """Top-level modules in `sys.modules` after `code` has run in an interpreter that sees `tree` first."""
    program = (
        f"import sys; sys.path.insert(0, {str(tree)!r}); before = set(sys.modules)\n"
        f"try:\n    {code}\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tree)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def modules_of(package: str, tree: Path = ROOT) -> str:
    """A statement that imports every module of a package, but for the `__main__` files."""
    folder = str(tree / package.replace(".", "/"))
    names = [module.name for module in pkgutil.walk_packages([folder], prefix=f"{package}.")]
    return "import " + ", ".join([package, *(name for name in names if not name.endswith("__main__"))])


def test_the_core_loads_no_window() -> None:
    loaded = loaded_by(modules_of("core_model"))
    assert "torch" in loaded, "nothing was loaded: the test sees nothing"
    assert not loaded & (WINDOW | {"desktop_app"})


@pytest.mark.parametrize("name", ["", ".skeleton", ".prediction", ".limits", ".errors", ".assets", ".training.control"])
def test_the_light_files_of_the_core_load_no_torch(name: str) -> None:
    assert not loaded_by(f"import core_model{name}") & (WINDOW | {"torch", "cv2", "av", "openvino"})


def test_the_session_loads_neither_window_nor_torch() -> None:
    assert not loaded_by(modules_of("desktop_app.session")) & (WINDOW | {"torch", "cv2", "av", "openvino"})


def test_jobs_load_the_standard_library_only() -> None:
    foreign = loaded_by(modules_of("desktop_app.jobs")) - set(sys.stdlib_module_names) - {"desktop_app"}
    assert not foreign


def test_controllers_and_scenes_load_no_qt() -> None:
    assert not loaded_by(modules_of("desktop_app.controllers")) & WINDOW
    assert not loaded_by(modules_of("desktop_app.scenes")) & QT


def test_views_load_without_torch() -> None:
    assert "torch" not in loaded_by(modules_of("desktop_app.views"))


@pytest.mark.skipif(not importlib.util.find_spec("core_model.__main__"), reason="the command line is not there yet")
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_asking_for_help_loads_neither_torch_nor_window(option: str) -> None:
    run = f"import runpy; sys.argv = ['puppetpose', {option!r}]; runpy.run_module('core_model', run_name='__main__')"
    assert not loaded_by(run) & (WINDOW | {"torch"})


def test_a_planted_import_is_seen(tmp_path: Path) -> None:
    session = tmp_path / "desktop_app" / "session"
    session.mkdir(parents=True)
    (tmp_path / "desktop_app" / "__init__.py").write_text("")
    (session / "__init__.py").write_text("")
    (session / "planted.py").write_text("import PySide6\n")
    assert "PySide6" in loaded_by(modules_of("desktop_app.session", tmp_path), tmp_path)
