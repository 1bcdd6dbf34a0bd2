"""The query language: what it selects and how it points at mistakes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.grammar import quoted
from branchlab.catalog.query import QueryError, matches, parse_query, select
from branchlab.catalog.sorting import sort_experiments
from branchlab.catalog.terms import Comparison, FieldTest, Words
from branchlab.experiment import Experiment
from branchlab.project import MetricRule, Settings

SETTINGS = Settings(metrics={"accuracy": MetricRule(goal="maximize"), "loss": MetricRule(goal="minimize")})


def experiment(**changes: Any) -> Experiment:
    fields: dict[str, Any] = {
        "name": "exp/model/wider",
        "commit": "a" * 40,
        "status": "finished",
        "started": "2026-03-04T10:00:00Z",
        "seconds": 41.5,
        "author": "Ada Park",
        "note": "Two words",
        "params": {"lr": 0.1, "model.depth": 3, "optimizer": "adam", "augment": True},
        "metrics": {"accuracy": 0.93, "val/loss": 0.2, "nan": math.nan},
        "best": {"accuracy": 0.95},
        "data": {"data/train.csv": "a91f3c55d0e1b2a3948576fedcba0123"},
    }
    return Experiment(**{**fields, **changes})


@pytest.mark.parametrize(
    "query",
    [
        *("", "accuracy>0.9", "accuracy > 0.9", "accuracy>=0.93", "lr<=0.1", "lr=0.1", "lr==1e-1", "lr!=0.2"),
        *("params.model.depth=3", "model.depth>2", "metrics.accuracy<1", "best.accuracy=0.95", "val/loss<0.3"),
        *("optimizer=adam", "augment=true", "nan=nan", "seconds>41", "started>2026-03-04", "started<2026-04"),
        *("status:finished", "STATUS=x | status:FINISHED", "author:ada", "author:'ada park'", "author:me"),
        *("after:2026-03-04", "after:2026", "before:2026-03-05", "after:2026-03-04T10:00Z", "type:model"),
        *("data:a91f", "data:train.csv", "wider", "TWO", '"two words"', "'two words'", "-missing", "-lr=0.2"),
        *("-accuracy<0.9", "missing | wider", "a b|two words", "wider accuracy>0.9 -status:failed", "best:accuracy"),
    ],
)
def test_a_query_selects_what_fits(query: str) -> None:
    assert matches(parse_query(query, SETTINGS, user="Ada"), experiment())


@pytest.mark.parametrize(
    "query",
    [
        *("accuracy>0.93", "accuracy<0.9", "lr=0.2", "lr!=0.1", "absent=1", "absent!=1", "optimizer=Adam"),
        *("augment=false", "nan>0", "nan<0", "nan=1", "optimizer>1", "augment>0", "status:failed", "author:eve"),
        *("after:2026-03-05", "before:2026-03-04", "type:data", "data:b91f", "narrow", '"words two"', "-wider"),
        *("wider missing", "missing | absent", "-best:accuracy", "lr=adam"),
    ],
)
def test_a_query_leaves_out_what_does_not_fit(query: str) -> None:
    assert not matches(parse_query(query, SETTINGS, user="Ada"), experiment())


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ("status:faild", 7, "no status"),
        ("type:modle", 5, "no type"),
        ("stat:failed", 0, "no field"),
        ("a stat:failed", 2, "no field"),
        ("accuracy>", 9, "needs a value"),
        ("accuracy>high", 9, "needs a number"),
        ("after:yesterday", 6, "no date"),
        ("before:2026-13", 7, "no date"),
        ("started>soon", 8, "no date"),
        ('a "open', 2, "not closed"),
        ("| a", 0, "before |"),
        ("a |", 3, "after |"),
        ("a | | b", 4, "before |"),
        (">3", 0, "missing"),
        ("-", 1, "missing"),
        ("status:", 7, "needs a value"),
        ("best:f1", 5, "no goal"),
        ("author:me", 7, "who you are"),
        ("a! b", 1, "stands alone"),
    ],
)
def test_a_bad_query_points_at_the_bad_place(query: str, position: int, words: str) -> None:
    with pytest.raises(QueryError, match=words.replace("|", r"\|")) as caught:
        parse_query(query, SETTINGS)
    assert caught.value.position == position
    shown, caret = caught.value.message.splitlines()[-2:]
    assert shown == f"  {query}"
    assert caret.index("^") == position + 2


def test_a_near_field_is_proposed() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("statsu:failed")
    assert caught.value.hint == "did you mean status:?"


def test_hostile_characters_of_a_query_are_not_shown_raw() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("\x1b[2J\u202estat:x")
    assert "\x1b" not in caught.value.message
    assert "\u202e" not in caught.value.message


def test_best_looks_at_what_the_other_terms_leave() -> None:
    some = [
        experiment(name="a", metrics={"accuracy": 0.99}, status="failed"),
        experiment(name="b", metrics={"accuracy": 0.9}),
        experiment(name="c", metrics={"accuracy": math.nan}),
        experiment(name="d", metrics={"accuracy": 0.9}),
        experiment(name="e", metrics={}),
        experiment(name="f", metrics={"accuracy": 0.1, "loss": 0.01}),
        experiment(name="g", metrics={"accuracy": 0.1, "loss": 0.5}),
        experiment(name="h", metrics={"accuracy": math.inf}),
    ]
    assert _names("best:accuracy", some) == ["a"]
    assert _names("best:accuracy status:finished", some) == ["b", "d"]
    assert _names("best:loss | best:accuracy", some) == ["a", "f"]
    assert _names("-best:accuracy status:finished", some) == ["c", "e", "f", "g", "h"]


def _names(query: str, some: list[Experiment]) -> list[str]:
    return [one.name for one in select(parse_query(query, SETTINGS), some)]


@given(st.text() | st.text("ab:=<>|-\"' 0.9!\\"))
def test_any_text_is_a_query_or_an_error_with_a_place_in_it(text: str) -> None:
    assert 0 <= _mistake(text) <= len(text)


def _mistake(text: str) -> int:
    try:
        parse_query(text, SETTINGS)
    except QueryError as error:
        return error.position
    return 0


@given(st.lists(st.sampled_from(["accuracy>0.5", "lr=0.1", "wide", "status:failed", "-narrow"]), max_size=4))
def test_terms_are_anded_and_negation_turns_each_round(terms: list[str]) -> None:
    one = experiment()
    alone = [matches(parse_query(term, SETTINGS), one) for term in terms]
    assert matches(parse_query(" ".join(terms), SETTINGS), one) == all(alone)
    opposite = [term[1:] if term.startswith("-") else f"-{term}" for term in terms]
    assert [matches(parse_query(term, SETTINGS), one) for term in opposite] == [not fits for fits in alone]


@given(st.lists(st.floats() | st.none() | st.integers() | st.text(max_size=3), max_size=12), st.booleans())
def test_sorting_puts_missing_and_nan_last_in_both_directions(values: list[Any], reverse: bool) -> None:  # noqa: FBT001
    some = [
        experiment(name=str(place), params={} if value is None else {"x": value}) for place, value in enumerate(values)
    ]
    found = [one.params.get("x") for one in sort_experiments(some, "params.x", reverse=reverse)]
    last = [_comes_last(value) for value in found]
    assert last == sorted(last)
    numbers = [value for value in found if isinstance(value, (int, float)) and not math.isnan(value)]
    assert numbers == sorted(numbers, reverse=reverse)


def _comes_last(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def test_the_natural_order_is_best_first_and_newest_first() -> None:
    some = [
        experiment(name="a", metrics={"accuracy": 0.1, "loss": 0.1}, started="2026-01-01T00:00:00Z"),
        experiment(name="b", metrics={"accuracy": 0.9, "loss": 0.9}, started="2026-01-02T00:00:00Z"),
    ]
    assert [one.name for one in sort_experiments(some, "accuracy", settings=SETTINGS)] == ["b", "a"]
    assert [one.name for one in sort_experiments(some, "loss", settings=SETTINGS)] == ["a", "b"]
    assert [one.name for one in sort_experiments(some)] == ["b", "a"]
    assert [one.name for one in sort_experiments(some, "name")] == ["a", "b"]


def test_a_field_is_sorted_by_its_own_value_where_a_parameter_has_its_name() -> None:
    some = [experiment(name=name, params={"name": other, "x": 1}) for name, other in (("a", "2"), ("b", "1"))]
    assert [one.name for one in sort_experiments(some, "name")] == ["a", "b"]
    assert [one.name for one in sort_experiments(some, "params.name")] == ["b", "a"]


_ANY = st.one_of(st.text(min_size=1, max_size=8), st.text(alphabet="ab-=<>!:|\"'\\ ", min_size=1, max_size=5))


@given(key=_ANY, value=_ANY)
def test_quoted_words_are_read_as_what_they_were(key: str, value: str) -> None:
    for term, read in (
        (quoted(key), Words(key.lower())),
        (f"-{quoted(key)}", Words(key.lower())),
        (f"{quoted(key)}={quoted(value, value=True)}", ("=", key, value)),
        (f"sweep:{quoted(value, value=True)}", FieldTest("sweep", value.lower())),
    ):
        ((found,),) = parse_query(f"{term} | {term}").alternatives[:1]
        same = (
            (found.test.operator, *found.test[:1], found.test.value)
            if isinstance(found.test, Comparison)
            else found.test
        )
        assert same == read


def test_only_words_that_need_quotes_get_them() -> None:
    assert [quoted(word) for word in ("val/loss", "-x", "a b", "a:b", "")] == [
        "val/loss",
        '"-x"',
        '"a b"',
        '"a:b"',
        '""',
    ]
    assert [quoted(word, value=True) for word in ("-5", "a:b", "=x")] == ["-5", "a:b", '"=x"']
