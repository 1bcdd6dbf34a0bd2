"""How a run gets its name."""

from __future__ import annotations

import pytest

from branchlab.errors import UsageError
from branchlab.project import Naming
from branchlab.running.names import Name, check_place, choose_name, complete_name, free_name

RUN = "20261120T233015-7f3a9c"


def chosen(asked: str = "", *, current: str | None = None, label: str = "", naming: Naming = Naming()) -> Name:  # noqa: B008 - immutable
    return choose_name(naming, asked, current=current, label=label, run=RUN, user="ada")


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        ("wider", "exp/model/wider"),
        ("tune/low", "exp/tune/low"),
        ("exp/data/more", "exp/data/more"),
    ],
)
def test_a_short_name_is_completed_by_the_rule(asked: str, full: str) -> None:
    assert complete_name(Naming(), asked, user="ada") == full
    assert chosen(asked) == Name(full)


@pytest.mark.parametrize("asked", ["", "Wider", "exp/none/x", "a/b/c/d", "-f", "release/1", "x y"])
def test_a_bad_name_is_refused_with_a_good_one(asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        complete_name(Naming(), asked, user="ada")
    assert caught.value.hint.startswith("use exp/")


def test_without_a_name_it_comes_from_parameters_then_branch_then_run() -> None:
    assert chosen(label="lr-0.1", current="exp/model/x") == Name("exp/tune/lr-0.1", free=True)
    assert chosen(current="exp/model/x") == Name("exp/model/x", free=True)
    assert chosen(current="main") == Name("exp/model/run-7f3a9c", free=True)
    assert chosen("wider", label="lr-0.1") == Name("exp/model/wider-lr-0.1")


def test_user_and_date_fields_are_filled_in() -> None:
    naming = Naming(pattern="{user}/{date}/{slug}")
    name = chosen("", naming=naming).branch
    assert name.startswith("ada/2")
    assert name.endswith("/run-7f3a9c")


def test_numbers_are_added_only_to_names_chosen_here() -> None:
    taken = {"exp/model/x", "exp/model/x-2"}
    assert free_name(Name("exp/model/x", free=True), taken) == "exp/model/x-3"
    with pytest.raises(UsageError, match="exists already") as caught:
        free_name(Name("exp/model/x"), taken)
    assert "exp/model/x-3 is free" in caught.value.hint


@pytest.mark.parametrize("other", ["exp", "exp/model", "exp/model/x/deeper"])
def test_a_branch_in_the_way_is_found_before_the_run(other: str) -> None:
    with pytest.raises(UsageError, match="stands in the way"):
        check_place(Name("exp/model/x", free=True), {other, "exp/modelling"})
    check_place(Name("exp/model/x"), {"exp/modelling", "exp/model/xy"})
