"""What `branchlab init` proposes for projects that know nothing of branchlab."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from branchlab.cli.found_settings import Found, find_settings
from command_line import branchlab

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

PIPELINE = """\
stages:
  prepare:
    cmd: python prepare.py
    outs: [data]
  train:
    cmd: python train.py
    wdir: src
    metrics:
      - metrics.json:
          cache: false
      - ../${name}.json
    plots:
      - curve.csv:
          x: epoch
      - confusion.csv
metrics:
  - metrics.toml
  - ../../outside.json
"""


def found(root: Path, **files: str) -> Found:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return find_settings(str(root), ("metrics.toml",))


def test_a_pipeline_is_run_by_dvc_and_its_metrics_and_curves_are_collected(tmp_path: Path) -> None:
    curve, confusion = "epoch,loss\n1,2\n2,1\n", "actual,predicted\na,b\na,a\nb,b\n"
    files = {"dvc.yaml": PIPELINE, "params.yaml": "", "src/curve.csv": curve, "src/confusion.csv": confusion}
    assert found(tmp_path, **files) == Found("dvc repro", ("params.yaml",), ("src/metrics.json", "src/curve.csv"), ())


def test_a_curve_that_is_not_written_yet_is_known_by_its_axis(tmp_path: Path) -> None:
    assert found(tmp_path, **{"dvc.yaml": PIPELINE}).collect == ("src/metrics.json", "src/curve.csv")
    other = PIPELINE.replace("x: epoch", "x: [depth]")
    assert found(tmp_path, **{"dvc.yaml": other}).collect == ("src/metrics.json",)


def test_what_dvclive_lists_is_collected_as_one_folder(tmp_path: Path) -> None:
    listed = "metrics:\n  - dvclive/metrics.json\nplots:\n  - dvclive/plots/metrics:\n      x: step\n"
    assert found(tmp_path, **{"dvc.yaml": listed, "train.py": ""}).collect == ("dvclive",)


@pytest.mark.parametrize("line", ["from dvclive import Live", "import dvclive", "  from dvclive.lightning import X"])
def test_a_script_that_imports_dvclive_is_enough(tmp_path: Path, line: str) -> None:
    assert found(tmp_path, **{"main.py": f"import os\n{line}\n"}).collect == ("dvclive",)


@pytest.mark.parametrize(
    ("text", "staged", "told"),
    [
        ("with Live() as live:", False, True),
        ("with Live(save_dvc_exp=False) as live:", False, False),
        ("with Live() as live:", True, False),
    ],
)
def test_it_is_said_that_dvclive_commits_as_well(tmp_path: Path, text: str, staged: bool, told: bool) -> None:  # noqa: FBT001
    pipeline = "stages:\n  train:\n    cmd: python train.py\n" if staged else ""
    script = f"from dvclive import Live\n{text}\n"
    said = found(tmp_path, **{"train.py": script, "params.toml": "", "dvc.yaml": pipeline}).advice
    assert ["save_dvc_exp=False" in line for line in said] == [True] * told


def test_a_script_that_does_not_has_nothing_to_collect(tmp_path: Path) -> None:
    assert found(tmp_path, **{"main.py": "# import dvclive some day\n", "params.toml": ""}) == Found(
        "python main.py", ("params.toml",), (), ()
    )


def test_the_only_script_is_what_runs(tmp_path: Path) -> None:
    assert found(tmp_path, **{"fit.py": "", "setup.py": ""}).command == "python fit.py"


def test_what_nobody_can_guess_is_said(tmp_path: Path) -> None:
    bare = found(tmp_path, **{"a.py": "", "b.py": ""})
    assert bare.command == "python train.py"
    assert [line.partition(":")[0].partition(". ")[0] for line in bare.advice] == [
        "several scripts could be what runs (a.py, b.py)",
        "no parameter file was found",
    ]
    assert found(tmp_path / "empty", **{"notes.md": ""}).advice[0].startswith("there is no train.py: ")


@pytest.mark.parametrize(
    "text",
    ["[", "- a", "metrics: 3\nstages: [1]", "metrics: [[1], {2: 3}, null]\nstages: {a: 1, b: {metrics: {c: 1}}}"],
)
def test_a_pipeline_of_another_shape_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, **{"dvc.yaml": text, "train.py": ""}).collect == ()


def test_init_writes_and_says_what_it_found(repository: ScratchRepository) -> None:
    repository.commit("pipeline", **{"dvc.yaml": PIPELINE, "src/train.py": ""})
    said = branchlab(repository.path, "init", "--no-dvc", "--no-hooks")
    settings: dict[str, Any] = tomllib.loads((repository.path / "branchlab.toml").read_text())["project"]
    assert (settings["command"], settings["collect"]) == ("dvc repro", ["src/metrics.json", "src/curve.csv"])
    assert "command dvc repro, metrics from src/metrics.json, src/curve.csv)" in said.err
    assert "branchlab: no parameter file was found" in said.err
