"""Spaces of hyperopt and scikit-optimize are read from objects of their shape; neither package is installed here."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pytest

from branchlab.errors import UsageError
from branchlab.sweep.foreign import from_any
from branchlab.sweep.plan import Parameter


class Real(NamedTuple):
    low: float
    high: float
    prior: str = "uniform"
    name: str | None = None


class Integer(NamedTuple):
    low: int
    high: int
    prior: str = "uniform"
    name: str | None = None


class Categorical(NamedTuple):
    categories: tuple[Any, ...]
    name: str | None = None


class Dimensions:
    """A `Space` of scikit-optimize."""

    def __init__(self, dimensions: list[Any], constraint: object = None) -> None:
        self.dimensions = dimensions
        self.constraint = constraint


class Apply:
    """A node of hyperopt's graph; the shapes below are those that hyperopt 0.3.0 builds."""

    def __init__(self, name: str, *pos_args: Any, **named_args: Any) -> None:
        self.name = name
        self.pos_args = [as_apply(argument) for argument in pos_args]
        self.named_args = [[key, as_apply(argument)] for key, argument in named_args.items()]


class Literal(Apply):
    def __init__(self, obj: object) -> None:
        super().__init__("literal")
        self.obj = obj


def as_apply(value: Any) -> Apply:
    if isinstance(value, Apply):
        return value
    if isinstance(value, dict):
        return Apply("dict", **value)
    return Apply("pos_args", *value) if isinstance(value, (list, tuple)) else Literal(value)


def drawn(label: str, kind: str, *arguments: Any, whole: bool = False, **named: Any) -> Apply:
    node = Apply("float", Apply("hyperopt_param", label, Apply(kind, *arguments, **named)))
    return Apply("int", node) if whole else node


def chosen(label: str, *options: Any, kind: str = "randint") -> Apply:
    count: Any = len(options) if kind == "randint" else [0.5] * len(options)
    return Apply("switch", Apply("hyperopt_param", label, Apply(kind, count)), *options)


def only(value: Any) -> Parameter:
    (parameter,) = from_any(value).space
    return parameter


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        (Real(1, 2, name="x"), Parameter("x", "float", 1.0, 2.0)),
        (Real(1e-4, 1.0, "log-uniform", "x"), Parameter("x", "float", 1e-4, 1.0, log=True)),
        (Integer(1, 8, name="x"), Parameter("x", "int", 1, 8)),
        (Integer(1, 8, "log-uniform", "x"), Parameter("x", "int", 1, 8, log=True)),
        (Categorical(("a", True, 2), "x"), Parameter("x", "choice", choices=("a", True, 2))),
        (Categorical((1, True, 1.0), "x"), Parameter("x", "choice", choices=(1, True))),
        (Categorical(((1, 2), (3,)), "x"), Parameter("x", "choice", choices=("[1, 2]", "[3]"), lists=True)),
    ],
)
def test_dimensions_of_scikit_optimize_are_read(dimension: Any, expected: Parameter) -> None:
    assert from_any([dimension]).space == (expected,)
    assert from_any(Dimensions([dimension])) == ((expected,), ())
    assert from_any({"x": dimension}).space == (expected,)


def test_short_forms_are_read() -> None:
    found = from_any({"a": (1, 8), "b": (0.1, 1.0, "log-uniform"), "c": ["x", "y"], "d": (1, 2, 3)}).space
    assert [(one.kind, one.log, one.choices) for one in found] == [
        ("int", False, ()), ("float", True, ()), ("choice", False, ("x", "y")), ("choice", False, (1, 2, 3)),
    ]  # fmt: skip


