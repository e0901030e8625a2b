"""What a shell offers when Tab is pressed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from core_model.__main__ import main, parser


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", "bash"]) == 0
    path = tmp_path / "puppetpose.bash"
    path.write_text(capsys.readouterr().out)
    return path


def offered(script: Path, *words: str) -> set[str]:
    """What bash offers after these words, the last of which is being typed."""
    name = next(line.split()[-2] for line in script.read_text().splitlines() if line.startswith("complete "))
    function = name if name.startswith("_") else "_shtab_puppetpose"
    typed = " ".join(f"'{word}'" for word in ("puppetpose", *words))
    program = f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; {function} puppetpose '{words[-1]}'"
    done = subprocess.run(
        ["bash", "-c", f"{program}; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
        capture_output=True, text=True, check=False, cwd=script.parent,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_offers_commands_options_choices_and_files(script: Path) -> None:
    assert {"export", "evaluate"} <= offered(script, "e")
    assert "analyse" not in offered(script, "e")
    assert "--foot-lock" in offered(script, "export", "--foot")
    assert offered(script, "export", "x.mp4", "--rest", "") == {"T", "A"}
    (script.parent / "walk.mp4").touch()
    assert "walk.mp4" in offered(script, "analyse", "wa")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_every_command_is_in_every_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    told = capsys.readouterr().out
    commands = next(action.choices for action in parser()._actions if action.choices and "export" in action.choices)
    assert len(commands) > 10
    assert all(name in told for name in commands)
