"""Tables that other programs read."""

import csv
from pathlib import Path

import numpy as np
import pytest

from core_model.export.folder import OutputError
from core_model.export.table import write_table


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    values = np.array([0.25, np.nan, -3.125])
    write_table(tmp_path / "t.csv", {"frame": np.arange(1, 4), "left_knee_bend_deg": values})
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["frame"] for row in rows] == ["1", "2", "3"]
    assert rows[1]["left_knee_bend_deg"] == "", "nothing is known there"
    assert [float(rows[i]["left_knee_bend_deg"]) for i in (0, 2)] == [0.25, -3.125]
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_table(tmp_path / "no" / "t.csv", {"frame": np.arange(3)})


def test_columns_of_different_lengths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        write_table(tmp_path / "t.csv", {"a": np.arange(3), "b": np.arange(2)})
