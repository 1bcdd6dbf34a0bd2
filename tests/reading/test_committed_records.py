"""Records that share a commit with the code that ran, as `git commit` makes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchlab.git.codetree import code_tree
from branchlab.record.format import dump_record, parse_record
from branchlab.running.held_code import HeldCode, held_code
from branchlab.workspace import open_workspace
from command_line import branchlab

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from scratch_repository import ScratchRepository

NAME = "exp/model/committed"


@pytest.fixture
def committed(project: ScratchRepository) -> ScratchRepository:
    """A project whose branch `NAME` is checked out, with another `train.py` and its record in one commit."""
    assert branchlab(project.path, "run", "-q", "-n", "origin").code == 0
    record = record_of(project, "exp/model/origin")
    project.git("switch", "-q", "-c", NAME)
    project.write("train.py", (project.path / "train.py").read_text() + "# as it ran\n")
    project.git("commit", "-q", "-a", "-m", "code")
    tree = code_tree(open_workspace(str(project.path)).repository, "HEAD", ())
    put(project, record._replace(run=record.run._replace(id="20260101T000000-abcdef", code="", tree=tree)))
    return project


def record_of(project: ScratchRepository, branch: str) -> Record:
    return parse_record(project.git("show", f"{branch}:metrics.toml").encode())


def put(project: ScratchRepository, record: Record) -> None:
    """Amends the last commit, so that it holds this record."""
    project.write("metrics.toml", dump_record(record))
    project.git("add", "metrics.toml")
    project.git("commit", "-q", "--amend", "-m", f"wider\n\nBranchlab-Run: {record.run.id}")


def change(project: ScratchRepository) -> None:
    project.write("train.py", "import sys; sys.exit('another code')\n")
    project.git("commit", "-q", "-a", "-m", "goes on")


def held(project: ScratchRepository) -> HeldCode | None:
    return held_code(open_workspace(str(project.path)), project.git("rev-parse", NAME), record_of(project, NAME))


def test_the_code_is_in_the_commit_of_the_record_wherever_the_branch_went(committed: ScratchRepository) -> None:
    commit = committed.git("rev-parse", NAME)
    assert held(committed) == HeldCode(commit, exact=True)
    change(committed)
    assert held(committed) == HeldCode(commit, exact=True)


def test_the_commit_is_found_when_its_message_was_edited(committed: ScratchRepository) -> None:
    committed.git("commit", "-q", "--amend", "-m", "edited")
    commit = committed.git("rev-parse", NAME)
    change(committed)
    assert held(committed) == HeldCode(commit, exact=True)


def test_another_code_in_the_commit_of_the_record_is_noticed(committed: ScratchRepository) -> None:
    committed.write("train.py", "another\n")
    committed.git("commit", "-q", "-a", "--amend", "--no-edit")
    assert held(committed) == HeldCode(committed.git("rev-parse", NAME), exact=False)


def test_without_a_code_nothing_is_known(committed: ScratchRepository) -> None:
    record = record_of(committed, NAME)
    put(committed, record._replace(run=record.run._replace(tree="")))
    assert held(committed) is None
    put(committed, record._replace(run=record.run._replace(code="0" * 40)))
    assert held(committed) is None


def test_show_says_where_the_code_is_and_what_differs(committed: ScratchRepository) -> None:
    assert "committed with the record  exactly what ran" in branchlab(committed.path, "show", NAME).out
    record = record_of(committed, NAME)
    run = record.run._replace(exact=False, differs=("train.py", "params.toml"))
    put(committed, record._replace(run=run))
    said = branchlab(committed.path, "show", NAME)
    assert "may differ from what ran in train.py, params.toml" in said.out
    table = json.loads(branchlab(committed.path, "show", NAME, "--json").out)
    assert table["code"] == {
        "commit": "",
        "tree": run.tree,
        "exact": False,
        "differs": ["train.py", "params.toml"],
        "stale": False,
    }


def test_show_names_the_runs_that_a_merge_put_into_the_record(committed: ScratchRepository) -> None:
    record = record_of(committed, NAME)
    put(committed, record._replace(run=record.run._replace(merged=("20260101T000000-000000",))))
    assert "20260101T000000-000000; measured before the merge" in branchlab(committed.path, "show", NAME).out
    assert json.loads(branchlab(committed.path, "show", NAME, "--json").out)["merged"] == ["20260101T000000-000000"]


def test_diff_shows_the_code_that_ran_and_not_what_came_after(committed: ScratchRepository) -> None:
    change(committed)
    said = branchlab(committed.path, "diff", NAME, "main", "--code")
    assert said.code == 0, said.err
    assert "+# as it ran" in said.out
    assert "another code" not in said.out


def test_reproduce_runs_the_code_that_ran(committed: ScratchRepository) -> None:
    change(committed)
    said = branchlab(committed.path, "reproduce", NAME, "--verify", "-q")
    assert said.code == 0, said.err
    assert said.err.startswith("reproduced: ")


def test_reproduce_says_when_the_code_may_not_be_what_ran(committed: ScratchRepository) -> None:
    record = record_of(committed, NAME)
    put(committed, record._replace(run=record.run._replace(exact=False, differs=("train.py",))))
    said = branchlab(committed.path, "reproduce", NAME, "-q")
    assert said.code == 0, said.err
    assert f"branchlab: the code of {NAME} may not be what ran: train.py\n" in said.err
    assert "# as it ran" in committed.git("show", f"{NAME}-2:train.py")


def test_checkout_switches_to_it(committed: ScratchRepository) -> None:
    committed.git("switch", "-q", "main")
    assert branchlab(committed.path, "checkout", "committed").code == 0
    assert (committed.path / "train.py").read_text().endswith("# as it ran\n")
