"""Completes a query while it is typed: names of columns, fields, and the values that occur."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING

from branchlab.catalog.grammar import FIELDS, quoted
from branchlab.catalog.values import as_number
from branchlab.compare.inputs import importance, rule_of
from branchlab.experiment import STATUSES
from branchlab.report.style import DOWN, UP
from branchlab.report.values import DIGEST
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.columns import all_values, names_in
from branchlab_tui.model.sheet import sheet_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchlab.experiment import Scalar
    from branchlab_tui.model.sheet import Sheet
    from branchlab_tui.model.snapshot import Snapshot

MOST = 40
_MOST_VALUES = 200  # more than are offered: what was typed is looked for among them
_NAMES_FROM = 2  # letters, from which names of experiments are offered too
_MOST_NAMES = 8
_DAY = len("2026-01-31")

# What stands before the cursor: a comparison, a field, or the beginning of a word.
_COMPARISON = re.compile(
    r"""(?:^|[\s|])-?(?P<key>"[^"]*"|'[^']*'|[^\s<>=!|"':]+)\s*"""
    r"""(?:<=|>=|!=|==|=|<|>)\s*(?P<word>"[^"]*|'[^']*|[^\s|"']*)$"""
)
_FIELD = re.compile(r"""(?:^|[\s|-])(?P<field>[a-z]+):(?P<word>"[^"]*|'[^']*|[^\s|"']*)$""")
_WORD = re.compile(r"""(?:^|[\s|])-?(?P<word>"[^"]*|'[^']*|[^\s<>=!|"':]*)$""")
# What stands behind the cursor, up to the end of its word, is replaced as well.
_REST = re.compile(r"""[^\s<>=!|"':]*""")
# A dash at the beginning would turn the term into its opposite, so such a name stands in quotes.

_SAYS = {
    "status": "how it ended",
    "author": "who committed it",
    "after": "started on this day or later",
    "before": "started before this day",
    "type": "by its name",
    "best": "the best value of a metric",
    "data": "path or digest of an input",
    "sweep": "the search it is a trial of",
}


class Completion(NamedTuple):
    """One way to go on.

    Attributes:
        text: what is written in the place of `start` to `end`.
        start: where in the query.
        end: the same.
        what: what it is, in a few harmless words.
    """

    text: str
    start: int
    end: int
    what: str


def complete(text: str, cursor: int, snapshot: Snapshot) -> list[Completion]:
    """Returns how a query may go on at the cursor, the likeliest first.

    Args:
        text: the query so far.
        cursor: offset in it.
        snapshot: whose names and values are offered.
    """
    before = text[:cursor]
    sheet = sheet_of(snapshot)
    comparison, field, word = (pattern.search(before) for pattern in (_COMPARISON, _FIELD, _WORD))
    if comparison:
        offers, found = _values(sheet, _unquoted(comparison["key"])), comparison
    elif field:
        offers, found = _of_field(sheet, field["field"]), field
    elif word:
        offers, found = _names(sheet, word["word"]), word
    else:
        return []
    start = found.start("word")
    rest = _REST.match(text, cursor)
    end = rest.end() if rest else cursor
    fitting = _fitting(offers, _unquoted(found["word"]))
    return [Completion(offer, start, end, what) for offer, what in fitting if offer != text[start:end]][:MOST]


def _names(sheet: Sheet, word: str) -> Iterator[tuple[str, str]]:
    """Yields what a term may begin with."""
    settings = sheet.settings
    metrics = sorted(names_in(sheet, "metrics"), key=lambda name: (importance(settings, name), name))
    for name in metrics:
        arrow = {"maximize": f" {UP}", "minimize": f" {DOWN}", None: ""}[rule_of(settings, name).goal]
        yield quoted(name), f"metric{arrow}"
    params = sorted(names_in(sheet, "params"))
    for name in params:
        yield quoted(f"params.{name}" if name in metrics else name), "parameter"
    for field in FIELDS:
        yield f"{field}:", _SAYS[field]
    for name in ("seconds", "seed", "started"):
        yield name, "field"
    wanted = _unquoted(word).lower()
    if len(wanted) >= _NAMES_FROM:
        # `run:` and an id is the key of a row, and no name that a query looks for.
        fitting = (key for key in sheet.row_keys() if wanted in key.lower() and not key.startswith("run:"))
        yield from ((quoted(key), "experiment") for key in islice(fitting, _MOST_NAMES))


