"""Settings that say what they are, and what is wrong with a value."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core_model.power import warnings
from core_model.settings import setting, settings_of
from core_model.training.config import LossWeights, TrainConfig


@dataclass(frozen=True)
class Table:
    size: int = setting(3, "how large", unit="mm", least=1, most=9)
    kind: str = setting("a", "which", choices=("a", "b"), advanced=True)
    on: bool = setting(False, "whether")
    other: int = 5


def test_a_table_tells_of_its_settings_and_what_is_wrong_with_a_value() -> None:
    size, kind, on = settings_of(Table)
    assert [size.text(), kind.text(), on.text()] == [
        "size = 3 mm: how large (1 to 9)", 'kind = "a": which (a | b)', "on = false: whether",
    ]  # fmt: skip
    assert (size.trouble(3), kind.trouble("b"), on.trouble(True)) == (None, None, None)
    assert size.trouble(0) == ("The setting 'size' is 0.", "Give it at least 1.")
    assert size.trouble(10) == ("The setting 'size' is 10.", "Give it at most 9.")
    assert kind.trouble("c") == ("The setting 'kind' is 'c'.", "Give it one of: a, b.")


@pytest.mark.parametrize("table", [TrainConfig, LossWeights])
def test_all_that_trains_is_told_of_and_its_defaults_are_right(table: type) -> None:
    told = {each.name: each for each in settings_of(table)}
    assert told.keys() == vars(table()).keys() - {"losses"}
    for each in told.values():
        assert each.about.help
        assert each.trouble(each.default) is None
        if isinstance(each.default, int | float) and not isinstance(each.default, bool):
            assert each.about.most is not None  # a form must know how far a number can go
            assert each.about.least is not None


def test_it_warns_on_battery_and_short_of_memory(tmp_path: Path) -> None:
    for name, files in (
        ("BAT0", {"type": "Battery", "status": "Discharging"}),
        ("AC", {"type": "Mains", "online": "0"}),
    ):
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text + "\n")
    memory = tmp_path / "meminfo"
    memory.write_text("MemTotal: 8000000 kB\nMemAvailable: 1000000 kB\n")
    battery, short = warnings(tmp_path, memory)
    assert "battery" in battery
    assert "1.0 GB of memory" in short
    (tmp_path / "AC" / "online").write_text("1")
    memory.write_text("MemAvailable: 9000000 kB\n")
    assert warnings(tmp_path, memory) == ()
    assert warnings(tmp_path / "none", tmp_path / "none") == ()
