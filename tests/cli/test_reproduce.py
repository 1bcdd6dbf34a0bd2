"""`reproduce` with other parameters: the code of the experiment, whatever the working tree holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command_line import fingerprint
from in_process import call, rows_of, the_error

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


@pytest.fixture
def first(project: ScratchRepository) -> ScratchRepository:
    """A project with one experiment, and a working tree that has moved on."""
    said = call(project.path, "run", "-q", "-n", "first", "-S", "depth=4")
    assert said.code == 0, said.err
    project.commit("later", **{"train.py": "raise SystemExit('other code')\n", "params.toml": "lr = 7.0\n"})
    return project


def shown(project: ScratchRepository, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(call(project.path, "show", name, "--json").out)
    return found


def test_parameters_are_set_in_the_files_of_the_experiment(first: ScratchRepository) -> None:
    before = fingerprint(first)
    said = call(first.path, "reproduce", "first", "-q", "-S", "lr=0.25")
    assert said.code == 0, said.err
    again = shown(first, "exp/model/first-lr-0.25")
    assert again["params"] == {"depth": 4, "lr": 0.25}
    assert again["note"] == "exp/model/first with lr=0.25"
    code = first.git("show", "exp/model/first-lr-0.25:params.toml")
    assert code == "# the rate\nlr = 0.25  # keep me\ndepth = 4"
    assert fingerprint(first) == before


def test_a_name_a_note_and_a_grid_are_as_run_has_them(first: ScratchRepository) -> None:
    asked = ("reproduce", "first", "-q", "-S", "lr=0.1,0.2", "-n", "rates", "--note", "which?", "-j", "2")
    said = call(first.path, *asked)
    assert said.code == 0, said.err
    assert sorted(rows_of(first.path)) == ["exp/model/first", "exp/model/rates-lr-0.1", "exp/model/rates-lr-0.2"]
    assert shown(first, "rates-lr-0.1")["note"] == "which?"


def test_a_list_in_brackets_is_one_value_and_a_name_that_was_asked_for_stands(project: ScratchRepository) -> None:
    project.commit("layers", **{"params.toml": "lr = 0.5\nlayers = [8]\n"})
    for asked in (("run", "-n", "wide"), ("reproduce", "wide", "-n", "wider")):
        said = call(project.path, *asked, "-q", "-S", "layers=[64,32]")
        assert said.code == 0, said.err
    assert sorted(rows_of(project.path)) == ["exp/model/wide", "exp/model/wider"]
    assert [shown(project, name)["params"] for name in ("wide", "wider")] == [{"lr": 0.5, "layers": "[64, 32]"}] * 2


def test_a_run_that_failed_can_be_run_again_before_it_is_recorded(project: ScratchRepository) -> None:
    script = "import sys, tomllib\nsys.exit(tomllib.load(open('params.toml', 'rb'))['depth'])\n"
    project.commit("exit code", **{"train.py": script})
    assert call(project.path, "run", "-q", "-n", "bad").code == 1
    project.commit("mended", **{"train.py": "pass\n"})
    said = call(project.path, "reproduce", "bad", "-q", "-S", "depth=0")
    assert said.code == 0, said.err
    assert rows_of(project.path) == {"exp/model/bad": "failed", "exp/model/bad-depth-0": "finished"}
    assert "has no record to compare with" in the_error(call(project.path, "reproduce", "bad", "--verify"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-S", "lr=0.1", "--verify"), "--verify compares a repetition"),
        (("-S", "rate=0.1"), "has no parameter 'rate'"),
        (("-S", "lr=fast"), "lr"),
        (("-n", "Not Good"), "not a good experiment name"),
        (("-n", "first"), "exists already"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    first: ScratchRepository, arguments: tuple[str, ...], words: str
) -> None:
    said = call(first.path, "reproduce", "first", *arguments)
    assert (said.code, words in the_error(said)) == (2, True), said.err
    assert list(rows_of(first.path)) == ["exp/model/first"]
