"""The demo, run once as a user runs it, and what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from branchlab.demo.plan import PLAN
from branchlab.demo.script import _run_command
from branchlab.naming import compile_rule
from branchlab.project import parse_settings

BRANCHLAB = Path(sys.executable).with_name("branchlab")
PROJECT = Path(__file__).parents[2] / "src/branchlab/demo/project"
TRIALS = [trial for batch in PLAN for trial in batch.trials]


class Demo(NamedTuple):
    """A finished demo: its folder and what it said."""

    folder: Path
    data: str
    words: str

    def answer(self, *arguments: str) -> Any:
        """Returns what a command says as JSON."""
        return json.loads(_branchlab(*arguments, "--json", cwd=self.folder).stdout)


def _branchlab(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BRANCHLAB, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    parent = tmp_path_factory.mktemp("demo")
    done = _branchlab("demo", "digits", cwd=parent)
    assert done.returncode == 0, done.stderr
    return Demo(parent / "digits", done.stdout, done.stderr)


@pytest.mark.prove
def test_each_planned_experiment_is_a_row_of_the_table(demo: Demo) -> None:
    rows = {row["name"]: row for row in demo.answer("ls") if "sweep" not in row}
    assert set(rows) == {trial.name for trial in TRIALS}
    assert {name for name, row in rows.items() if row["status"] != "finished"} == {
        trial.name for trial in TRIALS if trial.fails
    }
    assert all(trial.name in demo.data for trial in TRIALS)


@pytest.mark.prove
def test_the_sweep_has_its_trials_and_begins_with_the_parameters_as_they_are(demo: Demo) -> None:
    trials = {row["trial"]: row for row in demo.answer("ls", "sweep:digits")}
    assert sorted(trials) == [*range(6)]
    assert {row["status"] for row in trials.values()} == {"finished"}
    linear = next(row for row in demo.answer("ls") if row["name"] == "exp/model/linear")
    assert trials[0]["metrics"]["accuracy"] == linear["metrics"]["accuracy"]
    assert "6 trials" in demo.data + demo.words


@pytest.mark.prove
def test_the_experiments_show_a_trade_off_and_slices(demo: Demo) -> None:
    rows = {row["name"]: row["metrics"] for row in demo.answer("ls", "status:finished")}
    small, accurate = rows["exp/model/linear"], rows["exp/tune/wide-network"]
    assert small["size"] < accurate["size"]
    assert small["accuracy"] < accurate["accuracy"]
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "exp/model/linear"],
        cwd=demo.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {"metrics/plots/confusion_matrix.csv", "metrics/history.csv", "model.skops.dvc"} <= set(listed)


@pytest.mark.prove
def test_more_training_rows_stay_comparable_and_other_data_do_not(demo: Demo) -> None:
    def verdict(name: str) -> str:
        metrics = demo.answer("diff", name, "exp/tune/wide-network")["metrics"]
        return next(str(metric["verdict"]) for metric in metrics if metric["name"] == "accuracy")

    assert verdict("exp/data/more-rows") == "better"
    assert verdict("exp/data/breast-cancer") == "incomparable"


@pytest.mark.prove
def test_the_working_tree_is_clean_again_and_dvc_agrees(demo: Demo) -> None:
    status = ["git", "status", "--porcelain"]
    assert subprocess.run(status, cwd=demo.folder, capture_output=True, text=True, check=True).stdout == ""
    dvc = [sys.executable, "-m", "dvc", "status", "--json"]
    done = subprocess.run(dvc, cwd=demo.folder, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {}


@pytest.mark.prove
def test_it_ends_with_two_commands_to_try_next(demo: Demo) -> None:
    assert "branchlab show" in demo.words.splitlines()[-2]
    assert "branchlab run" in demo.words.splitlines()[-1]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = _branchlab("demo", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_its_project_is_made_whatever_its_commands_say_and_the_first_experiment_can_be_run(tmp_path: Path) -> None:
    talkative = {**os.environ, "PYTHONVERBOSE": "1"}  # a line for each import: more than a pipe holds
    command = [str(BRANCHLAB), "demo", "digits", "--no-runs"]
    made = subprocess.run(command, cwd=tmp_path, env=talkative, capture_output=True, check=False, timeout=60)
    assert made.returncode == 0
    path = f"{BRANCHLAB.parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        _run_command(TRIALS[0]),
        cwd=tmp_path / "digits",
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert b"accuracy" in ran.stderr


def test_every_planned_name_keeps_the_rule_of_the_project() -> None:
    rule = compile_rule(parse_settings((PROJECT / "branchlab.toml").read_bytes()).naming)
    assert [trial.name for trial in TRIALS if not rule.accepts(trial.name)] == []
