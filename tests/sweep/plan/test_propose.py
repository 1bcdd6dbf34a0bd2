"""A proposed sweep file can be run as it is, and leaves to the user what nobody can guess."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.project import MetricRule, Settings
from branchlab.sweep.file import cautions, parse_plan
from branchlab.sweep.plan import Parameter
from branchlab.sweep.propose import propose, propose_space


def entries(**params: Any) -> list[str]:
    """Returns what stands in [space]."""
    return propose(params, Settings()).partition("[space]\n")[2].splitlines()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1e-3, "x = { low = 0.0001, high = 0.01, log = true }"),
        (0.1, "x = { low = 0.01, high = 1.0, log = true }"),
        (0.5, "x = { low = 0.05, high = 1.0 }"),
        (30.0, "x = { low = 3.0, high = 300.0, log = true }"),
        (-2.0, "x = { low = -4.0, high = 0.0 }"),
        (6, "x = { low = 3, high = 12 }"),
        (1, "x = { low = 1, high = 2 }"),
        (-3, "x = { low = -6, high = -1 }"),
        (0.0, "# x = { low = 0.0, high = 1.0 }    # nobody can guess a range around 0"),
        (0, "# x = { low = 0, high = 1 }    # nobody can guess a range around 0"),
        (True, "# x = [true, false]    # take out the # to try both"),
        ('a"b', '# x = ["a\\"b"]    # add the others'),
        ([64, 32], "# x = [[64, 32]]    # add the others"),
    ],
)
def test_a_range_lies_around_the_value_of_the_parameter_file(value: Any, expected: str) -> None:
    assert entries(x=value) == [expected]


@pytest.mark.parametrize(
    "name",
    [
        "seed",
        "random_state",
        "epochs",
        "max_iter",
        "num_workers",
        "n_jobs",
        "log_every",
        "split",
        "test_size",
        "val_frac",
    ],
)
def test_what_is_no_setting_of_the_model_is_a_comment(name: str) -> None:
    assert entries(**{name: 3})[0].startswith(f"# {name} = ")


def test_names_of_tables_are_dotted() -> None:
    assert [line.partition(" =")[0] for line in entries(model={"depth": 2, "a b": 3})] == ["model.depth", 'model."a b"']


def test_many_parameters_are_not_searched_at_once() -> None:
    lines = entries(**{f"p{number:02}": 4 for number in range(30)})
    assert sum(not line.startswith("#") for line in lines) == 20


def test_the_metrics_that_count_are_named() -> None:
    metrics = {
        "acc": MetricRule("maximize", "optimize"),
        "ms": MetricRule(None, "constraint", "<= 3"),
        "n": MetricRule(),
    }
    text = propose({"x": 1}, Settings(metrics=metrics))
    assert "# metrics of branchlab.toml that count: acc (maximize), ms (<= 3)\n" in text
    assert "no metric with strategy" in propose({"x": 1}, Settings())


def test_without_parameters_there_is_nothing_to_propose() -> None:
    with pytest.raises(UsageError, match="no parameters to search"):
        propose({}, Settings())


_values = st.one_of(
    st.booleans(), st.integers(-(2**62), 2**62), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=2),
    st.none(), st.dates(),
)  # fmt: skip
_names = st.one_of(st.text(min_size=1, max_size=5), st.sampled_from(["seed", "epochs", "a.b"]))


@settings(deadline=None)
@example({"'": {"0": 1}})
@given(st.dictionaries(_names, _values | st.dictionaries(_names, _values, max_size=3), min_size=1, max_size=4))
def test_a_proposal_can_be_run_and_has_the_defaults_inside(params: dict[str, Any]) -> None:
    try:
        text = propose(params, Settings())
    except UsageError:
        return  # nothing among them can be searched
    try:
        plan = parse_plan(text.encode(), "sweep.toml", Settings(), params)
    except UsageError as error:
        message = error.message
    else:
        message = ""
        assert cautions(plan) == ()
    assert message in ("", "sweep.toml: [space] is empty")


SPACE = (
    Parameter("optimizer", "choice", choices=("sgd", "a\x7f'\"\n")),
    Parameter("lr", "float", 1e-5, 1.0, log=True, points=4, when={"optimizer": ("sgd",)}),
    Parameter("model.depth", "int", 1, 9, step=2, file="net.yaml"),
    Parameter("x", "float", -1.0, 1.0, step=0.25),
    Parameter("layers", "choice", choices=("[1]", "[1, 2]"), lists=True),
    Parameter("on", "choice", choices=(True, False)),
)


def test_a_space_is_written_so_that_it_is_read_again() -> None:
    params = {"optimizer": "sgd", "lr": 0.1, "x": 0.0, "layers": [1], "on": True}
    text = propose_space(SPACE, Settings(), "mine")
    plan = parse_plan(text.encode(), "s.toml", Settings(), params, {"net.yaml": b"model: {depth: 3}"}.get)
    assert plan.space == SPACE
    assert plan.name == "mine"
