"""What a query is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.errors import UsageError
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.naming import Rule
    from branchlab.project import Goal

Operator = Literal["<", "<=", ">", ">=", "=", "!="]
Field = Literal["status", "author", "after", "before", "type", "data", "sweep"]


class QueryError(UsageError):
    """Raised when a query is not understood; `position` is the offset of the bad place in the text."""

    def __init__(self, problem: str, text: str, position: int, hint: str = "") -> None:
        from branchlab.text import safe_text

        # What is escaped grows, so the mark below is placed by what is shown and not by `position`.
        shown, before = safe_text(text), safe_text(text[:position])
        super().__init__(f"{problem}\n  {shown}\n  {' ' * len(before)}^", hint)
        self.problem = problem
        self.position = position


class Comparison(NamedTuple):
    """`accuracy>=0.9`. `number` is the value as a number, None when it is not one."""

    key: str
    operator: Operator
    value: str
    number: float | None


class FieldTest(NamedTuple):
    """`status:failed`, `author:ann`, `after:2026-01-01`, `type:model`, `data:a91f`, `sweep:wide`; in lower case."""

    field: Field
    value: str


class BestTest(NamedTuple):
    """`best:accuracy`: the experiments that reach the best value among those the other terms leave."""

    metric: str
    goal: Goal


class Words(NamedTuple):
    """A bare word or a quoted phrase, in lower case, looked for in name and note."""

    text: str


class Term(NamedTuple):
    """One test, or its opposite."""

    test: Comparison | FieldTest | BestTest | Words
    negated: bool = False


class Query(NamedTuple):
    """A parsed query.

    Attributes:
        text: as it was written.
        alternatives: joined by `|`; the terms of each must all hold.
        rule: the naming rule that `type:` asks, when there is such a term.
    """

    text: str
    alternatives: tuple[tuple[Term, ...], ...]
    rule: Rule | None = None
