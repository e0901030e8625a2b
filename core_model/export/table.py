"""Columns of numbers as CSV (RFC 4180), with their names in the first line: for spreadsheets, pandas, R."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside


def write_table(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """Write columns (T,) by name; six digits after the point, NaN is left empty. Raises OutputError."""
    names, rows = list(columns), zip(*(values.tolist() for values in columns.values()), strict=True)
    with written_aside(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.6f}" if np.isfinite(value) else ""
