"""`archive`, `restore`, `rm`, `rename`, `apply`, `checkout`, `reproduce`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command_line import branchlab, fingerprint, names
from small_project import copy_project

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


@pytest.fixture(scope="module")
def template(dvc_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two experiments, and no worktree that would belong to it alone."""
    project = copy_project(dvc_template, tmp_path_factory.mktemp("shelf") / "project")
    for arguments in (("-n", "first"), ("-S", "lr=0.25")):
        said = branchlab(project.path, "run", "-q", *arguments)
        assert said.code == 0, said.err
    for slot in (project.path / ".git/branchlab/worktrees").glob("[0-9]"):
        project.git("worktree", "remove", "--force", str(slot))
    return project.path


@pytest.fixture
def recorded(template: Path, tmp_path: Path) -> ScratchRepository:
    """A copy of it."""
    return copy_project(template, tmp_path / "project")


def tips(repository: ScratchRepository) -> str:
    return repository.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads")


@pytest.mark.parametrize("command", ["archive", "rm"])
def test_what_is_put_away_comes_back_as_it_was(recorded: ScratchRepository, command: str) -> None:
    before = tips(recorded)
    said = branchlab(recorded.path, command, "first", "lr-0.25")
    assert said.code == 0, said.err
    assert names(recorded.path) == []
    recorded.git("gc", "--quiet", "--prune=now")
    assert branchlab(recorded.path, "restore", "first", "lr-0.25").code == 0
    assert tips(recorded) == before


def test_nothing_is_put_away_when_one_name_is_wrong(recorded: ScratchRepository) -> None:
    before = tips(recorded)
    for command in ("archive", "rm"):
        said = branchlab(recorded.path, command, "first", "no-such")
        assert (said.code, said.err.count("\n")) == (2, 1)
        said = branchlab(recorded.path, command, "first", "main")
        assert said.code == 2
    assert tips(recorded) == before


def test_a_branch_that_is_checked_out_stays(recorded: ScratchRepository) -> None:
    recorded.git("switch", "-q", "exp/model/first")
    said = branchlab(recorded.path, "rm", "first")
    assert said.code == 1
    assert "is checked out in" in said.err


def test_of_two_removed_under_one_name_the_newest_comes_back(recorded: ScratchRepository) -> None:
    assert branchlab(recorded.path, "rm", "first").code == 0
    assert branchlab(recorded.path, "run", "-q", "-n", "first", "-S", "depth=9").code == 0
    newest = recorded.git("rev-parse", "exp/model/first")
    assert branchlab(recorded.path, "rm", "first").code == 0
    assert branchlab(recorded.path, "restore", "first").code == 0
    assert recorded.git("rev-parse", "exp/model/first") == newest
    said = branchlab(recorded.path, "restore", "first")
    assert (said.code, "branchlab rename exp/model/first NAME makes room" in said.err) == (2, True)


def test_rename_keeps_type_and_refuses_bad_and_taken_names(recorded: ScratchRepository) -> None:
    tip = recorded.git("rev-parse", "exp/tune/lr-0.25")
    assert branchlab(recorded.path, "rename", "lr-0.25", "slower").out == "exp/tune/slower\n"
    assert recorded.git("rev-parse", "exp/tune/slower") == tip
    assert branchlab(recorded.path, "rename", "slower", "model/first").code == 2
    assert branchlab(recorded.path, "rename", "slower", "Not Good").code == 2
    assert branchlab(recorded.path, "rename", "main", "other").code == 2
    assert names(recorded.path) == ["exp/model/first", "exp/tune/slower"]


def test_apply_brings_parameters_and_outputs_and_nothing_twice(recorded: ScratchRepository) -> None:
    said = branchlab(recorded.path, "apply", "lr-0.25")
    assert said.code == 0, said.err
    assert (recorded.path / "params.toml").read_text() == "# the rate\nlr = 0.25  # keep me\ndepth = 3\n"
    assert (recorded.path / "model.bin").read_text() == "model 0.25"
    assert recorded.git("symbolic-ref", "--short", "HEAD") == "main"


def test_apply_and_checkout_never_overwrite_unsaved_work(recorded: ScratchRepository) -> None:
    recorded.write("params.toml", "lr = 9.0\n")
    before = fingerprint(recorded)
    assert branchlab(recorded.path, "apply", "lr-0.25").code == 1
    assert branchlab(recorded.path, "checkout", "lr-0.25").code == 1
    assert fingerprint(recorded) == before
    recorded.git("checkout", "-q", "params.toml")
    recorded.write("model.bin", "my own model, in no cache")
    before = fingerprint(recorded)
    said = branchlab(recorded.path, "apply", "lr-0.25", "--outputs")
    assert said.code == 1
    assert "model.bin" in said.err
    assert fingerprint(recorded) == before


