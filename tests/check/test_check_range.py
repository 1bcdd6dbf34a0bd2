"""`branchlab check RANGE`: a pull request, where bypassed hooks are caught."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record
from experiments_in_hand import by_commit, by_run, check
from in_process import call, the_error
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

NAME = "exp/model/wider"
PULL = "main..HEAD"


@pytest.mark.parametrize("asked", [PULL, "main...HEAD", "main..", NAME, "HEAD", f"main..{NAME}"])
def test_a_recorded_branch_passes(project: ScratchRepository, asked: str) -> None:
    by_run(project, NAME)
    found = check(project, asked)
    assert (found.code, found.verdict, found.findings) == (0, "pass", [])
    assert found.words == "checked 1 branch, 2 commits, 1 record: everything is in order\n"


def test_code_that_nobody_measured_is_an_error(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", NAME)
    project.commit("past the hooks", **{"train.py": "print(3)\n"})
    found = check(project, PULL)
    assert (found.code, found.kinds) == (1, [("error", "stale", NAME)])
    assert "there is no metrics.toml" in found.said


@pytest.mark.parametrize("make", [by_run, by_commit])
def test_code_that_was_committed_past_the_hooks_after_a_run_is_an_error(
    project: ScratchRepository, make: object
) -> None:
    assert callable(make)
    make(project, NAME)
    project.commit("past the hooks", **{"train.py": "print(3)\n"})
    found = check(project, PULL)
    assert (found.code, found.kinds) == (1, [("error", "stale", NAME)])


def test_a_record_that_the_baseline_brought_is_not_that_of_this_code(project: ScratchRepository) -> None:
    by_commit(project, NAME)
    project.git("switch", "-q", "main")
    project.git("merge", "-q", NAME)
    project.git("switch", "-q", "-c", "exp/model/next")
    project.commit("past the hooks", **{"train.py": "print(3)\n"})
    assert check(project, PULL).kinds == [("error", "stale", "exp/model/next")]


def test_the_way_to_a_measured_tip_may_be_unmeasured(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", "exp/model/start")
    for number in range(3):
        project.commit("step", **{"net.py": str(number)})
    by_commit(project, NAME)
    assert check(project, PULL).findings == []


def test_an_earlier_commit_that_says_what_is_not_so_is_an_error(project: ScratchRepository) -> None:
    one = by_commit(project, NAME)
    project.write("metrics.toml", dump_record(one._replace(metrics={"accuracy": 0.99})))
    project.git("commit", "-q", "-a", "--amend", "--no-edit")
    lie = project.git("rev-parse", "--short=8", "HEAD")
    project.git("branch", "-m", "exp/model/first")
    by_commit(project, NAME, "print(4)\n", run={"id": "20261121T000000-aaaaaa"})
    found = check(project, PULL)
    assert (found.code, found.kinds) == (1, [("error", "trailer", lie)])


def test_an_exempt_branch_needs_no_record(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", "release/1")
    project.commit("docs", readme="x")
    assert check(project, PULL).findings == []
    project.commit("broken", **{"metrics.toml": "x"})
    assert check(project, PULL).kinds == [("error", "record", "release/1")]


def test_a_bad_name_is_an_error_and_its_code_is_not_judged(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", "wider")
    project.commit("work")
    found = check(project, PULL)
    assert (found.code, found.kinds) == (1, [("error", "name", "wider")])


def test_a_detached_head_needs_the_name_of_its_branch(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.git("switch", "-q", "--detach")
    project.git("branch", "-D", NAME)
    found = check(project, PULL)
    assert (found.code, found.verdict, found.findings[0]["kind"]) == (3, "unknown", "name")
    assert "--branch NAME" in found.said
    assert check(project, "--branch", NAME, PULL).findings == []
    assert check(project, "--branch", f"refs/heads/{NAME}", PULL).findings == []
    assert check(project, "--branch", "Bad", PULL).kinds == [("error", "name", "Bad")]


def test_the_name_is_found_where_it_was_fetched_from(project: ScratchRepository) -> None:
    project.git("switch", "-q", "--detach")
    project.commit("work")
    project.git("update-ref", "refs/remotes/origin/wider", "HEAD")
    assert check(project, PULL).kinds == [("error", "name", "wider")]


def test_a_merge_of_the_host_is_told_from_the_branch(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.git("switch", "-q", "main")
    project.commit("meanwhile", other="x")
    project.git("switch", "-q", "--detach")
    project.git("merge", "-q", "--no-ff", "-m", "Merge into main", NAME)
    found = check(project, "--branch", NAME, PULL)
    assert (found.code, found.kinds) == (1, [("error", "stale", NAME)])
    assert "main..HEAD^2" in found.said
    assert check(project, "main..HEAD^2").findings == []


@pytest.fixture
def shallow(project: ScratchRepository, tmp_path: Path) -> ScratchRepository:
    by_run(project, NAME)
    project.git("switch", "-q", "main")
    project.commit("meanwhile", other="x")
    clone = tmp_path / "clone"
    options = ["--quiet", "--depth=1", "--no-single-branch"]
    subprocess.run(["git", "clone", *options, f"file://{project.path}", clone], check=True)
    return ScratchRepository(clone)


def test_a_shallow_clone_that_cuts_the_range_off_is_no_answer(shallow: ScratchRepository) -> None:
    said = call(shallow.path, "check", f"origin/main..origin/{NAME}")
    assert said.code == 3
    assert "fetch-depth" in the_error(said)
    shallow.git("fetch", "-q", "--depth=2")
    assert call(shallow.path, "check", f"origin/main..origin/{NAME}").code == 3
    shallow.git("fetch", "-q", "--unshallow")
    assert check(shallow, f"origin/main..origin/{NAME}").findings == []


def test_a_shallow_clone_cannot_look_at_the_code_that_ran(shallow: ScratchRepository) -> None:
    shallow.git("switch", "-q", NAME)
    found = check(shallow)
    assert (found.code, found.kinds) == (3, [("unknown", "history", NAME)])
    shallow.git("fetch", "-q", "--unshallow")
    assert check(shallow).findings == []


def test_an_end_that_is_not_there_is_named(project: ScratchRepository) -> None:
    said = call(project.path, "check", "main..nowhere")
    assert said.code == 2
    assert "nowhere is no branch" in the_error(said)
    said = call(project.path, "check", "--branch", NAME)
    assert said.code == 2


def test_words_say_the_place_the_fault_and_the_remedy(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", "wider")
    project.commit("work")
    said = call(project.path, "check", PULL)
    assert said.code == 1
    first, second = said.out.splitlines()
    assert first == "✗ wider: its name is not allowed: it does not follow exp/{type}/{slug}"
    assert second.startswith("    git branch -m wider exp/")
    assert said.err == "checked 1 branch, 1 commit: 1 error\n"


def test_of_several_branches_at_a_commit_the_one_that_is_meant_is_judged(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.git("branch", "wider")
    assert check(project, PULL).findings == []
    assert check(project, f"main..{NAME}").findings == []
    assert check(project, "main..wider").kinds == [("error", "name", "wider")]
    project.git("switch", "-q", "--detach")
    assert check(project, PULL).kinds == [("error", "name", "wider")]


def test_what_an_exempt_branch_said_on_its_way_is_no_claim(project: ScratchRepository) -> None:
    one = by_commit(project, NAME)
    project.write("metrics.toml", dump_record(one._replace(metrics={"accuracy": 0.99})))
    project.git("commit", "-q", "-a", "--amend", "--no-edit")
    project.git("switch", "-q", "-c", "release/1")
    project.commit("more", readme="x")
    assert check(project, PULL).findings == []


def test_a_clone_without_the_baseline_takes_the_one_of_its_remote(project: ScratchRepository, tmp_path: Path) -> None:
    by_run(project, NAME)
    subprocess.run(["git", "clone", "-q", "-b", NAME, project.path, tmp_path / "clone"], check=True)
    clone = ScratchRepository(tmp_path / "clone")
    clone.git("update-ref", "-d", "refs/remotes/origin/HEAD")
    found = check(clone, "HEAD")
    assert (found.findings, found.words.split(":")[0]) == ([], "checked 1 branch, 2 commits, 1 record")


def test_a_shallow_clone_that_cuts_a_side_of_the_range_off_is_no_answer(
    project: ScratchRepository, tmp_path: Path
) -> None:
    project.git("switch", "-q", "-c", "release/side")
    for number in range(4):
        project.commit("side", side=str(number))
    project.git("switch", "-q", "-c", "release/1", "main")
    project.git("merge", "-q", "--no-ff", "-m", "merge", "release/side")
    options = ["--quiet", "--depth=3", "--no-single-branch", "-b", "release/1"]
    subprocess.run(["git", "clone", *options, f"file://{project.path}", tmp_path / "clone"], check=True)
    found = check(ScratchRepository(tmp_path / "clone"), "origin/main..HEAD")
    assert (found.code, found.kinds) == (3, [("unknown", "history", "")])
