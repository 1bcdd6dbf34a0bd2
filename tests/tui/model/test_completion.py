"""Whatever is offered while a query is typed is understood, and stands for something."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.catalog.query import QueryError, parse_query, select
from branchlab.experiment import Experiment
from branchlab_tui.model.completion import Completion, complete
from random_experiments import SETTINGS, SEVERAL, distinct, snapshot_of

ONES = [
    Experiment(
        "exp/model/wider",
        "a" * 40,
        "finished",
        "2026-11-02T00:00:00Z",
        author="Ada Park",
        params={"lr": 0.1, "optimizer": "adam", "model.depth": 3, "two words": True},
        metrics={"accuracy": 0.9, "latency ms": 5.0},
        data={"data/my train.csv": "a91f3c55d0"},
    ),
    Experiment("exp/data/rows", "b" * 40, "failed", "2026-11-01T00:00:00Z", author="Bo", params={"optimizer": "sgd"}),
]
_KEYS = ("", "acc", "-", "model", "wid", '"two', "x | ", "accuracy>0.5 -st")
_COMPARISONS = ("lr=", "lr =", "optimizer=", "params.optimizer=a", "metrics.accuracy>", "nothing=")
_FIELDS = ("status:", "author:", "-author:A", "best:", "type:", "data:", "after:", "before:2026")
BEGINNINGS = st.sampled_from([*_KEYS, *_COMPARISONS, *_FIELDS])


def offered(text: str, cursor: int | None = None) -> list[Completion]:
    return complete(text, len(text) if cursor is None else cursor, snapshot_of(ONES))


def written(text: str, one: Completion) -> str:
    return text[: one.start] + one.text + text[one.end :]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ac", "accuracy"),
        ("-sta", "-status:"),
        ("lat", '"latency ms"'),
        ("dep", "model.depth"),
        ("status:fa", "status:failed"),
        ("author:a", 'author:"Ada Park"'),
        ('author:"a', 'author:"Ada Park"'),
        ("optimizer=s", "optimizer=sgd"),
        ("optimizer != s", "optimizer != sgd"),
        ("-optimizer=s", "-optimizer=sgd"),
        ('"two words"=', '"two words"=true'),
        ("best:", "best:accuracy"),
        ("type:m", "type:model"),
        ("data:my", 'data:"data/my train.csv"'),
        ("after:", "after:2026-11-02"),
        ("accuracy>0.5 | opt", "accuracy>0.5 | optimizer"),
        ("rows", "exp/data/rows"),
    ],
)
def test_the_likeliest_comes_first(text: str, first: str) -> None:
    assert written(text, offered(text)[0]) == first


def test_the_rest_of_a_word_behind_the_cursor_is_replaced() -> None:
    assert written("accu>0.5", offered("accu>0.5", 2)[0]) == "accuracy>0.5"


def test_a_value_that_is_measured_offers_its_range() -> None:
    snapshot = snapshot_of([*ONES, ONES[0]._replace(name="c", metrics={"accuracy": 0.5})])
    assert [(one.text, one.what) for one in complete("accuracy>", 9, snapshot)] == [
        ("0.5", "lowest"),
        ("0.9", "highest"),
    ]


def test_what_is_written_in_full_offers_nothing_new() -> None:
    assert "accuracy" not in [one.text for one in offered("accuracy")]


@settings(max_examples=50)
@given(BEGINNINGS, SEVERAL)
def test_every_offer_is_understood(text: str, several: list[Experiment]) -> None:
    snapshot = snapshot_of(distinct(several))
    for one in complete(text, len(text), snapshot):
        query = written(text, one)
        if one.text.endswith(":"):
            continue
        parse_query(query if not query.endswith("=") else f"{query}1", SETTINGS, "me")


@given(st.text(max_size=12), st.integers(0, 12))
def test_nothing_that_is_typed_is_too_odd(text: str, cursor: int) -> None:
    for one in complete(text, min(cursor, len(text)), snapshot_of(ONES)):
        assert 0 <= one.start <= one.end <= len(text)


def test_an_offered_value_finds_the_experiments_that_have_it() -> None:
    for text in ("optimizer=", "lr=", '"two words"=', "author:", "status:", "data:", "type:"):
        for one in offered(text):
            if one.text == "me":
                continue
            try:
                found = select(parse_query(written(text, one), SETTINGS), ONES)
            except QueryError as error:
                raise AssertionError(written(text, one)) from error
            assert found or text == "type:"
