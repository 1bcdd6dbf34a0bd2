from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record
from branchlab.report.width import display_width
from branchlab.tracking.state import hold_lock, release_lock
from reading_project import answer, branchlab, make_project, record_branch, start_run
from sample_records import NAMES, record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

WIDER, DEEPER, MORE, FAILED = NAMES


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A project that no test changes."""
    from scratch_repository import ScratchRepository

    repository = ScratchRepository(tmp_path_factory.mktemp("shared"))
    repository.git("init", "--quiet", "--initial-branch", "main")
    return make_project(repository)


@pytest.fixture
def project(repository: ScratchRepository) -> ScratchRepository:
    return make_project(repository)


# ls


def test_ls_shows_every_experiment_and_explains_its_marks(shared: ScratchRepository) -> None:
    said = branchlab(shared, "ls", width=80)
    assert [name in said.out for name in (WIDER, MORE, FAILED)] == [True] * 3
    assert max(map(display_width, said.out.splitlines())) <= 80
    assert "4 experiments" in said.words
    assert "no room for" in said.words


def test_ls_json_has_the_promised_names(shared: ScratchRepository) -> None:
    promised = {"name", "commit", "status", "started", "seconds", "author", "note", "params", "metrics", "best"}
    for arguments in ((), ("accuracy>0",)):
        rows = answer(shared, "ls", *arguments)
        assert len(rows) == 4
        assert all(promised <= row.keys() for row in rows)


def test_ls_json_of_a_query_says_what_the_whole_one_says(shared: ScratchRepository) -> None:
    by_name = {row["name"]: row for row in answer(shared, "ls")}
    assert {row["name"]: row for row in answer(shared, "ls", "exp")} == by_name


def test_ls_sorts_from_the_top_down_with_a_dash_and_takes_negated_terms(shared: ScratchRepository) -> None:
    rows = answer(shared, "ls", "-status:failed", "--sort", "-accuracy")
    assert [row["name"] for row in rows] == [MORE, DEEPER, WIDER]
    assert [row["name"] for row in answer(shared, "ls", "--sort", "accuracy")] == [FAILED, WIDER, DEEPER, MORE]


def test_ls_sorts_by_several_keys(shared: ScratchRepository) -> None:
    rows = answer(shared, "ls", "--sort", "-lr", "--sort", "accuracy")
    assert [row["name"] for row in rows] == [WIDER, MORE, DEEPER, FAILED]


def test_ls_limits_names_and_chooses_columns(shared: ScratchRepository) -> None:
    assert branchlab(shared, "ls", "--names", "--sort", "size", "--limit", "1").out == f"{FAILED}\n"
    said = branchlab(shared, "ls", "--columns", "lr,accuracy", "--sort", "size", "--csv")
    assert said.out.splitlines()[:2] == ["name,params.lr,metrics.accuracy", f"{FAILED},1e-05,0.4"]


def test_ls_only_changed_leaves_out_what_is_the_same(shared: ScratchRepository) -> None:
    row = answer(shared, "ls", "--only-changed")[0]
    assert set(row["params"]) == {"lr", "model.depth"}


def test_ls_csv_is_complete_and_reads_back(shared: ScratchRepository) -> None:
    rows = list(csv.DictReader(io.StringIO(branchlab(shared, "ls", "--csv").out)))
    assert {float(row["metrics.accuracy"]) for row in rows} == {0.9312, 0.9501, 0.964, 0.4}


def test_ls_tells_a_field_a_parameter_and_a_metric_of_one_name_apart(repository: ScratchRepository) -> None:
    repository.commit("start", **{"branchlab.toml": ""})
    record_branch(repository, "exp/model/one", record(params={"name": "x", "seed": 3, "acc": 1}, metrics={"acc": 2}))
    record_branch(repository, "exp/model/two", record(params={"name": "y", "seed": 3, "acc": 2}, metrics={"acc": 2}))
    rows = csv.DictReader(io.StringIO(branchlab(repository, "ls", "--csv", "--sort", "name").out))
    found = [(row["name"], row["params.name"], row["seed"], row["params.seed"]) for row in rows]
    assert found == [("exp/model/one", "x", "7", "3"), ("exp/model/two", "y", "7", "3")]
    header = branchlab(repository, "ls", "--columns", "acc,params.acc").out.splitlines()[0]
    assert header.split() == ["experiment", "acc", "params.acc"]


def test_ls_finds_a_parameter_that_is_called_like_a_field_nobody_filled(repository: ScratchRepository) -> None:
    repository.commit("start", **{"branchlab.toml": ""})
    record_branch(repository, "exp/model/one", record(run={"seed": None}, params={"seed": 3}))
    assert branchlab(repository, "ls", "--columns", "seed", "--csv").out == "name,params.seed\nexp/model/one,3\n"


def test_ls_and_log_say_why_a_record_is_damaged(project: ScratchRepository) -> None:
    for name in NAMES:
        project.git("branch", "--quiet", "-D", name)
    project.git("switch", "--quiet", "--create", "exp/model/broken", "main")
    project.commit("broken", **{"metrics.toml": "<<<<<<< ours\n"})
    for command in (("ls",), ("ls", "--md"), ("log",), ("log", "--md")):
        assert "conflict markers" in branchlab(project, *command).out


@pytest.mark.parametrize("arguments", [("--sort", "accurcy"), ("--columns", "accurcy"), ("--limit", "-1"), ("a>",)])
def test_ls_refuses_what_it_does_not_understand(shared: ScratchRepository, arguments: tuple[str, ...]) -> None:
    said = branchlab(shared, "ls", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.words.startswith("branchlab: error: ")


def test_ls_says_when_there_is_nothing(repository: ScratchRepository, shared: ScratchRepository) -> None:
    assert "no experiment yet" in branchlab(repository, "ls").words
    assert "none of 4 experiments" in branchlab(shared, "ls", "zzz").words


def test_ls_lists_a_live_run(project: ScratchRepository) -> None:
    folder = start_run(project, "20261122T000000-aaaaaa", "exp/model/live")
    lock = hold_lock(str(folder))
    assert lock is not None
    try:
        assert answer(project, "ls", "status:running")[0]["name"] == "exp/model/live"
    finally:
        release_lock(lock)


# diff


def test_diff_of_two_has_the_promised_shape(shared: ScratchRepository) -> None:
    found = answer(shared, "diff", DEEPER, WIDER)
    assert (found["a"], found["b"]) == (DEEPER, WIDER)
    verdicts = {change["name"]: change["verdict"] for change in found["metrics"]}
    assert (verdicts["accuracy"], verdicts["size"], verdicts["loss"]) == ("better", "worse", "incomparable")
    assert {"name", "a", "b"} <= found["params"][0].keys()
    assert found["code"]["files"] == [{"path": "train.py", "status": "M", "added": 1, "removed": 1}]


def test_diff_takes_the_baseline_at_the_merge_base(project: ScratchRepository) -> None:
    project.git("switch", "--quiet", "main")
    base = project.git("rev-parse", "main")
    project.commit("main goes on", **{"later.py": "x\n"})
    found = answer(project, "diff", "wider")
    assert (found["a"], found["b"], found["b_commit"]) == (WIDER, "main", base)
    assert [file["path"] for file in found["code"]["files"]] == ["train.py"]


def test_diff_does_not_call_the_record_of_the_baseline_stale_because_the_baseline_went_on(
    project: ScratchRepository,
) -> None:
    project.git("switch", "--quiet", "main")
    project.git("merge", "--quiet", "--ff-only", WIDER)
    record_branch(project, "exp/model/next", record(run={"id": "20261121T000000-000009"}))
    for _ in range(2):
        said = branchlab(project, "diff", "exp/model/next")
        assert (said.code, "commits came after the run" in said.out) == (0, False), said.out
        project.commit("main goes on", **{"later.py": "x\n"})


def test_diff_takes_the_remote_baseline_where_there_is_no_local_one(project: ScratchRepository, tmp_path: Path) -> None:
    project.git("branch", "exp/model/main", WIDER)  # ends in the name of the baseline
    clone = ScratchRepository(tmp_path / "clone")
    project.git("clone", "--quiet", str(project.path), str(clone.path))
    clone.git("switch", "--quiet", WIDER)
    clone.git("branch", "-D", "main")
    assert answer(clone, "diff", WIDER)["b"] == "origin/main"


def test_diff_with_a_baseline_without_record_compares_its_parameter_files(shared: ScratchRepository) -> None:
    said = branchlab(shared, "diff", DEEPER, "--json")
    assert json.loads(said.out)["params"] == [
        {"name": "lr", "a": 0.01, "b": 0.1},
        {"name": "model.depth", "a": 4, "b": 3},
    ]
    assert "has no record there" in said.words


def test_diff_takes_the_code_that_ran_when_commits_came_after(project: ScratchRepository) -> None:
    project.git("switch", "--quiet", WIDER)
    project.commit("later", **{"later.py": "x\n"})
    found = answer(project, "diff", WIDER, DEEPER)
    assert [file["path"] for file in found["code"]["files"]] == ["train.py"]
    assert "* commits came after the run" in branchlab(project, "diff", WIDER, DEEPER).out


def test_diff_takes_commits_and_refs(shared: ScratchRepository) -> None:
    commit = shared.git("rev-parse", WIDER)
    found = answer(shared, "diff", commit[:10], f"refs/heads/{DEEPER}")
    assert (found["a"], found["a_commit"], found["b"]) == (commit[:8], commit, f"refs/heads/{DEEPER}")


def test_diff_shows_the_patch_without_the_record(shared: ScratchRepository) -> None:
    said = branchlab(shared, "diff", DEEPER, WIDER, "--code")
    assert "-print(0)\n+print(1)\n" in said.out
    assert "b/metrics" not in said.out
    assert "+print(1)" in answer(shared, "diff", DEEPER, WIDER, "--code")["code"]["patch"]


def test_diff_of_a_run_that_is_not_recorded(project: ScratchRepository) -> None:
    start_run(project, "20261122T000000-aaaaaa", "exp/model/live")
    found = answer(project, "diff", "20261122T0", WIDER)
    change = next(change for change in found["metrics"] if change["name"] == "accuracy")
    assert (found["a"], change["a"], change["b"]) == ("exp/model/live", 0.5, 0.9312)


def test_diff_names_the_near_one_for_a_wrong_name(shared: ScratchRepository) -> None:
    said = branchlab(shared, "diff", "model/wieder")
    assert (said.code, said.out) == (2, "")
    assert f"did you mean {WIDER}?" in said.words


def test_diff_asks_for_more_where_the_last_part_is_not_enough(project: ScratchRepository) -> None:
    record_branch(project, "exp/tune/wider", record())
    said = branchlab(project, "diff", "wider")
    assert said.code == 2
    assert "wider could be exp/model/wider, exp/tune/wider" in said.words


def test_diff_finds_a_remote_tracking_branch_by_its_last_part(project: ScratchRepository) -> None:
    commit = project.git("rev-parse", WIDER)
    project.git("update-ref", "refs/remotes/origin/exp/model/theirs", commit)
    found = answer(project, "diff", "theirs", DEEPER)
    assert (found["a"], found["a_commit"]) == ("origin/exp/model/theirs", commit)


def test_diff_without_common_history_says_so(project: ScratchRepository) -> None:
    project.git("switch", "--quiet", "--orphan", "exp/model/orphan")
    project.write("metrics.toml", dump_record(record()))
    project.commit("orphan")
    said = branchlab(project, "diff", "orphan")
    assert said.code == 3
    assert "no common history" in said.words


def test_diff_of_a_damaged_record_names_the_place(project: ScratchRepository) -> None:
    project.git("switch", "--quiet", "--create", "exp/model/broken", "main")
    project.commit("broken", **{"metrics.toml": "<<<<<<< ours\n"})
    said = branchlab(project, "diff", "broken", WIDER)
    assert said.code == 5
    assert "exp/model/broken:metrics.toml" in said.words


def test_diff_works_for_a_project_in_a_folder(repository: ScratchRepository) -> None:
    repository.commit("start", **{"sub/branchlab.toml": "", "other.txt": "x"})
    one = record_branch(repository, "exp/model/one", record(params={"lr": 1}), prefix="sub/")
    repository.git("switch", "--quiet", "main")
    record_branch(repository, "exp/model/two", record(params={"lr": 2}), prefix="sub/")
    repository.write("sub/deep/x", "")
    said = branchlab(repository, "diff", "one", "two", "--json", folder="sub/deep")
    found = json.loads(said.out)
    assert (found["a_commit"], found["params"]) == (one, [{"name": "lr", "a": 1, "b": 2}])
    assert found["code"]["files"] == []


def test_hostile_names_reach_no_terminal(repository: ScratchRepository) -> None:
    repository.commit("start", **{"branchlab.toml": '[naming]\npattern = "exp/{slug}"\n'})
    hostile = record(params={"\x1b[31m": "\u202e", "=1+1": "@x"}, metrics={"\x1b]0;x\x07": 1.0})
    record_branch(repository, "exp/one", hostile, {"\x1b[2Jevil.py": "x"})
    record_branch(repository, "exp/two", record())
    for command in (
        ["ls", "--columns", "+params.\x1b[31m"],
        ["show", "one"],
        ["diff", "one", "two"],
        ["compare", "one", "two"],
    ):
        for form in ([], ["--csv"], ["--md"], ["--json"]):
            said = branchlab(repository, *command, *form, width=0 if form else 80)
            assert said.code == 0, said.words
            assert "\x1b" not in said.out + said.words
            assert "\u202e" not in said.out + said.words


# compare, show, log


def test_compare_marks_the_best_and_hides_what_is_equal(shared: ScratchRepository) -> None:
    found = answer(shared, "compare", "wider", DEEPER, "more-rows")
    rows = {row["name"]: row for row in found["rows"]}
    assert rows["accuracy"]["best"] == [1]
    assert rows["accuracy"]["apart"] == [2]
    assert found["pareto"] == [0, 1]
    assert "seed" not in rows
    everything = answer(shared, "compare", "wider", DEEPER, "--all")["rows"]
    assert "seed" in {row["name"] for row in everything}


def test_compare_needs_a_record_of_each(shared: ScratchRepository) -> None:
    said = branchlab(shared, "compare", "wider", "main")
    assert said.code == 2
    assert "main has no metrics.toml" in said.words


def test_show_tells_what_the_record_says(shared: ScratchRepository) -> None:
    found = answer(shared, "show", "wider")
    assert found["name"] == WIDER
    assert found["author"] == "Ada Example"
    assert found["curves"] == {"loss": [2.0, None]}
    assert found["plots"] == ["metrics/plots/roc.csv"]
    assert found["code"]["stale"] is False
    text = branchlab(shared, "show", "wider", width=80).out
    assert max(map(display_width, text.splitlines())) <= 80
    for part in ("wider net, same schedule", "accuracy ↑", "region=eu", "data/train.csv", "numpy"):
        assert part in text


def test_show_of_a_live_run_has_its_curves(project: ScratchRepository) -> None:
    start_run(project, "20261122T000000-aaaaaa", "exp/model/live")
    found = answer(project, "show", "exp/model/live")
    assert (found["status"], found["commit"], found["curves"]) == ("failed", None, {"accuracy": [0.5]})


def test_show_of_a_live_run_ends_with_its_log_as_a_terminal_would_have_shown_it(project: ScratchRepository) -> None:
    folder = start_run(project, "20261122T000000-aaaaaa", "exp/model/live")
    log = folder / "output.log"
    log.write_bytes(b"\x1b[31mred\x1b[0m\n 10%\r 90%\r100%\r\n\nValueError: no\n")
    found = answer(project, "show", "exp/model/live")
    assert (found["log"], found["log_tail"]) == (str(log), ["red", "100%", "ValueError: no"])
    said = branchlab(project, "show", "exp/model/live", width=80).out
    assert said.endswith("red\n100%\nValueError: no\n")


def test_show_survives_a_damaged_history(project: ScratchRepository) -> None:
    project.git("switch", "--quiet", WIDER)
    project.commit("broken", **{"metrics/history.csv": "no,such\nthing"})
    said = branchlab(project, "show", "wider")
    assert said.code == 0
    assert "warning" in said.words


def test_log_follows_a_metric_over_the_history_of_a_branch(project: ScratchRepository) -> None:
    for name in (WIDER, DEEPER):
        project.git("merge", "--quiet", "--no-ff", "--strategy-option", "theirs", "--no-edit", name)
    points = answer(project, "log", "accuracy", "--branch", "main")
    assert [point["metrics"] for point in points] == [{"accuracy": 0.9501}, {"accuracy": 0.9312}]
    assert [len(answer(project, "log", "--limit", str(limit))) for limit in (1, 9)] == [1, 2]
    said = branchlab(project, "log", "accurcy")
    assert (said.code, "did you mean accuracy?" in said.words) == (2, True)


def test_log_without_a_record_says_so(shared: ScratchRepository) -> None:
    said = branchlab(shared, "log", "--branch", "main")
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize("command", [["ls"], ["show", "x"], ["diff", "x"], ["compare", "x"], ["log"]])
def test_outside_a_repository_the_error_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    from scratch_repository import ScratchRepository

    said = branchlab(ScratchRepository(tmp_path), *command)
    assert (said.code, said.out) == (3, "")
    assert "git init" in said.words


@pytest.mark.parametrize("command", [["show", "x"], ["diff", "x"], ["compare", "x"], ["log"]])
def test_before_the_first_commit_nothing_is_found(make_repository: MakeRepository, command: list[str]) -> None:
    said = branchlab(make_repository(commit=False), *command)
    assert (said.code, said.out) == (2, "")


def test_reading_writes_nothing_outside_the_cache(shared: ScratchRepository) -> None:
    before = {entry.name for entry in os.scandir(shared.path / ".git")}
    branchlab(shared, "show", "wider")
    branchlab(shared, "diff", "wider")
    assert {entry.name for entry in os.scandir(shared.path / ".git")} <= {*before, "branchlab"}
    assert shared.git("status", "--porcelain") == ""
