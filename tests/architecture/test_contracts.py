"""The import contracts of pyproject.toml hold, and each of them can fail."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def verdicts(tree: Path) -> dict[str, str]:
    """What import-linter says of a tree: contract name -> KEPT or BROKEN."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, flags=re.MULTILINE)
    assert found, done.stdout + done.stderr
    return dict(found)


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("core_model", "desktop_app"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_contract_is_kept() -> None:
    assert verdicts(ROOT) == {contract["name"]: "KEPT" for contract in CONTRACTS}


def test_every_contract_can_be_broken(copied_tree: Path) -> None:
    for contract in CONTRACTS:
        folder = copied_tree / contract["source_modules"][0].replace(".", "/")
        (folder / "planted.py").write_text(f"import {contract['forbidden_modules'][0]}\n")
    assert verdicts(copied_tree) == {contract["name"]: "BROKEN" for contract in CONTRACTS}


def test_a_forbidden_package_is_found_through_others(copied_tree: Path) -> None:
    (copied_tree / "core_model" / "planted.py").write_text("import torch\n")
    (copied_tree / "desktop_app" / "session" / "planted.py").write_text("def later():\n    import core_model.planted\n")
    broken = [name for name, verdict in verdicts(copied_tree).items() if verdict == "BROKEN"]
    assert "The session knows neither window nor torch" in broken
