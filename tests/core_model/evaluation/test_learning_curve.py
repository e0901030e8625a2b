"""Curves that follow their law are found to; a file that is none is told of in a sentence."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from core_model.errors import PuppetPoseError
from core_model.evaluation.learning_curve import curve_svg, fitted, read_figures

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = np.array([1e5, 3e5, 2e6])


def test_laws_are_found_and_carried_on() -> None:
    power = fitted(SAMPLES, 900 * SAMPLES**-0.17, power=True)
    assert power.slope == pytest.approx(-0.17)
    assert power.at(1e7) == pytest.approx(900 * 1e7**-0.17)
    line = fitted(SAMPLES, 3.5 * np.log(SAMPLES) + 11, power=False)
    assert line.slope == pytest.approx(3.5)
    assert line.at(1e7) == pytest.approx(3.5 * np.log(1e7) + 11)


def test_the_plot_has_a_point_a_checkpoint_and_the_documents_are_of_these_figures() -> None:
    figures = read_figures(ROOT / "docs" / "learning_curve.csv")
    svg = curve_svg(figures)
    points = ElementTree.fromstring(svg).findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(points) == 2 * len(figures["samples"])
    assert svg == (ROOT / "docs" / "learning_curve.svg").read_text("utf-8")
    (law,) = {text for text in ("samples^-0.13",) if text in svg}
    assert law in (ROOT / "docs" / "learning.md").read_text("utf-8")


@pytest.mark.parametrize("text", ["", "samples,pck_percent\n1,2\n", "samples,pck_percent,p_mpjpe_mm\n1,2,x\n"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.csv").write_text(text)
    with pytest.raises(PuppetPoseError):
        read_figures(tmp_path / "f.csv")
