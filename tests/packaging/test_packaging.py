"""The scripts behind `make run` and `make test`, without installing anything."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = script("system_libraries")
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module, "install", lambda packages: None)
    monkeypatch.setattr(module.shutil, "which", lambda program: None)
    return module


def test_what_is_missing_is_one_line_to_type(libraries, monkeypatch, capsys) -> None:
    monkeypatch.setattr(libraries, "loads", lambda library: library not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    assert libraries.main("run") == 1
    assert "    sudo apt-get install libegl1 libxcb-cursor0\n" in capsys.readouterr().out


def test_what_apt_can_install_is_not_complained_about(libraries, monkeypatch, capsys) -> None:
    installed: list[str] = []
    monkeypatch.setattr(libraries, "loads", lambda library: library != "libEGL.so.1" or "libegl1" in installed)
    monkeypatch.setattr(libraries, "install", installed.extend)
    assert libraries.main("run") == 0
    assert installed == ["libegl1"]
    assert capsys.readouterr().out == ""


def test_tests_go_on_without_a_display_server(libraries, monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(libraries, "loads", lambda library: True)
    monkeypatch.setattr(libraries, "install", asked.extend)
    assert libraries.main("test") == 0
    assert asked == ["xvfb", "xauth"]


def test_the_environment_is_made_again_when_the_settings_change(tmp_path, monkeypatch) -> None:
    environment = script("environment")
    monkeypatch.setattr(environment, "VENV", tmp_path)
    assert not environment.ready("run", "now")
    (tmp_path / "ready-run").write_text("now")
    assert environment.ready("run", "now")
    assert not environment.ready("run", "later")
    assert not environment.ready("test", "now")
    (tmp_path / "ready-test").write_text("later")
    assert environment.ready("run", "later")


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="needs a shell")
@pytest.mark.parametrize(
    ("display", "said"), [("", "puppetpose demo my clip.mp4 --out results"), (":7", "puppetpose-studio my clip.mp4")]
)
def test_the_same_job_with_and_without_a_display(tmp_path: Path, display: str, said: str) -> None:
    (tmp_path / "packaging").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(PACKAGING / "run.sh", tmp_path / "packaging")
    for program in ("puppetpose", "puppetpose-studio"):
        fake = tmp_path / ".venv" / "bin" / program
        fake.write_text('#!/bin/sh\necho "$(basename "$0") $*"\n')
        fake.chmod(0o755)
    surroundings = {**os.environ, "PYTHON": "true", "DISPLAY": display, "WAYLAND_DISPLAY": ""}
    command = ["bash", str(tmp_path / "packaging" / "run.sh"), "my clip.mp4"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == said