def _of_field(sheet: Sheet, field: str) -> list[tuple[str, str]]:
    """Returns what may stand behind `field:`."""
    settings = sheet.settings
    found: list[tuple[str, str]] = []
    match field:
        case "status":
            counts = _counts(sheet, field)
            found = [(status, _times(counts[status])) for status in STATUSES if counts[status]]
        case "author":
            authors = _counts(sheet, field).most_common()
            found = [("me", "as git knows you"), *((_value(name), _times(count)) for name, count in authors if name)]
        case "type":
            found = [(kind, "type") for kind in settings.naming.types]
        case "best":
            found = [(_value(name), rule.goal) for name, rule in settings.metrics.items() if rule.goal]
        case "after" | "before":
            days = Counter(str(started)[:_DAY] for started in all_values(sheet, "started") if started)
            found = [(day, _times(days[day])) for day in sorted(days, reverse=True)[:MOST]]
        case "data":
            inputs = sorted({item for one in sheet.sample() for item in one.data.items()})
            # Each path once, then its digests, by which one asks for a version of it.
            found = [(_value(path), "input") for path in dict(inputs)]
            found += [(digest[:DIGEST], safe_text(path)) for path, digest in inputs]
    return found


def _counts(sheet: Sheet, key: str) -> Counter[str]:
    return Counter(map(str, all_values(sheet, key)))


def _values(sheet: Sheet, key: str) -> Iterable[tuple[str, str]]:
    """Returns the values that a parameter has, the most frequent first; of what is measured its range."""
    table, _, name = key.partition(".")
    known = [(kind, bare) for kind in ("metrics", "params", "best") for bare in (name if table == kind else "", key)]
    column = next((f"{kind}.{bare}" for kind, bare in known if bare in names_in(sheet, kind)), key)
    if column.startswith(("metrics.", "best.")):
        numbers = [number for value in all_values(sheet, column) if (number := as_number(value)) is not None]
        finite = list(filter(isfinite, numbers))
        ends = ((min(finite), "lowest"), (max(finite), "highest")) if finite else ()
        return [(format_number(end), says) for end, says in ends]
    counts = Counter(_shown(value) for value in all_values(sheet, column) if value is not None)
    return [(_value(value), _times(count)) for value, count in counts.most_common(_MOST_VALUES)]


def _shown(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def _fitting(offers: Iterable[tuple[str, str]], word: str) -> list[tuple[str, str]]:
    """Returns the offers that hold the word: first those that begin with it, then those with a part that does."""
    wanted = word.lower()
    ranked: tuple[list[tuple[str, str]], ...] = ([], [], [])
    for offer, what in offers:
        bare = _unquoted(offer).lower()
        if bare.startswith(wanted):
            ranked[0].append((offer, what))
        elif f".{wanted}" in bare or f"/{wanted}" in bare or f"_{wanted}" in bare:
            ranked[1].append((offer, what))
        elif wanted in bare:
            ranked[2].append((offer, what))
    return [item for rank in ranked for item in rank]


def _value(value: object) -> str:
    return quoted(str(value), value=True)


def _unquoted(word: str) -> str:
    if word[:1] not in ('"', "'"):
        return word
    return re.sub(r"\\(.)", r"\1", word[1:].removesuffix(word[0]), flags=re.DOTALL)


def _times(count: int) -> str:
    return f"{count:,} experiment{'' if count == 1 else 's'}"