def test_a_constraint_is_a_function_and_is_left_out_with_a_word() -> None:
    assert "constraint" in from_any(Dimensions([Real(0, 1, name="x")], print)).notes[0]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (drawn("x", "uniform", 0, 1), Parameter("x", "float", 0.0, 1.0)),
        (drawn("x", "uniform", low=0, high=1), Parameter("x", "float", 0.0, 1.0)),
        (drawn("x", "loguniform", -1, 0), Parameter("x", "float", math.exp(-1), 1.0, log=True)),
        (drawn("x", "quniform", 0.05, 1.02, 0.1), Parameter("x", "float", 0.0, 1.0, step=0.1)),
        (drawn("x", "quniform", 1, 9, 2), Parameter("x", "int", 0, 8, step=2)),
        (drawn("x", "quniform", 2, 9, whole=True, q=1.0), Parameter("x", "int", 2, 9)),
        (drawn("x", "qloguniform", 0, 3, 1), Parameter("x", "int", 1, 20, log=True)),
        (drawn("x", "normal", 1, 0.5), Parameter("x", "float", -0.5, 2.5)),
        (drawn("x", "lognormal", 0, 1), Parameter("x", "float", math.exp(-3), math.exp(3), log=True)),
        (drawn("x", "randint", 5, whole=True), Parameter("x", "int", 0, 4)),
        (drawn("x", "randint", 2, 5), Parameter("x", "int", 2, 4)),
        (chosen("x", "a", "b"), Parameter("x", "choice", choices=("a", "b"))),
        (chosen("x", [1], [1, 2]), Parameter("x", "choice", choices=("[1]", "[1, 2]"), lists=True)),
        (chosen("x", "a", "b", kind="categorical"), Parameter("x", "choice", choices=("a", "b"))),
    ],
)
def test_distributions_of_hyperopt_are_read(node: Apply, expected: Parameter) -> None:
    assert only(node) == expected


def test_names_are_those_of_the_tables_and_else_the_labels() -> None:
    space = {
        "model": {"depth": drawn("d", "uniform", 0, 1), "fixed": 3},
        "w": as_apply({"x": drawn("e", "uniform", 0, 1)}),
    }
    assert [one.name for one in from_any(space).space] == ["model.depth", "w.x"]
    assert [one.name for one in from_any([drawn("a", "uniform", 0, 1), drawn("b", "uniform", 0, 1)]).space] == [
        "a",
        "b",
    ]


def test_a_choice_between_tables_becomes_conditions() -> None:
    one, other = drawn("C", "uniform", 0, 1), drawn("D", "randint", 9)
    foreign = from_any({"clf": chosen("clf", {"kind": "svm", "C": one}, {"kind": "rf", "depth": other, "trees": 5})})
    assert foreign.space == (
        Parameter("clf.kind", "choice", choices=("svm", "rf")),
        Parameter("clf.C", "float", 0.0, 1.0, when={"clf.kind": ("svm",)}),
        Parameter("clf.depth", "int", 0, 8, when={"clf.kind": ("rf",)}),
    )
    assert foreign.notes == ("clf: constants of an option are left out, besides kind",)


def test_options_that_share_a_key_share_a_parameter_or_use_their_labels() -> None:
    same = [{"kind": kind, "C": drawn(kind, "uniform", 0, 1)} for kind in "ab"]
    assert from_any({"m": chosen("m", *same)}).space[1].when == {"m.kind": ("a", "b")}
    different = [{"kind": kind, "C": drawn(f"C{high}", "uniform", 0, high)} for high, kind in enumerate("ab", 1)]
    foreign = from_any({"m": chosen("m", *different)})
    assert [one.name for one in foreign.space] == ["m.kind", "m.C", "C2"]
    assert foreign.notes == ("C2: another option has m.C with another range",)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (3, "int is no space of hyperopt or scikit-optimize"),
        ([Real(0, 1)], "dimension 1 of the space has no name"),
        ([Real(0, math.inf, name="x")], "x goes from 0 to inf"),
        ([Integer(-1, 5, "log-uniform", "x")], "x goes from -1 to 5 in the logarithm"),
        ([Categorical((None, "a"), "x")], "x has the choice None, which TOML cannot hold"),
        ({"x": 3}, "x is int, which is no dimension"),
        (chosen("x", {"a": drawn("b", "uniform", 0, 1)}, {"c": 1}), "nothing tells the options of x apart"),
        (chosen("x", "plain", {"kind": 1}), "nothing tells the options of x apart"),
        (drawn("x", "weibull", 0, 1), "x is weibull, which has no counterpart"),
        (Apply("add", drawn("x", "uniform", 0, 1), 1), "the space computes with add, which has no counterpart"),
    ],
)
def test_what_has_no_counterpart_is_refused(space: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_any(space)
    assert caught.value.message == message
    assert caught.value.hint
