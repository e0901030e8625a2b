"""Plots as SVG, which every browser shows: a sheet of its own, elements, nothing else."""

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

Element = ElementTree.Element
SHEET, INK, GRID, FAINT = "#ffffff", "#24292f", "#e4e7eb", "#6b7280"


def sheet(width: int, height: int, title: str) -> Element:
    """A white sheet, pixels."""
    svg = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "width": str(width)}
        | {"height": str(height), "font-family": "Helvetica, Arial, sans-serif", "font-size": "13", "fill": INK},
    )
    add(svg, "title", title)
    add(svg, "rect", width=width, height=height, rx=8, fill=SHEET)
    return svg


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | float) -> Element:
    """An element inside another; lines are not filled, names have hyphens for underscores."""
    element = ElementTree.SubElement(parent, tag, dict(_written(attributes)))
    if tag == "path":
        element.set("fill", "none")
    element.text = text
    return element


def _written(attributes: Mapping[str, str | float]) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        yield name.replace("_", "-"), value if isinstance(value, str) else f"{value:.6g}"
