"""`sweep status`, `best`, `show`, `importance`, `report` and `keep` in a real repository."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from in_process import call, the_error
from scratch_repository import ScratchRepository
from studies import made_up, put_study

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

SETTINGS = """\
[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
[metrics.latency]
goal = "minimize"
strategy = "constraint"
threshold = "<= 26"
"""
SWEEP = """\
[sweep]
name = "wide"
method = "tpe"
[space]
lr = { low = 1e-4, high = 1.0, log = true }
depth = { low = 1, high = 8 }
optimizer = ["sgd", "adam"]
[budget]
trials = 20
"""
PARAMS = 'lr = 0.1\ndepth = 3\noptimizer = "adam"\n'
COMMANDS = ("status", "best", "show", "importance", "report")


def swept(folder: Path, *, count: int = 12) -> ScratchRepository:
    repository = ScratchRepository(folder)
    repository.commit("start", **{"branchlab.toml": SETTINGS, "params.toml": PARAMS, "sweep.toml": SWEEP})
    put_study(repository, made_up(count))
    return repository


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A sweep of twelve trials that tests only read."""
    repository = ScratchRepository(tmp_path_factory.mktemp("swept"))
    repository.git("init", "--quiet")
    return swept(repository.path)


def answer(repository: ScratchRepository, *arguments: str) -> Any:
    said = call(repository.path, "sweep", *arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def branches(repository: ScratchRepository, place: str = "refs/heads/exp") -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname:lstrip=-1)", place).split()


def test_status_without_a_name_lists_the_sweeps(project: ScratchRepository) -> None:
    (one,) = answer(project, "status")

    assert (one["name"], one["trials"]["all"], one["best"][0]["trial"]) == ("wide", 12, 3)


def test_status_of_one_tells_what_is_left(project: ScratchRepository) -> None:
    one = answer(project, "status", "wide")

    assert one["limits"] == [{"name": "trials", "used": 12, "total": 20, "left": 8}]
    assert one["left_seconds"] == 8 * 30


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_finds_the_sweep_by_itself_and_ends_well(project: ScratchRepository, command: str) -> None:
    said = call(project.path, "sweep", command, width=80)

    assert said.code == 0, said.err
    assert said.out


@pytest.mark.parametrize("command", ["status", "best", "show", "report"])
def test_a_sweep_that_does_not_exist_is_one_line_with_the_nearest(project: ScratchRepository, command: str) -> None:
    assert "did you mean wide?" in the_error(call(project.path, "sweep", command, "wied"))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_repository_has_no_sweep(make_repository: MakeRepository, command: str) -> None:
    repository = make_repository(commit=False)
    said = call(repository.path, "sweep", command)

    if command == "status":
        assert (said.code, said.out) == (0, "")
        assert "no sweep yet" in said.err
    else:
        assert said.code == 2
        assert "there is no sweep yet" in the_error(said)


def test_best_beside_the_reference_tells_the_gain(project: ScratchRepository) -> None:
    said = call(project.path, "sweep", "best", width=80)

    assert "trial 3 of 12: exp/tune/wide-0003-6d13" in said.out
    assert "+0.2026 ▲" in said.out
    assert "branchlab apply wide-0003-6d13" in said.out.replace("\n", " ")


def test_the_name_of_the_best_alone_is_for_other_commands(project: ScratchRepository) -> None:
    assert call(project.path, "sweep", "best", "--name").out == "exp/tune/wide-0003-6d13\n"


def test_best_needs_something_to_optimise(make_repository: MakeRepository) -> None:
    repository = make_repository()
    put_study(repository, made_up(2))

    assert "no metric to optimise" in the_error(call(repository.path, "sweep", "best"))
    assert call(repository.path, "sweep", "show").code == 0


def test_show_as_csv_has_every_trial_in_full(project: ScratchRepository) -> None:
    rows = list(csv.DictReader(io.StringIO(call(project.path, "sweep", "show", "--csv").out)))

    assert [row["trial"] for row in rows] == [str(number) for number in range(12)]
    assert rows[5]["status"] == "pruned"
    assert rows[5]["reason"].startswith("median")
    assert float(rows[3]["values.lr"]) == made_up(12).trials[3].values["lr"]


def test_show_best_first_is_cut_behind_the_best(project: ScratchRepository) -> None:
    found = answer(project, "show", "--best", "--limit", "3")

    assert [one["trial"] for one in found] == [3, 6, 10]
    assert [one["leads"] for one in found] == [True, False, False]


def test_a_sweep_file_is_found_from_the_folder_below(project: ScratchRepository) -> None:
    below = project.path / "below"
    below.mkdir(exist_ok=True)

    assert call(below, "sweep", "status", "../sweep.toml").code == 0
    assert "no sweep file below/sweep.toml" in the_error(call(below, "sweep", "status", "sweep.toml"))


def test_importance_counts_any_experiments_that_fit_a_query(project: ScratchRepository) -> None:
    (found, _) = answer(project, "importance", "type:tune")

    assert found["metric"] == "accuracy"
    assert found["experiments"] == 10


def test_importance_of_what_nobody_measured_names_the_nearest(project: ScratchRepository) -> None:
    assert "did you mean latency?" in the_error(call(project.path, "sweep", "importance", "--metric", "latncy"))


def test_a_report_is_written_in_every_format_that_is_asked_for(project: ScratchRepository, tmp_path: Path) -> None:
    page, text = tmp_path / "new" / "wide.html", tmp_path / "wide.md"
    said = call(project.path, "sweep", "report", "--html", str(page), "--md", str(text))

    assert (said.code, said.out) == (0, "")
    assert page.read_text().startswith("<!doctype html>")
    assert text.read_text().startswith("# Sweep wide")


def test_a_report_that_cannot_be_written_is_one_line(project: ScratchRepository) -> None:
    assert "Is a directory" in the_error(call(project.path, "sweep", "report", "--md", str(project.path)))


def test_a_teammates_sweep_is_read_with_the_file_that_lies_beside_its_trials(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    theirs = swept(make_repository("theirs").path, count=4)
    mine = ScratchRepository(tmp_path / "mine")
    theirs.git("clone", "--quiet", ".", str(mine.path))
    mine.git("rm", "--quiet", "sweep.toml")

    one = answer(mine, "status", "wide")

    assert one["trials"]["all"] == 4
    assert one["best"][0]["branch"] == "origin/exp/tune/wide-0003-6d13"


class TestKeep:
    """`sweep keep`."""

    @pytest.fixture
    def kept(self, make_repository: MakeRepository) -> ScratchRepository:
        """A sweep of six trials whose branches a test may move."""
        return swept(make_repository("kept").path, count=6)

    def test_the_rest_goes_to_the_archive_and_all_of_it_comes_back(self, kept: ScratchRepository) -> None:
        before = kept.git("for-each-ref", "refs/heads")

        said = call(kept.path, "sweep", "keep", "best:2", "wide")

        assert branches(kept) == ["wide-0000-0000", "wide-0003-6d13"]
        assert len(branches(kept, "refs/archive")) == 4
        assert "branchlab sweep keep all wide brings them back" in said.err
        call(kept.path, "sweep", "keep", "all", "wide")
        assert kept.git("for-each-ref", "refs/heads") == before
        assert branches(kept, "refs/archive") == []

    def test_a_query_may_ask_for_ones_own_trials(self, kept: ScratchRepository) -> None:
        assert call(kept.path, "sweep", "keep", "author:ME", "wide").code == 0
        assert len(branches(kept)) == 6

    def test_the_study_is_the_same_afterwards(self, kept: ScratchRepository) -> None:
        call(kept.path, "sweep", "keep", "best", "wide")

        assert len(answer(kept, "show", "wide")) == 6

    def test_keeping_more_brings_some_back(self, kept: ScratchRepository) -> None:
        call(kept.path, "sweep", "keep", "best:1")

        found = answer(kept, "keep", "accuracy>0.7")

        assert len(found["restored"]) == len(found["kept"]) - 1 > 0
        assert found["archived"] == []

    def test_a_dry_run_moves_nothing(self, kept: ScratchRepository) -> None:
        said = call(kept.path, "sweep", "keep", "best:1", "--dry-run")

        assert "5 would be archived" in said.err
        assert len(branches(kept)) == 6

    def test_what_is_checked_out_stays(self, kept: ScratchRepository) -> None:
        kept.git("switch", "--quiet", "exp/tune/wide-0000-0000")

        found = answer(kept, "keep", "best", "wide")

        assert [one["branch"] for one in found["left"]] == ["exp/tune/wide-0000-0000"]
        assert len(branches(kept)) == 2

    def test_a_branch_that_somebody_works_on_stays(self, kept: ScratchRepository) -> None:
        kept.git("switch", "--quiet", "exp/tune/wide-0000-0000")
        kept.commit("by hand", **{"train.py": "print(1)\n"})
        kept.git("switch", "--quiet", "main")

        found = answer(kept, "keep", "best", "wide")

        assert found["left"] == [{"branch": "exp/tune/wide-0000-0000", "why": "has commits after its run"}]
        assert "wide-0000-0000" in branches(kept)

    def test_other_branches_are_left_alone(self, kept: ScratchRepository) -> None:
        kept.git("branch", "exp/model/mine")

        call(kept.path, "sweep", "keep", "best")

        assert "mine" in branches(kept)

    def test_nothing_that_fits_moves_nothing(self, kept: ScratchRepository) -> None:
        assert "nothing was moved" in the_error(call(kept.path, "sweep", "keep", "accuracy>5"))
        assert len(branches(kept)) == 6
