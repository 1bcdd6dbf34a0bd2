"""Two people with a clone each, hooks in both, one git remote and one DVC remote, and a CI job that can say no."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from command_line import branchlab, rows
from scratch_repository import ScratchRepository
from small_project import empty_repository

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
[project]
command = "python train.py"
not_code = ["README.md"]

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
threshold = ">= 0.80"
max_regression = "1%"
max_slice_regression = "2%"
why = "agreed with the claims team"
"""
TRAIN = """\
import tomllib
import branchlab

params = tomllib.load(open("params.toml", "rb"))
rows = open("data/train.csv").read().splitlines()
with branchlab.start_run(params=params, seed=7) as run:
    for epoch in range(4):
        run.log(accuracy=0.8 + params["width"] / 1000 + epoch / 100, loss=1 / (epoch + 1))
    run.log_slice("region", "eu", accuracy=0.7 + params["width"] / 500, rows=len(rows))
    open("model.bin", "w").write(f"model {params['width']}")
    run.log_artifact("model.bin")
"""


class Team(NamedTuple):
    """Where everything lies: the remotes and the clones of two people."""

    folder: Path
    ada: ScratchRepository
    bea: ScratchRepository

    def remote(self, *arguments: str) -> str:
        """Asks the bare repository."""
        return ScratchRepository(self.folder / "remote.git").git(*arguments)


def clone(folder: Path, name: str, *options: str) -> ScratchRepository:
    done = subprocess.run(
        ["git", "clone", "-q", *options, f"file://{folder}/remote.git", name], cwd=folder, check=False
    )
    assert done.returncode == 0
    return ScratchRepository(folder / name)


def ok(repository: ScratchRepository, *arguments: str) -> str:
    said = branchlab(repository.path, *arguments)
    assert said.code == 0, said.err
    return said.out + said.err


