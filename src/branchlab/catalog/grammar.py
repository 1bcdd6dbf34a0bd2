"""Reads a query: terms side by side are anded, `|` separates alternatives, `-` negates, quotes keep words together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from branchlab.catalog.terms import BestTest, Comparison, FieldTest, Query, QueryError, Term, Words
from branchlab.experiment import STATUSES
from branchlab.project import Settings, goal_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.catalog.terms import Field, Operator
    from branchlab.naming import Rule
    from branchlab.project import Goal

LONGEST = 10_000  # characters
FIELDS = ("status", "author", "after", "before", "type", "best", "data", "sweep")

_SHOWN = 60
_SPACE = re.compile(r"\s*")
# A word ends before a space, an operator, `|` or a quote; a colon is judged by what stands before it.
_WORD = re.compile(r"""[^\s<>=!|"':]+""")
# A value may hold what ends a word: `after:2026-01-31T10:00`, `note=a:b`.
_VALUE = re.compile(r"""[^\s|"']+""")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
# A minus at the beginning of a term would negate it, and `==` is an operator.
_BARE = re.compile(r"""[^\s<>=!|"':-][^\s<>=!|"':]*""")
_BARE_VALUE = re.compile(r"""[^\s|"'=][^\s|"']*""")
_OPERATOR = re.compile(r"\s*(<=|>=|!=|==|=|<|>)\s*")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(t([01]\d|2[0-3])(:[0-5]\d){0,2}z?)?)?)?")
_ORDERED = ("<", "<=", ">", ">=")


def parse_query(text: str, settings: Settings | None = None, user: str = "") -> Query:
    """Reads a query; an empty one matches everything.

    Args:
        text: what the user wrote.
        settings: the goals `best:` needs and the naming rule `type:` asks.
        user: who `author:me` stands for.

    Raises:
        QueryError: with the place of the mistake.
    """
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST:,} characters, not {len(text):,}", text[:_SHOWN], 0)
    reader = _Reader(text, settings or Settings(), user)
    alternatives: list[tuple[Term, ...]] = []
    terms: list[Term] = []
    position = reader.skip(0)
    while position < len(text):
        if text[position] == "|":
            if not terms:
                raise reader.error("nothing stands before |", position)
            alternatives.append(tuple(terms))
            terms = []
            position += 1
        else:
            term, position = reader.term(position)
            terms.append(term)
        position = reader.skip(position)
    if alternatives and not terms:
        raise reader.error("nothing stands after |", len(text))
    alternatives.append(tuple(terms))
    return Query(text, tuple(alternatives), reader.rule(alternatives))


def quoted(text: str, *, value: bool = False) -> str:
    """Returns a word as a query takes it, in quotes only where it would be read as something else.

    Args:
        text: a word to look for, or a name that stands before an operator.
        value: whether it stands behind an operator or a colon, where more is read as it is.
    """
    if (_BARE_VALUE if value else _BARE).fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reader(NamedTuple):
    """Reads one query; each method takes a position and returns what it found and the position behind it."""

    text: str
    settings: Settings
    user: str

    def error(self, problem: str, position: int, hint: str = "") -> QueryError:
        return QueryError(problem, self.text, position, hint)

    def skip(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def term(self, position: int) -> tuple[Term, int]:
        negated = self.text[position] == "-"
        start = position + negated
        key, end = self.word(start, _WORD, "a term is missing here")
        operator = _OPERATOR.match(self.text, end)
        if operator:
            value, after = self.word(operator.end(), _VALUE, f"{operator[1]} needs a value")
            return Term(self.comparison(key, operator, value), negated), after
        if end < len(self.text) and self.text[end] in ":!":
            if self.text[end] == "!" or self.text[start] in "\"'":
                raise self.error(f"{self.text[end]} stands alone", end, 'put words in quotes: "a: b"')
            value, after = self.word(end + 1, _VALUE, f"{key}: needs a value")
            return Term(self.field(key, value, start, end + 1), negated), after
        return Term(Words(key.lower()), negated), end

    def word(self, position: int, pattern: re.Pattern[str], missing: str) -> tuple[str, int]:
        """Reads a quoted phrase or a bare word."""
        if self.text[position : position + 1] in ("'", '"'):
            found = _QUOTED.match(self.text, position)
            if not found:
                raise self.error("this quote is not closed", position)
            inner = found[1] if found[1] is not None else found[2]
            return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL), found.end()
        found = pattern.match(self.text, position)
        if not found:
            raise self.error(missing, position, "accuracy>0.9 status:failed words")
        return found[0], found.end()

    def comparison(self, key: str, operator: re.Match[str], value: str) -> Comparison:
        kind = cast("Operator", "=" if operator[1] == "==" else operator[1])
        number = _number(value)
        if kind in _ORDERED and number is None:
            if key != "started":
                raise self.error(f"{kind} needs a number", operator.end())
            value = self.date(value.lower(), operator.end())
        return Comparison(key, kind, value, number)

    def field(self, key: str, value: str, start: int, place: int) -> FieldTest | BestTest:
        if key not in FIELDS:
            from difflib import get_close_matches

            near = get_close_matches(key, FIELDS, n=1)
            hint = f"did you mean {near[0]}:?" if near else f"known fields: {', '.join(FIELDS)}"
            raise self.error(f"there is no field {key!r:.40}", start, hint)
        if key == "best":
            return BestTest(value, self.goal(value, place))
        lowered = value.lower()
        if key == "status" and lowered not in STATUSES:
            raise self.error(f"there is no status {value!r:.40}", place, f"known: {', '.join(STATUSES)}")
        types = self.settings.naming.types
        if key == "type" and lowered not in map(str.lower, types):
            raise self.error(f"there is no type {value!r:.40}", place, f"known: {', '.join(types)}")
        if key in ("after", "before"):
            lowered = self.date(lowered, place)
        if key == "author" and lowered == "me":
            if not self.user:
                raise self.error("git does not know who you are", place, "set user.name with git config")
            lowered = self.user.lower()
        return FieldTest(cast("Field", key), lowered)

    def goal(self, metric: str, place: int) -> Goal:
        goal = goal_of(self.settings, metric)
        if goal is None:
            hint = f'[metrics.{metric}] goal = "maximize" in branchlab.toml'
            raise self.error(f"{metric!r:.40} has no goal", place, hint)
        return goal

    def date(self, value: str, place: int) -> str:
        """Returns a date as the beginning of the moments it stands for."""
        if not _DATE.fullmatch(value):
            raise self.error(f"{value!r:.40} is no date", place, "write it as 2026-01-31")
        return value.removesuffix("z")

    def rule(self, alternatives: list[tuple[Term, ...]]) -> Rule | None:
        """Compiles the naming rule only when a term asks for it."""
        tests = (term.test for terms in alternatives for term in terms)
        if not any(isinstance(test, FieldTest) and test.field == "type" for test in tests):
            return None
        from branchlab.naming import compile_rule

        return compile_rule(self.settings.naming)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
