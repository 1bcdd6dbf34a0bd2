"""What the reading commands say to somebody who mistyped, or who asks for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tracking.state import RunState, write_state
from reading_project import branchlab, make_project, start_run
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from conftest import MakeRepository


def test_ls_says_which_name_of_a_query_nothing_has(repository: ScratchRepository) -> None:
    make_project(repository)
    for query in ("acuracy>0.9", "-status:failed best.acuracy>0.9", "params.acuracy=1 | acuracy=1"):
        said = branchlab(repository, "ls", query)
        assert (said.code, "did you mean accuracy?" in said.words) == (0, True)
        assert "none of 4 experiments fits" in said.words
    assert branchlab(repository, "ls", "author:ME accuracy>2").words.startswith("none of 4 experiments fits")
    assert branchlab(repository, "ls", "accuracy>2").words == "none of 4 experiments fits accuracy>2\n"
    assert branchlab(repository, "ls", "--limit", "0").words == "none of 4 experiments is shown\n"


def test_ls_takes_the_headings_that_it_prints(repository: ScratchRepository) -> None:
    make_project(repository)
    said = branchlab(repository, "ls", "--columns", "took,age,note", "--sort", "-took")
    assert said.out.split("\n")[0].split() == ["experiment", "took", "age", "note"]


def test_compare_of_one_experiment_shows_it(repository: ScratchRepository) -> None:
    make_project(repository)
    said = branchlab(repository, "compare", "wider")
    assert "accuracy" in said.out
    assert "hidden" not in said.out


def test_log_says_where_records_are_or_that_there_is_no_commit(make_repository: MakeRepository) -> None:
    repository = make_repository(commit=False)
    assert "this repository has no commit yet. hint: git commit first" in branchlab(repository, "log").words
    make_project(repository)
    assert "hint: name an experiment with --branch" in branchlab(repository, "log").words


def test_show_leaves_the_lines_of_a_log_whole(repository: ScratchRepository) -> None:
    make_project(repository)
    folder = start_run(repository, "20261122T000000-aaaaaa", "exp/model/live")
    line = f'  File "/home/{"a" * 70}.py", line 9, in learn'
    (folder / "output.log").write_text(f"Traceback:\n{line}\n")
    assert branchlab(repository, "show", "exp/model/live", width=40).out.endswith(f"\n{line}\n")


def test_a_hint_stands_above_the_picture_of_the_bad_place(repository: ScratchRepository) -> None:
    make_project(repository)
    first, *picture = branchlab(repository, "ls", "status:odd").words.splitlines()
    assert "there is no status 'odd'. hint: known: " in first
    assert picture == ["  status:odd", "         ^"]


def test_show_calls_a_signal_a_signal(repository: ScratchRepository) -> None:
    make_project(repository)
    run = "20261122T000000-aaaaaa"
    folder = start_run(repository, run, "exp/model/live")
    write_state(str(folder), RunState(run, "exp/model/live", status="stopped", exit_code=-2))
    said = branchlab(repository, "show", "live").out
    assert "signal  2\n" in said
    assert "exit code" not in said


def test_show_and_diff_without_a_name_take_the_branch_that_is_checked_out(repository: ScratchRepository) -> None:
    make_project(repository)
    repository.git("switch", "--quiet", "exp/model/wider")
    assert branchlab(repository, "show").out == branchlab(repository, "show", "exp/model/wider").out
    assert branchlab(repository, "diff").out == branchlab(repository, "diff", "exp/model/wider").out
    repository.git("switch", "--quiet", "main")
    said = branchlab(repository, "diff")
    assert (
        said.words == "branchlab: error: main is the baseline itself. hint: name an experiment: branchlab diff NAME\n"
    )
    assert "main has no metrics.toml. hint: on that branch, branchlab run --here" in branchlab(repository, "show").words


def test_ls_of_a_fresh_clone_says_where_the_experiments_are(repository: ScratchRepository) -> None:
    make_project(repository)
    clone = ScratchRepository(repository.path.parent / "clone")
    repository.git("clone", "--quiet", "--branch", "main", str(repository.path), str(clone.path))
    assert branchlab(clone, "ls").words == (
        "no experiment here yet; remotes have 4 branches: branchlab ls --all shows, branchlab pull fetches\n"
    )
