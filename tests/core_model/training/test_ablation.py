"""Runs that are compared differ in their terms alone; the table says what was measured."""

from dataclasses import asdict
from pathlib import Path

import pytest

from core_model.training.ablation import CONTROL, FIGURES, GROUPS, configs, table
from core_model.training.config import load_config

BASE = load_config(Path("assets/training/ablation.toml"))


def test_all_runs_of_a_seed_see_the_same_rendered_people() -> None:
    runs = list(configs(BASE, [0, 1], list(GROUPS)))
    assert {config.counts()[0] for *_, config in runs} == {16}
    assert {(group, config.counts()[1:3]) for group, _, config in runs if group in (CONTROL, "agreement", "prior")} == {
        (CONTROL, (0, 0)),
        ("agreement", (8, 0)),
        ("prior", (0, 4)),
    }
    assert len({config.folder for *_, config in runs}) == len(runs)
    may_differ = {"folder", "seed", "batch", "unlabelled", "unlabelled_fraction", "pairs", "losses"}
    first = asdict(runs[0][2])
    assert all({k for k, v in asdict(config).items() if v != first[k]} <= may_differ for *_, config in runs)


def test_a_group_adds_its_own_terms_and_no_others() -> None:
    weights = {group: config.losses.at(0) for group, _, config in configs(BASE, [0], list(GROUPS))}
    for group, terms in GROUPS.items():
        changed = {name: value for name, value in weights[group].items() if value != weights[CONTROL][name]}
        assert changed == terms
    assert {name for terms in GROUPS.values() for name in terms} == GROUPS["all"].keys()


def test_the_table_gives_means_and_spreads() -> None:
    figures = [
        {
            "rendered": {"p_mpjpe_mm": mm, "part_miou": 40.0},
            "reconstruction": {"pose_clusters": {"made": {"ssim": 0.5}}},
        }
        for mm in (100, 110)
    ]
    head, _, row = table({"agreement": figures}).splitlines()
    assert all(name in head for name in FIGURES)
    assert "105.0 (100.0 to 110.0)" in row
    assert "| 40.0 |" in row
    assert "0.500" in row
    assert row.endswith("| 2 |")
    with pytest.raises(StopIteration):
        next(configs(BASE, [], list(GROUPS)))
