"""Files and functions stay small enough to be read in one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


def too_long(source: str) -> Iterator[str]:
    """What in a file's text is longer than it should be."""
    lines = len(source.splitlines())
    if lines > MAX_FILE_LINES:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{node.name}: {length} lines"


def test_files_and_functions_are_short() -> None:
    files = [file for package in ("core_model", "desktop_app", "packaging") for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 20
    assert not [f"{file.relative_to(ROOT)}: {what}" for file in files for what in too_long(file.read_text("utf-8"))]


def test_what_is_too_long_is_found() -> None:
    function = "def long():\n" + "    x = 1\n" * MAX_FUNCTION_LINES
    assert list(too_long(function)) == [f"long: {MAX_FUNCTION_LINES + 1} lines"]
    assert list(too_long("x = 1\n" * (MAX_FILE_LINES + 1))) == [f"{MAX_FILE_LINES + 1} lines"]
    assert not list(too_long("x = 1\n" * MAX_FILE_LINES))
