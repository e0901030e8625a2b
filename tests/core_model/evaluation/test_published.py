"""Protocols on the published layouts: a predictor that is right, off by a known amount, or calls left right."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands.evaluate import NAMES
from core_model.evaluation.datasets import DATASETS
from core_model.evaluation.datasets.protocol import COMMON_14, Protocol, with_oracle
from core_model.evaluation.published import evaluate_dataset, spread
from core_model.evaluation.table import as_table
from core_model.skeleton import JOINT, MIRROR


@pytest.fixture(params=DATASETS)
def layout(request, write_layout):
    return write_layout(request.param)


def figures(layout, predictor, protocols=None, limit=None) -> list[tuple[Protocol, dict]]:
    dataset = DATASETS[layout.name]
    protocols = with_oracle(dataset.protocols) if protocols is None else protocols
    results = evaluate_dataset(dataset.read(layout.folder), predictor, protocols, limit)
    return list(zip(protocols, results, strict=True))


def is_perfect(result: dict) -> bool:
    if "pck_2d" in result:
        return result["pck_2d"] == 100
    return result["error_mm"] < 0.1 and result["pck_150mm"] == 100 and result["auc"] > 96


def to_universal_size(joints: np.ndarray, by: float) -> np.ndarray:
    return joints[:1] + by * (joints - joints[:1])


def test_the_truth_is_perfect(layout, knowing, truth) -> None:
    for protocol, result in figures(layout, knowing()):
        if not protocol.universal or protocol.alignment == "procrustes":
            assert is_perfect(result), protocol.title


def test_in_3dhp_the_published_figures_are_of_the_universal_skeleton(write_layout, knowing, truth) -> None:
    layout = write_layout("3dhp")
    in_that_size = knowing(lambda joints: to_universal_size(joints, truth.taller))
    for protocol, result in figures(layout, in_that_size):
        own_size = not protocol.universal and protocol.alignment == "root"
        assert is_perfect(result) != own_size, protocol.title


@pytest.mark.parametrize("name", ["h36m", "3dhp", "3dpw"])
def test_a_known_error_is_found_again(name, write_layout, knowing) -> None:
    layout = write_layout(name)

    def shifted(by_m: float):
        def change(joints: np.ndarray) -> np.ndarray:
            return joints + by_m * (np.arange(len(joints)) > 0)[:, None] * np.eye(joints.shape[1])[0]

        return knowing(change)

    protocols = [each for each in DATASETS[name].protocols if each.alignment == "root" and not each.universal]
    assert protocols
    for by_m in (0.1, 0.2):
        for protocol, result in figures(layout, shifted(by_m), protocols):
            others = 1 - ("pelvis" in protocol.joints) / len(protocol.joints)
            assert result["error_mm"] == pytest.approx(1000 * by_m * others, abs=0.1)
            assert result["error_mean_of_groups_mm"] == pytest.approx(result["error_mm"], abs=0.1)
            assert result["pck_150mm"] == pytest.approx(100 if by_m < 0.15 else 100 * (1 - others))


def test_an_error_of_a_share_of_the_torso(write_layout, knowing, truth) -> None:
    layout = write_layout("lsp")

    def off_by(share: float):
        def change(joints: np.ndarray) -> np.ndarray:
            torso = np.linalg.norm(joints[JOINT["l_shoulder"]] - joints[JOINT["r_hip"]])
            return joints + share * torso * np.eye(joints.shape[1])[0]

        return knowing(change)

    for share, expected in ((0.19, 100), (0.21, 0)):
        ((_, result),) = figures(layout, off_by(share), DATASETS["lsp"].protocols)
        assert result["pck_2d"] == expected


def test_mirrored_labels_are_perfect_under_the_oracle_alone(layout, knowing) -> None:
    for protocol, result in figures(layout, knowing(lambda joints: joints[MIRROR])):
        if not protocol.universal or protocol.alignment == "procrustes":
            assert is_perfect(result) == protocol.oracle, protocol.title


def test_the_oracle_mirrors_whole_people_not_limbs(write_layout, knowing) -> None:
    layout = write_layout("3dpw")

    def swapped(joints: np.ndarray) -> np.ndarray:
        order = np.arange(len(joints))
        order[[JOINT["l_wrist"], JOINT["r_wrist"]]] = order[[JOINT["r_wrist"], JOINT["l_wrist"]]]
        return joints[order]

    plain, oracle = (result for _, result in figures(layout, knowing(swapped))[:2])
    assert plain["error_mm"] == pytest.approx(oracle["error_mm"])
    assert plain["error_mm"] > 5


def test_protocols_count_the_frames_and_cameras_they_name(write_layout, knowing) -> None:
    layout, predictor = write_layout("h36m"), knowing()
    counts = {protocol.name: result["images"] for protocol, result in figures(layout, predictor)}
    assert counts["Human3.6M protocol 1"] == counts["Human3.6M protocol 2"] == 28  # every fifth of 2 x 70
    assert counts["Human3.6M protocol 2, frontal camera"] == 14
    assert counts["Human3.6M protocol 2, sparse"] == 4
    assert predictor.asked == 30  # 0 is of both counts


def test_a_limit_holds_for_each_protocol_and_is_spread(write_layout, knowing) -> None:
    layout, predictor = write_layout("h36m"), knowing()
    for _, result in figures(layout, predictor, limit=2):
        assert result["images"] == 2
    assert predictor.asked <= 6
    assert spread(list(range(10)), 3) == [0, 4, 9]
    assert spread([5, 6], None) == spread([5, 6], 7) == [5, 6]


def test_actions_of_different_length_count_alike_in_their_mean(write_layout, knowing) -> None:
    layout = write_layout("h36m")
    protocol = DATASETS["h36m"].protocols[0]
    frames = [each for each in DATASETS["h36m"].read(layout.folder) if each.view == "60457274" or each.frame < 5]
    (result,) = evaluate_dataset(frames, knowing(lambda joints: joints * 1.1), [protocol])
    assert set(result["error_by_group_mm"]) == {"Directions", "Walking"}
    assert result["error_mean_of_groups_mm"] == pytest.approx(np.mean(list(result["error_by_group_mm"].values())))
    assert result["error_mean_of_groups_mm"] != pytest.approx(result["error_mm"])


def test_no_image_gives_no_figure_and_no_error(knowing) -> None:
    (result,) = evaluate_dataset([], knowing(), [DATASETS["3dpw"].protocols[0]])
    assert result["images"] == 0
    assert "error_mm" not in result


def test_a_title_says_all_that_tells_figures_apart() -> None:
    protocols = [each for dataset in DATASETS.values() for each in with_oracle(dataset.protocols)]
    titles = [each.title for each in protocols]
    assert len(set(titles)) == len(titles)
    one = Protocol("N", "S9", COMMON_14, "procrustes", stride=64, universal=True)
    for words in ("N: S9", "every 64th frame", "14 joints", "Procrustes", "universal", "no left/right oracle"):
        assert words in one.title
    assert "WITH LEFT/RIGHT ORACLE" in replace(one, oracle=True).title


def test_the_table_and_the_json_name_each_protocol(layout, knowing) -> None:
    dataset = DATASETS[layout.name]
    results = [result for _, result in figures(layout, knowing())]
    rows = {"name": layout.name, "title": dataset.title, "protocols": results}
    table = as_table({"checkpoint": "some.safetensors", "device": "CPU", "datasets": [rows]})
    assert max(len(line) for line in table.splitlines()) <= 80
    flat = " ".join(table.split())
    for protocol in with_oracle(dataset.protocols):
        assert protocol.title in flat
    assert json.loads(json.dumps(rows)) == rows


def test_the_command_names_the_data_sets_that_there_are() -> None:
    assert set(NAMES) == set(DATASETS)


def test_one_command_measures_several(write_layout, knowing, monkeypatch, tmp_path: Path, capsys) -> None:
    pytest.importorskip("torch")
    from core_model.predictor import Predictor

    predictor, file = knowing(), tmp_path / "results.json"
    predictor.checkpoint_name, predictor.device_note = "some.safetensors", "CPU"
    monkeypatch.setattr(Predictor, "load", classmethod(lambda cls, checkpoint, device: predictor))
    options = ["--rendered", "0", "--no-photographs", "--no-motion", "--no-timing", "--limit", "2", "--json", str(file)]
    for name in ("3dpw", "lsp"):
        options += ["--dataset", f"{name}={write_layout(name).folder}"]
    assert main(["evaluate", *options]) == 0
    said = capsys.readouterr().out
    assert "3DPW, P-MPJPE" in said
    assert "Leeds Sports Poses, PCK@0.2" in said
    stored = json.loads(file.read_text())["datasets"]
    assert [dataset["name"] for dataset in stored] == ["3dpw", "lsp"]
    assert {figures["images"] for dataset in stored for figures in dataset["protocols"]} == {2}


def test_a_folder_that_is_not_there_is_a_sentence(knowing, monkeypatch, tmp_path: Path, capsys) -> None:
    pytest.importorskip("torch")
    from core_model.predictor import Predictor

    predictor = knowing()
    predictor.checkpoint_name, predictor.device_note = "some.safetensors", "CPU"
    monkeypatch.setattr(Predictor, "load", classmethod(lambda cls, checkpoint, device: predictor))
    assert main(["evaluate", "--dataset", f"3dpw={tmp_path}"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("puppetpose: 3DPW: there is no ")
    assert "sequenceFiles" in told


@pytest.mark.parametrize("wrong", [["--dataset", "coco=x"], ["--dataset", "lsp"], ["--limit", "0"], ["--limit", "few"]])
def test_wrong_options_are_told(wrong: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["evaluate", *wrong])
    assert left.value.code == 2
    assert wrong[0] in capsys.readouterr().err
