"""`branchlab ls --view` begins with what branchlab.toml says; what the command line says comes on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reading_project import SETTINGS, answer, branchlab, make_project

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

VIEWS = """
[views.best]
query = "accuracy>0.5 | size<0"
sort = ["-accuracy"]
columns = ["accuracy", "curve:loss"]
[views.front]
front = true
"""


@pytest.fixture
def viewed(repository: ScratchRepository) -> ScratchRepository:
    make_project(repository)
    repository.write("branchlab.toml", SETTINGS + VIEWS)
    return repository


def test_a_view_filters_sorts_and_chooses_columns(viewed: ScratchRepository) -> None:
    shown = answer(viewed, "ls", "--view", "best")
    same = answer(viewed, "ls", "accuracy>0.5 | size<0", "--sort", "-accuracy", "--columns", "accuracy")
    assert shown == same
    assert shown


def test_the_query_of_the_command_line_holds_beside_that_of_the_view(viewed: ScratchRepository) -> None:
    everything = answer(viewed, "ls", "--view", "best")
    some = answer(viewed, "ls", "--view", "best", everything[0]["name"])
    assert [one["name"] for one in some] == [everything[0]["name"]]


def test_the_order_of_the_command_line_comes_before_that_of_the_view(viewed: ScratchRepository) -> None:
    down = answer(viewed, "ls", "--view", "best")
    assert answer(viewed, "ls", "--view", "best", "--sort", "accuracy") == list(reversed(down))


def test_a_view_of_the_front_leaves_out_what_another_beats(viewed: ScratchRepository) -> None:
    front = {one["name"] for one in answer(viewed, "ls", "--view", "front")}
    said = branchlab(viewed, "ls", width=200).out
    assert front == {line.split()[0] for line in said.splitlines() if "◆" in line}
    assert front


def test_a_view_that_is_not_there_is_an_error_with_the_nearest(viewed: ScratchRepository) -> None:
    said = branchlab(viewed, "ls", "--view", "bets")
    assert said.code == 2
    assert "did you mean best?" in said.words
