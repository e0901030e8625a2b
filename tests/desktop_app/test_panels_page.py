"""The page of panels knows all of them."""

import re
from pathlib import Path

from desktop_app.application import Studio

DOCS = Path(__file__).parents[2] / "docs"


def test_each_panel_has_its_picture_and_words(studio: Studio) -> None:
    page = (DOCS / "panels.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (.+)$", page, re.MULTILINE)) == set(studio.window.layout_.docks)
    for title in studio.window.layout_.docks:
        picture = f"panels/{title.lower()}.jpg"
        assert f"]({picture})" in page
        assert (DOCS / picture).stat().st_size > 3000
