"""`branchlab check` of a whole repository: what holds at the tips of its branches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record
from branchlab.record.model import DataFile
from command_line import branchlab
from experiments_in_hand import RUN, by_commit, by_run, check, message
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from branchlab.record.model import Record

    Make = Callable[..., Record]

NAME = "exp/model/wider"
WAYS = pytest.mark.parametrize("make", [by_run, by_commit])


@WAYS
def test_what_was_recorded_is_in_order(project: ScratchRepository, make: Make) -> None:
    make(project, NAME)
    found = check(project)
    assert (found.code, found.verdict, found.findings) == (0, "pass", [])
    assert found.words == "checked 2 branches, 2 commits, 1 record: everything is in order\n"


@pytest.mark.parametrize("zone", ["UTC+12", "UTC-14"])  # at any hour it is another day in one of them (tzset(3))
def test_a_good_name_bears_the_date_of_utc_wherever_it_is_looked_for(project: ScratchRepository, zone: str) -> None:
    project.commit("names", **{"branchlab.toml": '[naming]\npattern = "exp/{date}/{slug}"\n'})
    project.git("branch", "exp/Wider")
    days = {time.strftime("%Y-%m-%d", time.gmtime())}
    said = branchlab(project.path, "check", TZ=zone).out
    days.add(time.strftime("%Y-%m-%d", time.gmtime()))
    assert [day for day in days if f"exp/{day}/wider" in said], said


@WAYS
def test_code_that_was_amended_under_its_trailer_is_an_error(project: ScratchRepository, make: Make) -> None:
    make(project, NAME)
    project.write("train.py", "print(3)\n")
    project.git("commit", "-q", "-a", "--amend", "--no-edit", "--no-verify", "--date=2026-01-01T00:00:00Z")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "code", NAME)])
    assert "although its message says so" in found.said


@WAYS
def test_code_that_was_committed_on_top_is_a_warning(project: ScratchRepository, make: Make) -> None:
    make(project, NAME)
    project.commit("later", **{"train.py": "print(3)\n"})
    found = check(project)
    assert (found.code, found.kinds) == (0, [("warning", "stale", NAME)])
    assert "measured on other code" in found.said


@WAYS
def test_a_commit_that_changes_no_code_leaves_the_record_in_order(project: ScratchRepository, make: Make) -> None:
    make(project, NAME)
    project.commit("nothing")
    assert check(project).findings == []


@WAYS
def test_a_record_that_was_edited_past_the_hooks_is_an_error(project: ScratchRepository, make: Make) -> None:
    one = make(project, NAME)
    project.write("metrics.toml", dump_record(one._replace(metrics={"accuracy": 0.99})))
    project.git("commit", "-q", "-a", "-m", "better", "--no-verify")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "trailer", NAME)])
    assert "past the hooks" in found.said


@WAYS
def test_a_record_that_was_edited_under_its_trailer_is_an_error(project: ScratchRepository, make: Make) -> None:
    one = make(project, NAME)
    project.write("metrics.toml", dump_record(one._replace(metrics={"accuracy": 0.99})))
    project.git("commit", "-q", "-a", "--amend", "--no-edit", "--no-verify")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "trailer", NAME)])
    assert "Metric-accuracy: 0.93" in found.said


def test_a_trailer_of_another_run_is_an_error(project: ScratchRepository) -> None:
    by_commit(project, NAME)
    project.git("commit", "-q", "--amend", "-m", "wider\n\nBranchlab-Run: 20200101T000000-000000")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "trailer", NAME)])
    assert f"holds run {RUN}" in found.said


def test_a_trailer_without_a_record_is_an_error(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", NAME)
    project.commit(f"wider\n\nBranchlab-Run: {RUN}")
    assert check(project).kinds == [("error", "trailer", NAME)]


@WAYS
def test_a_reverted_record_is_one_that_was_there_before(project: ScratchRepository, make: Make) -> None:
    make(project, NAME)
    second = make(project, "exp/model/deeper", "print(9)\n", run={"id": "20261121T000000-aaaaaa"})
    assert second.run.id
    project.git("revert", "--no-edit", "HEAD")
    if make is by_run:
        project.git("revert", "--no-edit", "HEAD~2")
    assert check(project).findings == []


def test_code_that_differs_by_the_records_own_word_is_a_warning(project: ScratchRepository) -> None:
    by_commit(project, NAME, run={"code": "", "tree": "a" * 40, "exact": False, "differs": ("train.py", "net.py")})
    found = check(project)
    assert (found.code, found.kinds) == (0, [("warning", "code", NAME)])
    assert "(train.py, net.py)" in found.said


def test_files_that_the_command_wrote_beside_the_record_belong_to_the_run(project: ScratchRepository) -> None:
    one = by_run(project, NAME)
    project.write("results.json", "{}")
    project.git("add", "--all")
    project.git("commit", "-q", "--amend", "-m", message(NAME, one), "--date=2026-01-01T00:00:00Z")
    assert check(project).kinds == [("error", "code", NAME)]
    tree, parent = project.git("rev-parse", "HEAD^{tree}"), project.git("rev-parse", "HEAD^")
    fresh = project.git("commit-tree", tree, "-p", parent, stdin=message(NAME, one))
    project.git("update-ref", "HEAD", fresh)
    assert check(project).findings == []


def test_a_damaged_record_is_an_error(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.commit("broken", **{"metrics.toml": "<<<<<<< ours\n"})
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "record", NAME)])
    assert "conflict markers" in found.said


def test_a_merged_record_is_stale_until_measured_again(project: ScratchRepository) -> None:
    one = by_run(project, NAME)
    merged = one._replace(run=one.run._replace(merged=(RUN,)))
    project.git("switch", "-q", "-c", "other", "main")
    project.commit("other")
    project.git("switch", "-q", NAME)
    project.git("merge", "-q", "--no-ff", "--no-commit", "other")
    project.commit("Merge branch other", **{"metrics.toml": dump_record(merged).decode()})
    project.git("branch", "-D", "other")
    assert check(project).kinds == [("warning", "stale", NAME)]


def test_a_code_commit_that_is_gone_is_an_error(project: ScratchRepository) -> None:
    one = by_run(project, NAME)
    lost = one._replace(run=one.run._replace(code="e" * 40))
    project.write("metrics.toml", dump_record(lost))
    project.git("commit", "-q", "-a", "--amend", "--no-edit")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "code", NAME)])
    assert "is not in this repository" in found.said


def test_a_record_that_a_merge_brought_to_the_baseline_is_no_claim(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.git("switch", "-q", "main")
    project.commit("meanwhile", other="x")
    project.git("merge", "-q", "--squash", NAME)
    project.git("commit", "-q", "-m", "wider (#1)")
    assert check(project).findings == []


def test_a_branch_that_did_not_leave_the_baseline_has_nothing_to_show(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.git("switch", "-q", "main")
    project.git("merge", "-q", "--squash", NAME)
    project.git("commit", "-q", "-m", "wider (#1)")
    project.commit("later", **{"train.py": "print(3)\n"})
    project.git("branch", "exp/model/next")
    assert check(project).findings == []


def test_a_bad_name_is_an_error_with_the_command_that_mends_it(project: ScratchRepository) -> None:
    for name in ("feature/New_Net", "release/1", "exp/model/fine"):
        project.git("branch", name)
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "name", "feature/New_Net")])
    assert "git branch -m feature/New_Net exp/feature/new-net" in found.said


def test_remote_tracking_branches_are_looked_at_when_asked(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.commit("later", **{"train.py": "print(3)\n"})
    for name, target in ((NAME, NAME), ("exp/model/old", f"{NAME}~1"), ("Bad", "main"), ("exp/model/new", NAME)):
        project.git("update-ref", f"refs/remotes/origin/{name}", target)
    project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/Bad")
    assert check(project).kinds == [("warning", "stale", NAME)]
    found = check(project, "--remote")
    assert found.code == 1
    assert sorted(found.kinds) == [
        ("error", "name", "origin/Bad"),
        ("warning", "stale", NAME),
        ("warning", "stale", "origin/exp/model/new"),
    ]


def test_settings_of_the_working_tree_that_do_not_hold_are_all_there_is_to_say(project: ScratchRepository) -> None:
    project.git("branch", "Bad")
    project.write("branchlab.toml", '[naming]\npattern = "exp/{typ}/{slug}"\n')
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "settings", "")])
    project.write("branchlab.toml", "[naming\n")
    assert check(project).kinds == [("error", "settings", "")]


def test_settings_of_another_branch_are_read_where_they_lie(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", NAME)
    project.commit("broken", **{"branchlab.toml": "[project]\nartefacts = []\n"})
    project.git("switch", "-q", "main")
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "settings", NAME)])
    assert "did you mean artifacts?" in found.said


def test_the_answer_is_kept_and_the_same_without_the_cache(project: ScratchRepository) -> None:
    by_run(project, NAME)
    project.commit("later", **{"train.py": "print(3)\n", "d.dvc": "outs: 1\n"})
    first = check(project)
    cache = project.path / ".git" / "branchlab" / "index.check.v1"
    assert cache.exists()
    assert check(project) == first
    cache.write_bytes(b"damaged")
    assert check(project) == first


def test_a_project_in_a_folder_is_checked_by_its_own_files(project: ScratchRepository) -> None:
    project.write("sub/branchlab.toml", (project.path / "branchlab.toml").read_text())
    project.commit("sub")
    project.git("switch", "-q", "-c", NAME)
    project.commit("broken", **{"sub/metrics.toml": "x", "metrics.toml": "not ours"})
    sub = project._replace(path=project.path / "sub")
    assert [one["what"].split()[0] for one in check(sub).findings] == ["sub/metrics.toml"]


def test_a_name_that_is_good_for_another_project_of_the_repository_is_good(project: ScratchRepository) -> None:
    project.commit("sub", **{"sub/branchlab.toml": '[naming]\npattern = "sub-{slug}"\nexempt = ["draft-*"]\n'})
    for name in ("sub-wider", "draft-1", "wider"):
        project.git("branch", name)
    project.git("switch", "-q", "sub-wider")
    project.commit("not ours", **{"metrics.toml": "x"})
    assert check(project).kinds == [("error", "name", "wider"), ("error", "record", "sub-wider")]


def test_broken_settings_of_another_project_do_not_stop_the_check(project: ScratchRepository) -> None:
    settings = (project.path / "branchlab.toml").read_text()
    project.commit("two", **{"sub/branchlab.toml": settings, "branchlab.toml": "broken = ["})
    project.git("switch", "-q", "-c", NAME)
    project.commit(f"wider\n\nBranchlab-Run: {RUN}")
    assert check(project._replace(path=project.path / "sub")).kinds == [("error", "trailer", NAME)]


def test_without_settings_there_is_no_rule_for_names(repository: ScratchRepository) -> None:
    repository.git("branch", "anything")
    assert check(repository).findings == []


def test_a_commit_that_git_cannot_read_hides_no_other(project: ScratchRepository) -> None:
    project.git("switch", "-q", "-c", "exp/model/damaged")
    damaged = project.commit("damaged")
    project.git("switch", "-q", "-c", "exp/model/other", "main")
    project.commit("other", **{"metrics.toml": "x"})
    project.git("switch", "-q", "main")
    loose = project.path / ".git" / "objects" / damaged[:2] / damaged[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-8])  # git dies at it
    found = check(project)
    assert (found.code, found.kinds) == (
        1,
        [("error", "record", "exp/model/other"), ("unknown", "history", "exp/model/damaged")],
    )


def test_code_that_was_fetched_since_is_looked_at(project: ScratchRepository, tmp_path: Path) -> None:
    one = by_run(project, NAME)
    elsewhere = ScratchRepository(tmp_path / "elsewhere")
    project.git("clone", "-q", "-b", "main", str(project.path), str(elsewhere.path))
    lost = elsewhere.commit("the same code", **{"train.py": "print(2)\n"})
    project.write("metrics.toml", dump_record(one._replace(run=one.run._replace(code=lost))))
    project.git("commit", "-q", "-a", "--amend", "--no-edit")
    assert check(project).kinds == [("error", "code", NAME)]
    project.git("fetch", "-q", str(elsewhere.path), "main")
    assert check(project).findings == []


def test_outputs_of_a_record_are_no_code_wherever_they_lie(project: ScratchRepository) -> None:
    project.commit("dvc", **{".dvc/config": "[core]\n", "out/keep": "x"})
    by_commit(project, NAME, data={"out/deep/m.bin": DataFile("b" * 32, 1, output=True)})
    project.write("out/deep/m.bin.dvc", f"outs:\n- md5: {'b' * 32}\n  size: 1\n  hash: md5\n  path: m.bin\n")
    project.write("out/deep/.gitignore", "/m.bin\n")
    project.git("add", "--all")
    project.git("commit", "-q", "--amend", "--no-edit")
    assert check(project).kinds == [("warning", "data", "")]


@WAYS
def test_a_repository_of_the_other_hash_is_checked_as_well(repository: ScratchRepository, make: Make) -> None:
    (repository.path / ".git").rename(repository.path.parent / "old")
    repository.git("init", "-q", "--object-format=sha256")
    repository.commit("start", **{"branchlab.toml": "", "train.py": "print(1)\n"})
    make(repository, NAME)
    found = check(repository)
    assert (found.findings, found.words) == ([], "checked 2 branches, 2 commits, 1 record: everything is in order\n")
    assert check(repository, "main..HEAD").findings == []
    repository.commit("later", **{"train.py": "print(3)\n"})
    assert check(repository).kinds == [("warning", "stale", NAME)]