def train(repository: ScratchRepository, width: int) -> None:
    repository.write("params.toml", f"width = {width}  # of the net\n")
    done = subprocess.run(["python", "train.py"], cwd=repository.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def make_team(folder: Path) -> Team:
    """Makes a project with tracked data on the remote, and two clones of it with hooks; all of it can be copied."""
    first = empty_repository(folder / "first")
    first.git("init", "-q", "--bare", str(folder / "remote.git"))
    first.git("remote", "add", "origin", "../remote.git")
    files = {"branchlab.toml": SETTINGS, "train.py": TRAIN, "params.toml": "width = 64  # of the net\n"}
    first.commit("project", **files, **{".gitignore": "/model.bin\n"})
    ok(first, "init")
    first.write("data/train.csv", "x,y\n1,2\n3,4\n")
    for command in (["add", "data/train.csv"], ["remote", "add", "-d", "store", "../store"], ["push"]):
        subprocess.run([sys.executable, "-m", "dvc", "-q", *command], cwd=first.path, check=True)
    first.commit("data")
    first.git("push", "-q", "origin", "main")
    found = Team(folder, clone(folder, "ada"), clone(folder, "bea"))
    for person in (found.ada, found.bea):
        person.git("remote", "set-url", "origin", "../remote.git")
        ok(person, "hooks", "install")
        subprocess.run([sys.executable, "-m", "dvc", "-q", "pull"], cwd=person.path, check=True)
    return found


def copy_of(team: Team, folder: Path) -> Team:
    """Copies everything, so that a test may go on from there."""
    shutil.copytree(team.folder, folder, symlinks=True)
    copy = Team(folder, ScratchRepository(folder / "ada"), ScratchRepository(folder / "bea"))
    for person in (copy.ada, copy.bea):
        person.git("status", "--porcelain")
    return copy


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team before anybody has worked; only copied."""
    return make_team(tmp_path_factory.mktemp("beginning"))


@pytest.fixture(scope="module")
def after_wider(beginning: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team when Ada's wider model is the baseline; only copied."""
    team = copy_of(beginning, tmp_path_factory.mktemp("wider") / "team")
    record_wider(team)
    return team


@pytest.fixture(scope="module")
def worse(after_wider: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team when Bea has pushed a worse model; only read."""
    team = copy_of(after_wider, tmp_path_factory.mktemp("worse") / "team")
    record_worse(team)
    return team


@pytest.fixture
def wider(after_wider: Team, tmp_path: Path) -> Team:
    """A copy of the team with Ada's wider model."""
    return copy_of(after_wider, tmp_path / "team")


@pytest.fixture
def team(beginning: Team, tmp_path: Path) -> Team:
    """A copy of the team before anybody has worked."""
    return copy_of(beginning, tmp_path / "team")


def record_wider(team: Team) -> None:
    """Ada commits a run and pushes it with nothing but git; the baseline follows."""
    team.ada.git("switch", "-q", "-c", "exp/model/wider")
    train(team.ada, 96)
    team.ada.git("commit", "-q", "-a", "-m", "wider net")
    team.ada.git("push", "-q", "origin", "exp/model/wider", "exp/model/wider:main")


def record_worse(team: Team) -> None:
    """Bea branches off from it and makes it worse."""
    ok(team.bea, "pull")
    team.bea.git("switch", "-q", "-c", "exp/model/narrow", "exp/model/wider")
    train(team.bea, 32)
    done = subprocess.run(
        ["git", "commit", "-q", "-a", "-m", "narrow net"], cwd=team.bea.path, capture_output=True, text=True, check=True
    )
    assert "changed since dvc add" not in done.stderr  # the model is what the run made
    team.bea.git("push", "-q", "origin", "exp/model/narrow")


def judge(team: Team, *options: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """Runs the CI command in a clone that has one commit."""
    shutil.rmtree(team.folder / "job", ignore_errors=True)
    job = clone(team.folder, "job", "--depth=1", "--branch=exp/model/narrow")
    arguments = ("ci", "--base", "main", "--fetch", "origin", "--json", *options)
    said = branchlab(job.path, *arguments, **environment)
    assert said.out, said.err
    return said.code, json.loads(said.out)


def test_a_record_made_by_git_alone_reads_the_same_on_both_sides(wider: Team) -> None:
    (mine,) = rows(wider.ada.path)
    assert (mine["name"], mine["status"], mine["metrics"]["accuracy"]) == ("exp/model/wider", "finished", 0.926)
    tree = wider.remote("ls-tree", "-r", "--name-only", "exp/model/wider").splitlines()
    assert {"metrics.toml", "metrics/history.csv", "model.bin.dvc"} <= set(tree)
    message = wider.remote("log", "-1", "--format=%B", "exp/model/wider")
    assert message.startswith("wider net\n\n")
    assert "\nMetric-accuracy: 0.926\n" in message
    ok(wider.bea, "pull")
    assert rows(wider.bea.path) == rows(wider.ada.path)
    ok(wider.bea, "checkout", "exp/model/wider")
    assert (wider.bea.path / "model.bin").read_text() == "model 96"
    assert wider.bea.git("status", "--porcelain") == ""


def test_a_worse_model_fails_on_the_right_gates_with_the_right_words(worse: Team) -> None:
    code, report = judge(worse, "--md", "report.md")
    assert (code, report["verdict"]) == (1, "fail")
    failed = [gate for gate in report["gates"] if not gate["passed"]]
    assert {(gate["metric"], gate["kind"]) for gate in failed} >= {("accuracy", "regression")}
    regression = next(gate for gate in failed if gate["kind"] == "regression")
    assert (regression["value"], regression["baseline"]) == (pytest.approx(0.862), 0.926)
    markdown = (worse.folder / "job/report.md").read_text()
    assert "exp/model/narrow" in markdown
    assert "agreed with the claims team" in markdown
    assert "width" in markdown


def test_the_numbers_in_ci_are_those_of_the_laptop(worse: Team) -> None:
    _, there = judge(worse)
    worse.bea.git("fetch", "-q")
    said = branchlab(worse.bea.path, "ci", "--base", "origin/main", "--json")
    here = json.loads(said.out)
    assert said.code == 1
    assert here["gates"] == there["gates"]
    assert branchlab(worse.bea.path, "check").code == 0


def test_a_better_model_passes(wider: Team) -> None:
    ok(wider.bea, "pull")
    wider.bea.git("switch", "-q", "-c", "exp/model/narrow", "exp/model/wider")
    train(wider.bea, 128)
    wider.bea.git("commit", "-q", "-a", "-m", "wider still")
    wider.bea.commit("what it is for", **{"README.md": "A note is no code to this project."})
    wider.bea.git("push", "-q", "origin", "exp/model/narrow")
    code, report = judge(wider)
    assert (code, report["verdict"]) == (0, "pass"), report["gates"]
    assert branchlab(wider.bea.path, "check", "origin/main..HEAD").code == 0
    wider.bea.commit("one more thing", **{"train.py": TRAIN + "# other code\n"})
    wider.bea.git("push", "-q", "origin", "exp/model/narrow")
    said = branchlab(wider.bea.path, "ci", "--base", "origin/main")
    assert (said.code, "train.py" in said.out) == (1, True), said.out
    assert branchlab(wider.bea.path, "check", "origin/main..HEAD").code == 1


def test_a_bad_name_gets_past_no_hook(team: Team) -> None:
    team.ada.git("switch", "-q", "-c", "my stuff".replace(" ", "_"))
    train(team.ada, 96)
    done = subprocess.run(
        ["git", "commit", "-a", "-m", "x"],
        cwd=team.ada.path,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 1
    assert "my_stuff" in done.stderr
    assert "exp/model/" in done.stderr
    team.ada.git("commit", "-q", "--no-verify", "-a", "-m", "x")
    pushed = subprocess.run(
        ["git", "push", "origin", "HEAD"], cwd=team.ada.path, capture_output=True, text=True, check=False
    )
    assert pushed.returncode == 1
    assert "my_stuff" not in team.remote("branch", "--list")