def test_checkout_brings_the_data_and_goes_back(recorded: ScratchRepository) -> None:
    assert branchlab(recorded.path, "checkout", "lr-0.25").code == 0
    assert (recorded.path / "model.bin").read_text() == "model 0.25"
    assert branchlab(recorded.path, "checkout", "first").code == 0
    assert (recorded.path / "model.bin").read_text() == "model 0.5"
    assert recorded.git("status", "--porcelain") == ""
    recorded.write("model.bin", "changed by hand")
    said = branchlab(recorded.path, "checkout", "main")
    assert said.code == 1
    assert "dvc add model.bin" in said.err
    assert (recorded.path / "model.bin").read_text() == "changed by hand"


def test_reproduce_records_again_and_verify_only_looks(recorded: ScratchRepository) -> None:
    recorded.write("train.py", "raise SystemExit('the working tree has nothing to do with it')\n")
    said = branchlab(recorded.path, "reproduce", "lr-0.25", "--verify", "-q")
    assert said.code == 0, said.err
    assert "reproduced" in said.err
    assert names(recorded.path) == ["exp/model/first", "exp/tune/lr-0.25"]
    assert branchlab(recorded.path, "reproduce", "lr-0.25", "-q").code == 0
    assert branchlab(recorded.path, "run", "-q", "-n", "silent", "--", "true").code == 0
    assert "without a metric" in branchlab(recorded.path, "reproduce", "silent", "--verify").err
    assert branchlab(recorded.path, "rm", "silent").code == 0
    assert names(recorded.path) == ["exp/model/first", "exp/tune/lr-0.25", "exp/tune/lr-0.25-2"]


def test_verify_names_the_first_thing_that_differs(recorded: ScratchRepository) -> None:
    command = "import os, branchlab\nwith branchlab.start_run() as run: run.log(x=float(os.environ['LUCK']))\n"
    recorded.commit("luck", **{"luck.py": command})
    said = branchlab(recorded.path, "run", "-n", "luck", "--", "python", "luck.py", LUCK="1.0")
    assert said.code == 0, said.err
    said = branchlab(recorded.path, "reproduce", "luck", "--verify", "--json", LUCK="1.001")
    assert said.code == 1
    assert json.loads(said.out)["differences"] == [{"kind": "metric", "name": "x", "before": "1.0", "after": "1.001"}]
    assert "the first thing that differs is metric x" in said.err
    assert branchlab(recorded.path, "reproduce", "luck", "--verify", "--tolerance", "0.01", LUCK="1.001").code == 0


def test_a_name_that_is_wrong_by_a_letter_or_archived_is_pointed_at(recorded: ScratchRepository) -> None:
    for command in ("rm", "apply", "checkout", "archive"):
        assert "did you mean exp/model/first?" in branchlab(recorded.path, command, "frist").err
    assert branchlab(recorded.path, "archive", "first").code == 0
    assert "hint: it is archived: branchlab restore first" in branchlab(recorded.path, "checkout", "first").err


def test_a_run_that_was_removed_by_its_name_is_restored_by_it(recorded: ScratchRepository) -> None:
    assert branchlab(recorded.path, "run", "-q", "-n", "bad", "--", "false").code == 1
    assert branchlab(recorded.path, "rm", "bad").code == 0
    said = branchlab(recorded.path, "restore", "bad")
    assert (said.code, said.err.startswith("restored run 2")) == (0, True)
    assert branchlab(recorded.path, "record", "bad").code == 0


@pytest.mark.parametrize("tolerance", ["-1", "nan", "inf", "1e999", "much"])
def test_a_tolerance_that_allows_everything_or_nothing_is_refused(recorded: ScratchRepository, tolerance: str) -> None:
    said = branchlab(recorded.path, "reproduce", "first", "--verify", f"--tolerance={tolerance}")
    assert (said.code, "is not a number of 0 or more" in said.err) == (2, True)


@pytest.mark.parametrize(("typed", "names"), [("fi", "first"), ("exp/m", "exp/model/first"), ("zzz", "")])
def test_bash_completes_names_and_their_last_parts(recorded: ScratchRepository, typed: str, names: str) -> None:
    script = branchlab(recorded.path, "completion", "bash").out
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    asked = f"{script}\n_branchlab_names {typed}"
    done = subprocess.run(
        ["bash", "-c", asked],
        cwd=recorded.path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == names.split()
