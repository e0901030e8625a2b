"""Curves of training runs, of any numbers and any length; what is known of runs is state."""

import math
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from core_model.run_record import Curve, Record
from desktop_app.application import Studio
from desktop_app.session.run_curves import averaged, drawn_of
from desktop_app.session.runs import RunInfo, Runs, differences
from desktop_app.views.sheet_tile import best_grid, laid_out
from tests.core_model.training.conftest import setting, shared  # noqa: F401


def info_of(values: np.ndarray, folder: str = "run") -> RunInfo:
    steps = np.arange(1, len(values) + 1)
    return RunInfo(Path(folder), record=Record({"loss/total": Curve(steps, values)}, step=len(values)))


def shown(studio: Studio, qtbot, info: RunInfo) -> None:
    studio.window.actions_["training"].trigger()
    studio.run_watcher._reading = True  # its folder is not looked for
    studio.session.runs.remember([info.folder])
    studio.session.runs.put([info])
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == (info,))


@pytest.mark.parametrize(
    "values",
    [[1.0], [], [math.nan], [math.nan, 2.0, math.nan, math.inf, -1.0, 0.0, 3.0], [math.nan] * 5 + [1e30, -1e30]],
    ids=["one", "none", "nan", "gaps", "huge"],
)
@pytest.mark.parametrize("log", [False, True])
def test_curves_of_any_numbers_are_drawn(studio: Studio, qtbot, values: list[float], log: bool) -> None:
    studio.session.runs.show(log=log)
    shown(studio, qtbot, info_of(np.array(values, float)))
    plots = studio.window.training.plots
    plots.grab()
    assert studio.session.problem is None
    lone = [v for v in values if math.isfinite(v) and (v > 0 or not log)]
    if len(values) == 1:
        assert len(plots.lines[(0, "loss/total")].alone.points()) == len(lone)


def test_a_hundred_thousand_steps_stay_fluid(studio: Studio, qtbot) -> None:
    values = np.random.default_rng(0).normal(1, 0.1, 100_000)
    values[5000:5100] = np.nan
    shown(studio, qtbot, info_of(values[:1000], "short"))
    plots = studio.window.training.plots

    def seconds() -> float:
        begun = perf_counter()
        plots.show_runs(studio.session.runs.picture())
        plots.grab()
        return perf_counter() - begun

    short = min(seconds() for _ in range(5))
    studio.session.runs.add(Path("long").absolute())
    info = info_of(values, str(Path("long").absolute()))
    studio.session.runs.put([info])
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == (info,))
    long = min(seconds() for _ in range(5))
    assert long < 10 * short + 0.05, (long, short)  # not the hundredfold
    drawn = plots.lines[(0, "loss/total")].faint.getData()[0]
    assert len(drawn) < 20_000


def test_smoothing_is_the_average_it_says_and_gaps_stay() -> None:
    values = np.random.default_rng(1).normal(size=3000)
    values[[0, 7, 8, 2999]] = math.nan
    for weight in (0.01, 0.5, 0.9, 0.999):
        total = mass = 0.0
        slow = np.full(len(values), math.nan)
        for place, value in enumerate(values):
            if math.isfinite(value):
                total, mass = weight * total + value, weight * mass + 1
                slow[place] = total / mass
        np.testing.assert_allclose(averaged(values, weight), slow, rtol=1e-9, atol=1e-12)
    assert drawn_of(0, "loss/x", Curve(np.arange(3000), values), 0.0, log=False).smooth is None


def test_runs_are_state_and_say_when_it_changes() -> None:
    changes: list[int] = []
    runs = Runs(lambda: changes.append(1))
    runs.add(Path("/a"), Path("/b"), Path("/a"))
    assert runs.folders == (Path("/a"), Path("/b"))
    assert runs.choice.selected == (Path("/b"),)
    first = runs.picture()
    assert runs.picture() is first
    count = len(changes)
    runs.show(log=False)
    runs.put([info_of(np.ones(3), "/elsewhere")])  # taken off the list in the meantime
    assert len(changes) == count
    runs.put([info_of(np.ones(3), "/a")])
    assert runs.picture() is not first
    runs.forget([Path("/b")])
    assert runs.choice.selected == (Path("/a"),)


def test_settings_that_differ_are_all_named() -> None:
    a, b = (RunInfo(Path(n), config={"folder": n, "seed": "0", **more}) for n, more in (("a", {}), ("b", {"new": "1"})))
    assert differences([a, b]) == [("new", ("–", "1"))]


def test_a_sheet_is_laid_out_without_losing_the_order() -> None:
    kinds, people, side = 3, 4, 8
    image = np.zeros((kinds * side, people * side, 3), np.uint8)
    for kind in range(kinds):
        for person in range(people):
            image[kind * side : (kind + 1) * side, person * side : (person + 1) * side] = 10 * person + kind
    made = laid_out(image, kinds, (2, 2))
    assert made[::side, ::side, 0].tolist() == [[0, 1, 2, 10, 11, 12], [20, 21, 22, 30, 31, 32]]
    assert all(g * k <= people for g, k in [best_grid(w, h, kinds, people) for w in (50, 900) for h in (50, 900)])
