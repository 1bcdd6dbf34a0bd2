"""The combinations of a space, and the way from a point of the unit cube to values and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.parameters.edit import set_values
from branchlab.parameters.files import load_parameters
from branchlab.sweep.plan import Parameter
from branchlab.sweep.space import (
    active,
    as_key,
    assignments,
    check_values,
    digest,
    from_unit,
    grid,
    only_active,
    size,
    to_unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Space

OPTIMIZER = Parameter("optimizer", "choice", choices=("sgd", "adam"))
MOMENTUM = Parameter("momentum", "float", 0.0, 0.9, step=0.3, when={"optimizer": ("sgd",)})
NESTEROV = Parameter("nesterov", "choice", choices=(True, False), when={"momentum": (0.3, 0.6)})
DEPTH = Parameter("model.depth", "int", 1, 8, step=3)
RATE = Parameter("lr", "float", 1e-4, 1.0, log=True, points=5)
TREE = (OPTIMIZER, MOMENTUM, NESTEROV, DEPTH)

_numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
_names = st.sampled_from(["a", "b.c", "d", "e.f.g", "h"])


@st.composite
def _endless(draw: st.DrawFn, name: str) -> Parameter:
    """Numbers of which there are many."""
    kind = draw(st.sampled_from(["float", "log", "int", "int log"]))
    if kind.startswith("int"):
        first = draw(st.integers(1 if "log" in kind else -100, 100))
        return Parameter(name, "int", first, first + draw(st.integers(1, 1000)), "log" in kind)
    if kind == "log":
        low = draw(st.floats(1e-9, 1e3))
        return Parameter(name, "float", low, low * draw(st.floats(1.5, 1e6)), log=True)
    low = draw(_numbers)
    return Parameter(name, "float", low, low + draw(st.floats(1e-3, 1e6)))


@st.composite
def _countable(draw: st.DrawFn, name: str) -> Parameter:
    """Choices, and numbers with a few steps."""
    kind = draw(st.sampled_from(["float", "int", "choice"]))
    if kind == "choice":
        values: st.SearchStrategy[Scalar] = st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=3))
        return Parameter(name, "choice", choices=tuple(draw(st.lists(values, min_size=1, max_size=4, unique_by=str))))
    count = draw(st.integers(1, 5))
    if kind == "int":
        first, step = draw(st.integers(-100, 100)), draw(st.integers(1, 20))
        return Parameter(name, "int", first, first + step * count + draw(st.integers(0, step - 1)), step=step)
    low, apart = draw(_numbers), draw(st.floats(1e-3, 10))
    return Parameter(name, "float", low, low + apart * (count + 0.5), step=apart)


@st.composite
def spaces(draw: st.DrawFn, *, endless: bool = False) -> Space:
    """Spaces of up to four parameters, in which some exist only for some values of earlier choices."""
    space: list[Parameter] = []
    for name in draw(st.lists(_names, min_size=1, max_size=4, unique=True)):
        parameter: Parameter = draw(st.one_of(_countable(name), _endless(name)) if endless else _countable(name))
        parents = [one for one in space if one.kind == "choice"]
        conditional = draw(st.booleans())
        if parents and conditional:
            parent = draw(st.sampled_from(parents))
            few = draw(st.lists(st.sampled_from(parent.choices), min_size=1, unique_by=str))
            parameter = parameter._replace(when={parent.name: tuple(few)})
        space.append(parameter)
    return tuple(space)


def _alike(one: Mapping[str, Scalar], other: Mapping[str, Scalar]) -> bool:
    return one.keys() == other.keys() and all(
        math.isclose(value, number, rel_tol=1e-6, abs_tol=1e-6)
        if isinstance(value, float) and isinstance(number := other[name], float)
        else value == other[name]
        for name, value in one.items()
    )


@given(spaces(endless=True), st.data())
def test_every_point_of_the_unit_cube_fits_and_comes_back(space: Space, data: st.DataObject) -> None:
    point = data.draw(st.lists(st.floats(0, 1), min_size=len(space), max_size=len(space)))
    values = from_unit(space, point)
    assert check_values(space, values) is None
    unit = to_unit(space, values)
    assert all(0 <= coordinate <= 1 for coordinate in unit)
    assert _alike(from_unit(space, unit), values)


@given(spaces())
def test_a_grid_has_each_combination_once_and_as_many_as_counted(space: Space) -> None:
    rows = list(grid(space))
    assert len(rows) == size(space) == len({digest(row) for row in rows})
    assert all(check_values(space, row) is None for row in rows)


@given(spaces(), st.integers(0, 1000))
def test_steps_of_a_grid_come_back_exactly(space: Space, number: int) -> None:
    rows = list(grid(space))
    row = rows[number % len(rows)]
    assert digest(from_unit(space, to_unit(space, row))) == digest(row)


@pytest.mark.parametrize("unit", [-1.0, 0.0, 1.0, 2.0])
def test_the_rim_of_the_cube_is_inside_of_the_range(unit: float) -> None:
    space = (RATE, DEPTH, OPTIMIZER, Parameter("n", "int", 1, 9, log=True))
    assert check_values(space, from_unit(space, [unit] * 4)) is None


def test_a_parameter_is_active_where_its_conditions_hold() -> None:
    def names(**values: Scalar) -> list[str]:
        return [parameter.name for parameter in active(TREE, values)]

    assert names(optimizer="sgd", momentum=0.3) == ["optimizer", "momentum", "nesterov", "model.depth"]
    assert names(optimizer="sgd", momentum=0.0) == ["optimizer", "momentum", "model.depth"]
    assert names(optimizer="adam", momentum=0.3) == ["optimizer", "model.depth"]


def test_of_the_defaults_only_active_ones_are_values() -> None:
    defaults: dict[str, Scalar] = {"optimizer": "adam", "momentum": 0.3, "nesterov": True, "model.depth": 4}
    assert only_active(TREE, defaults) == {"optimizer": "adam", "model.depth": 4}


def test_conditions_make_the_grid_a_tree() -> None:
    # sgd: 2 momenta without nesterov and 2 with both of its values; times 3 depths. adam: 3 depths.
    assert size(TREE) == (2 + 2 * 2) * 3 + 3
    assert next(grid(TREE)) == {"optimizer": "sgd", "momentum": 0.0, "model.depth": 1}


def test_the_last_parameter_of_a_grid_changes_fastest() -> None:
    space = (OPTIMIZER, Parameter("n", "int", 1, 2))
    assert [tuple(row.values()) for row in grid(space)] == [("sgd", 1), ("sgd", 2), ("adam", 1), ("adam", 2)]


def test_a_grid_takes_the_points_of_a_float_evenly() -> None:
    assert [row["lr"] for row in grid((RATE,))] == [0.0001, 0.001, 0.01, 0.1, 1.0]
    assert size((RATE,), points=True) == 5
    assert size((RATE,)) is None


def test_a_grid_over_every_float_is_refused_with_the_remedy() -> None:
    with pytest.raises(UsageError, match="cannot take every value of lr") as caught:
        list(grid((Parameter("lr", "float", 0.0, 1.0),)))
    assert "points" in caught.value.hint


def test_steps_are_written_as_people_write_them() -> None:
    assert [row["x"] for row in grid((Parameter("x", "float", 0.1, 0.7, step=0.2),))] == [0.1, 0.3, 0.5, 0.7]


def test_the_size_of_a_wide_tree_is_found_without_walking_it() -> None:
    parents = [Parameter(f"p{i}", "int", 0, 10**6) for i in range(30)]
    below = [Parameter(f"c{i}", "int", 0, 1, when={f"p{i}": (0, 1)}) for i in range(30)]
    space = tuple(one for pair in zip(parents, below, strict=True) for one in pair)
    assert size(space) == (2 * 2 + (10**6 - 1)) ** 30


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"optimizer": "adam", "model.depth": 4}, None),
        ({"optimizer": "adam"}, "model.depth has no value"),
        ({"optimizer": "adam", "model.depth": 4, "momentum": 0.3}, "momentum is not active there"),
        ({"optimizer": "adam", "model.depth": 4, "x": 1}, "x is not in the space"),
        ({"optimizer": "lion", "model.depth": 4}, 'optimizer is "lion", which is not among its choices'),
        ({"optimizer": "adam", "model.depth": 4.0}, "model.depth is 4, not a whole number"),
        ({"optimizer": "adam", "model.depth": True}, "model.depth is true, not a whole number"),
        ({"optimizer": "adam", "model.depth": 10}, "model.depth is 10, outside 1 to 8"),
        ({"optimizer": "adam", "model.depth": 5}, "model.depth is 5, which is not on a step of 3"),
        ({"optimizer": "sgd", "momentum": 0.31, "model.depth": 4}, "momentum is 0.31, which is not on a step of 0.3"),
    ],
)
def test_values_that_do_not_fit_are_told_why(values: dict[str, Scalar], problem: str | None) -> None:
    assert check_values(TREE, values) == problem


def test_what_does_not_fit_has_a_point_all_the_same() -> None:
    assert to_unit((RATE, DEPTH, OPTIMIZER), {"lr": 100.0, "model.depth": -5, "optimizer": "lion"})[0] == 1.0
    assert to_unit((DEPTH,), {"model.depth": 100}) == [pytest.approx(2.5 / 3)]
    assert to_unit(TREE, {"optimizer": "adam", "model.depth": 4}) == [0.75, 0.5, 0.5, 0.5]


@given(st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.integers() | st.floats() | st.text()))
def test_a_digest_does_not_depend_on_order(values: dict[str, Scalar]) -> None:
    assert digest(dict(reversed(values.items()))) == digest(values)


def test_a_digest_tells_types_apart() -> None:
    assert len({digest({"a": value}) for value in (1, 1.0, True, "1", None, "true")}) == 6


_VALUES: list[tuple[str, Scalar, bool]] = [
    ("a = 'x'", "1", False),
    ("a = 'x'", "'quoted'", False),
    ("a = 'x'", 'back\\slash "and" \n line\x7f', False),
    ("a = 'x'", "[1, 2]", False),
    ("a = 0.5", 1e-17, False),
    ("a = 0.5", 3.0, False),
    ("a = 5", -3, False),
    ("a = true", False, False),
    ("a = [1]", "[3, 4]", True),
    ("a = ['x']", '["y", "z, w"]', True),
]


@pytest.mark.parametrize(("text", "value", "lists"), _VALUES)
def test_values_arrive_in_the_parameter_file_as_they_are(text: str, value: Scalar, lists: bool) -> None:  # noqa: FBT001
    import json

    space = (Parameter("a", "choice", choices=(value,), lists=lists),)
    written = load_parameters("p.toml", set_values("p.toml", text.encode(), assignments(space, {"a": value})))
    expected = json.loads(str(value)) if lists else value
    assert written == {"a": expected}
    assert type(written["a"]) is type(expected)


@pytest.mark.parametrize("name", ["a", "model.depth", 'model.a"b', "model.x[0]", "layers.0", " "])
def test_a_name_is_found_again_in_the_parameter_file(name: str) -> None:
    from branchlab.parameters.overrides import split_key

    assert ".".join(split_key(as_key(name))) == name


def test_a_name_with_both_kinds_of_quotes_is_refused() -> None:
    with pytest.raises(UsageError, match="both kinds of quotes"):
        as_key("a'\"b")
