"""What the documents say is there, is there."""

import re
from pathlib import Path

import pytest

from core_model.__main__ import parser

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("assets/*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text("utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_readme_shows_commands_that_exist() -> None:
    shown = set(re.findall(r"^puppetpose (\w+)", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE))
    assert len(shown) > 3
    assert not shown - set(re.findall(r"^ {4}(\w+)", parser().format_help(), flags=re.MULTILINE))


def test_every_bundled_file_has_a_source() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", (ROOT / "assets" / "SOURCES.md").read_text("utf-8"), flags=re.MULTILINE)
    files = [path.relative_to(ROOT / "assets").as_posix() for path in (ROOT / "assets").rglob("*") if path.is_file()]
    assert not [name for name in files if name != "SOURCES.md" and not any(covers(row, name) for row in rows)]


def covers(row: str, name: str) -> bool:
    """Whether a row of the table speaks of a file: by its name, or by the folder it is in."""
    return name == row or (row.endswith("/") and name.startswith(row))
