"""The reliability plot: what can be read off it is what was measured."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.assets import BUNDLED, asset
from core_model.errors import PuppetPoseError
from core_model.evaluation.reliability import reliability
from core_model.export.reliability_plot import Panel, reliability_svg, series_of, write_reliability
from core_model.training.checkpoint import load_checkpoint

SVG = "{http://www.w3.org/2000/svg}"
CURVES = Panel(top=70, height=400)


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """Of the bundled checkpoint."""
    figures: dict[str, Any] = load_checkpoint(asset(BUNDLED)).about["benchmark"]
    return figures


def _points(svg: str, colour: str) -> np.ndarray:
    """(n, 3) centre and radius of the circles of one colour that say what they are."""
    circles = [c for c in ElementTree.fromstring(svg).iter(f"{SVG}circle") if c.find(f"{SVG}title") is not None]
    return np.array([[float(c.get(k, "")) for k in ("cx", "cy", "r")] for c in circles if c.get("fill") == colour])


def test_points_stand_where_they_were_measured_and_grow_with_their_count(results: dict[str, Any]) -> None:
    series = series_of(results)
    assert [one.name for one in series] == ["Photographs", "Rendered people"]
    for one in series:
        points = _points(reliability_svg(series), one.colour)
        rows = np.array([[row["confidence"], row["right"], row["count"]] for row in one.bins])
        np.testing.assert_allclose(points[:, 0], [CURVES.x(v) for v in rows[:, 0]], atol=0.01)
        np.testing.assert_allclose(points[:, 1], [CURVES.y(v) for v in rows[:, 1]], atol=0.01)
        np.testing.assert_array_equal(np.argsort(points[:, 2], kind="stable"), np.argsort(rows[:, 2], kind="stable"))


def test_an_honest_confidence_lies_on_the_diagonal() -> None:
    confidence = np.repeat((np.arange(10) + 0.5) / 10, 20)
    right = np.tile(np.arange(20) + 0.5, 10) / 20 < confidence
    series = series_of({"rendered": {"reliability": reliability(confidence, right)}})
    points = _points(reliability_svg(series), series[0].colour)
    np.testing.assert_allclose((points[:, 0] - CURVES.x(0)) / 540, (CURVES.y(0) - points[:, 1]) / 400, atol=0.01)


def test_all_in_one_bin_still_fits_on_the_sheet() -> None:
    svg = reliability_svg(series_of({"rendered": {"reliability": reliability(np.ones(5), np.ones(5))}}))
    for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect"):
        assert float(rect.get("y", "0")) >= 0
        assert float(rect.get("y", "0")) + float(rect.get("height", "")) <= 720


def test_the_command_draws_figures_that_were_written_before(
    results: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, plot = tmp_path / "figures.json", tmp_path / "reliability.svg"
    figures.write_text(json.dumps(results))
    assert main(["evaluate", "--figures", str(figures), "--plot", str(plot)]) == 0
    assert plot.read_text(encoding="utf-8") == reliability_svg(series_of(results))
    told = capsys.readouterr().out
    assert "2D PCK@0.2" in told
    assert str(plot) in told


@pytest.mark.parametrize("text", [None, "no json", "[]", "{}", '{"checkpoint": "a", "device": "b", "rendered": {}}'])
def test_figures_that_are_none_are_refused(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "figures.json").write_text(text)
    assert main(["evaluate", "--figures", str(tmp_path / "figures.json")]) == 2
    assert "--json" in capsys.readouterr().err


def test_where_no_confidence_was_measured_there_is_nothing_to_draw(tmp_path: Path) -> None:
    nothing = {"rendered": {"reliability": reliability(np.zeros(0), np.zeros(0))}}
    with pytest.raises(PuppetPoseError, match="confidence"):
        write_reliability(tmp_path / "plot.svg", nothing)
    assert not list(tmp_path.iterdir())
