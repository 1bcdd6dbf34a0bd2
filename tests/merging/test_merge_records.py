"""Records in real merges: the branch one is on keeps its record, and nothing that a run generated conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record
from command_line import rows
from merging_branches import Said, experiment, prepare, read, record_here, try_git
from record_strategies import example, run_example

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

OK = 0


@pytest.fixture
def experiments(repository: ScratchRepository) -> ScratchRepository:
    """Two experiments that were recorded side by side; `exp/model/second` is checked out."""
    prepare(repository)
    experiment(repository, "first", **{"params.toml": "lr = 0.2\ndepth = 3\n", "metrics/plots/roc.csv": "a\n1\n"})
    experiment(repository, "second", **{"train.py": "pass\n", "metrics/plots/roc.csv": "a\n2\n"})
    return repository


def assert_kept(repository: ScratchRepository, said: Said, name: str, *merged: str) -> None:
    assert said.code == OK, said.text
    record = record_here(repository)
    assert (record.run.id, record.run.merged) == (name, merged)
    assert record.metrics == {"accuracy": len(name) / 10}
    assert f",{len(name) / 10}\n" in read(repository, "metrics/history.csv")
    assert not repository.git("status", "--porcelain", "--untracked-files=no")


def test_a_merge_of_two_experiments_keeps_our_record_and_names_the_other(experiments: ScratchRepository) -> None:
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first")
    assert_kept(experiments, said, "second", "first")
    assert "branchlab: metrics.toml is that of this branch; its metrics are stale until measured again\n" in said.text
    assert read(experiments, "metrics/plots/roc.csv") == "a\n2\n"
    assert read(experiments, "params.toml") == "lr = 0.2\ndepth = 3\n"


def test_the_metrics_of_a_merge_are_stale_until_measured_again(experiments: ScratchRepository) -> None:
    def stale() -> bool:
        found = [row["stale"] for row in rows(experiments.path) if row["name"] == "exp/model/second"]
        return bool(found[0])

    assert not stale()
    try_git(experiments, "merge", "--no-edit", "exp/model/first")
    assert stale()
    experiments.git("commit", "--quiet", "--amend", "-m", "merge\n\nBranchlab-Run: second")
    assert stale()
    experiment(experiments, "again", start="")
    assert not stale()


@pytest.mark.parametrize("backend", ["--merge", "--apply"])
def test_a_rebased_experiment_keeps_its_own_record(experiments: ScratchRepository, backend: str) -> None:
    assert_kept(experiments, try_git(experiments, "rebase", backend, "exp/model/first"), "second", "first")


def test_a_rebase_of_several_runs_keeps_the_last(experiments: ScratchRepository) -> None:
    experiment(experiments, "second-b", start="")
    assert_kept(experiments, try_git(experiments, "rebase", "exp/model/first"), "second-b", "first")


def test_a_merge_while_a_rebase_stands_still_keeps_our_record(experiments: ScratchRepository) -> None:
    script = "sed -i.old 1s/^pick/edit/"
    assert try_git(experiments, "rebase", "-i", "--force-rebase", "main", GIT_SEQUENCE_EDITOR=script).code == OK
    assert_kept(experiments, try_git(experiments, "merge", "--no-edit", "exp/model/first"), "second", "first")


def test_a_picked_experiment_leaves_the_record_of_the_branch(experiments: ScratchRepository) -> None:
    assert_kept(experiments, try_git(experiments, "cherry-pick", "exp/model/first"), "second", "first")


def test_a_stash_leaves_the_record_of_the_branch(experiments: ScratchRepository) -> None:
    experiments.write("metrics.toml", dump_record(example(run=run_example(id="stashed"))))
    experiments.git("stash")
    experiment(experiments, "later", start="")
    said = try_git(experiments, "stash", "pop")
    assert said.code == OK, said.text
    assert record_here(experiments).run.id == "later"
    assert record_here(experiments).run.merged == ("stashed",)


def test_a_reverted_run_brings_the_record_before_it_back(experiments: ScratchRepository) -> None:
    experiment(experiments, "worse", start="")
    assert_kept(experiments, try_git(experiments, "revert", "--no-edit", "HEAD"), "second")


def test_the_side_that_alone_has_a_new_run_brings_its_record(experiments: ScratchRepository) -> None:
    experiments.git("switch", "--quiet", "--create", "exp/model/code", "exp/model/first")
    experiments.commit("code", **{"train.py": "x = 1\n"})
    experiment(experiments, "third", "exp/model/first")
    experiments.git("switch", "--quiet", "exp/model/code")
    assert_kept(experiments, try_git(experiments, "merge", "--no-edit", "exp/model/third"), "third")


def test_experiments_that_were_merged_both_ways_merge_again(experiments: ScratchRepository) -> None:
    experiments.git("branch", "other", "exp/model/first")
    assert try_git(experiments, "merge", "--no-edit", "exp/model/first").code == OK
    experiments.git("switch", "--quiet", "exp/model/first")
    assert try_git(experiments, "merge", "--no-edit", "exp/model/second^1").code == OK
    experiments.commit("code", **{"train.py": "x = 1\n"})
    said = try_git(experiments, "merge", "--no-edit", "exp/model/second")
    assert_kept(experiments, said, "first", "second")


def test_the_same_run_on_both_sides_is_merged_by_key(experiments: ScratchRepository) -> None:
    base = record_here(experiments)._replace(params={"lr": 0.1, "typo": 1})
    experiments.commit("params", **{"metrics.toml": dump_record(base).decode()})
    experiments.git("branch", "note")
    split = base._replace(splits={"test": {"accuracy": 0.5}}, metrics={"accuracy": 0.6, "added": 1})
    experiments.commit("by hand", **{"metrics.toml": dump_record(split).decode()})
    experiments.git("switch", "--quiet", "note")
    noted = base._replace(run=base.run._replace(note="why"), metrics={"accuracy": 0.7}, params={"lr": 0.1})
    experiments.commit("note", **{"metrics.toml": dump_record(noted).decode()})
    assert try_git(experiments, "merge", "--no-edit", "exp/model/second").code == OK
    merged = record_here(experiments)
    assert (merged.run.note, merged.run.merged) == ("why", ())
    assert merged.splits == {"test": {"accuracy": 0.5}}
    assert merged.params == {"lr": 0.1}
    assert merged.metrics == {"accuracy": 0.7, "added": 1}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("[run\n", "is not valid TOML"),
        ("schema = 2\n[run]\nfuture = 1\n", "is of a newer schema"),
        (f"{'a.' * 40}b = 1\n", "has a key of too many parts at line 1"),
        (f"# {'x' * (1 << 20)}\n", "is larger than 1 MiB"),
    ],
)
def test_a_record_that_cannot_be_read_conflicts_and_says_why(
    experiments: ScratchRepository, damage: str, reason: str
) -> None:
    experiments.commit("damage", **{"metrics.toml": damage})
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first")
    assert said.code == 1
    assert f"branchlab: merged by line: metrics.toml {reason}" in said.text
    assert "Merge conflict in metrics.toml" in said.text
    assert "<<<<<<< ours\n" in read(experiments, "metrics.toml")


def test_a_record_with_zero_bytes_conflicts_as_binary_files_do(experiments: ScratchRepository) -> None:
    experiments.commit("damage")
    experiments.write("metrics.toml", b"schema = 1\0\n")
    experiments.git("commit", "--quiet", "-am", "zero")
    said = try_git(experiments, "merge", "--no-edit", "exp/model/first")
    assert said.code == 1
    assert "Merge conflict in metrics.toml" in said.text
    assert (experiments.path / "metrics.toml").read_bytes() == b"schema = 1\0\n"


def test_a_record_that_one_side_took_out_is_left_to_the_user(experiments: ScratchRepository) -> None:
    experiment(experiments, "third", "exp/model/first")
    experiments.git("switch", "--quiet", "--create", "without", "exp/model/first")
    experiments.git("rm", "--quiet", "metrics.toml")
    experiments.commit("out")
    said = try_git(experiments, "merge", "--no-edit", "exp/model/third")
    assert said.code == 1
    assert "CONFLICT (modify/delete): metrics.toml" in said.text


def test_a_record_merges_in_a_linked_worktree(experiments: ScratchRepository) -> None:
    folder = experiments.path.parent / "linked tree"
    experiments.git("worktree", "add", "--quiet", "-b", "exp/model/linked", str(folder), "exp/model/second")
    linked = type(experiments)(folder)
    assert_kept(linked, try_git(linked, "rebase", "exp/model/first"), "second", "first")
