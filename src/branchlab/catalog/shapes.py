"""Reads records that look alike: those of one script differ in their values, seldom in the text around them.

A shape is learnt from one record. Each value in its text is replaced by a mark, the marked text is read and its row
written the usual way, and where the marks come out is where the values of other records go. A record that differs
from it in values of the same kind alone is then one regular expression and one substitution: TOML and JSON write
such values alike. All else, and all that could be damaged, is left to the usual way.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from branchlab.catalog.row import encode_author, encode_row, experiment_of, plain_ascii
from branchlab.errors import DamagedError
from branchlab.record.limits import VALUES
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTENT = rb'[^"\\\x00-\x1f\x7f]*+'
_TEXT = rb'"%b(?:\\["\\bfnrt]%b)*+"' % (_CONTENT, _CONTENT)
_INTEGER = rb"(?:0|-?[1-9][0-9]{0,17}+)"  # 18 digits always fit 64 bits
_DAY = rb"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = rb"[12][0-9]{3}-%bT(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.(?!000000)[0-9]{6})?Z" % _DAY

# How a value of a kind may be written, and a mark in its place that a reader takes for such a value.
_KINDS = {
    "text": (_TEXT, b'"@mark %04d@"'),
    "float": (rb"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,24}+(?:e[+-][0-9]{2})?+|e[+-][0-9]{2})", b"7%04d31415926.5"),
    "integer": (_INTEGER, b"7%04d31415926"),
    "time": (_TIME, b"%04d-01-01T00:00:00Z"),
    "command": (rb"\[\n(?:    %b,\n)*+\]" % _TEXT, b'[\n    "@mark %04d@",\n]'),
}
# Status and exactness are words of our own, and a seed in quotes is a number: they stay part of the shape.
_VALUE = rb'^(?!status\ =|seed\ =\ "|(?!command)[^=\n]*=\ \[)(?:[A-Za-z0-9_-]+|"[^"\\\x00-\x1f\x7f]*")\ =\ (?:%b)$' % (
    b"|".join(b"(?P<%b>%b)" % (kind.encode(), pattern) for kind, (pattern, _) in _KINDS.items())
)
_KEYS = re.compile(rb"^[^=\s][^=\n]*", re.MULTILINE)  # headers too, but not what stands in a list
_TIMES_FROM = 1000  # a mark is a year as well
_MOST_VALUES = 1000
_MOST_BYTES = 2 * VALUES  # a value takes two bytes at least, so neither it nor a line goes beyond the limits
_MOST_SHAPES = 64
_PATIENCE = 4  # records, for each shape that is known
_MOST_PATIENCE = 40  # records; a shape costs about as much as reading them
_NEVER = -(1 << 60)

_AUTHOR = b"@the author@"
_UNCLEAR = (b'"""', b"'''", b"@mark ", _AUTHOR)  # text of several lines may look like values, and text like a mark
_MERGED = b"\nmerged = ["  # such a record is stale whatever its commit says


class Shape(NamedTuple):
    """Records whose text differs in values only.

    Attributes:
        fullmatch: matches the text of such a record, each value that its row shows a group.
        groups: the group of each value in the order of the row: `started`, `run`, and so on.
        template: the row, `%b` for each value, the mark of the author, and not stale.
        rows: the template completed, by author.
    """

    fullmatch: Callable[[bytes], re.Match[bytes] | None]
    groups: tuple[int, ...]
    template: bytes
    rows: dict[bytes, bytes]

    def row(self, values: tuple[bytes, ...], author: bytes) -> bytes:
        """Returns the row of a record that is not stale: its values are those that `Shapes.find` gave."""
        template = self.rows.get(author)
        if template is None:
            shown = encode_author(author).replace(b"%", b"%%")
            template = self.rows[author] = self.template.replace(b'"%b"' % _AUTHOR, shown)
        row = template % values
        return row if row.isascii() else plain_ascii(row)


class Shapes:
    """The shapes met so far, by the keys of their records."""

    def __init__(self) -> None:
        self._last: Shape | None = None
        self._by_keys: defaultdict[int, list[Shape]] = defaultdict(list)
        self._missed: Counter[int] = Counter()
        self._count = 0

    def find(self, text: bytes) -> tuple[Shape, tuple[bytes, ...]] | None:
        """Returns the shape of a record and its values in the order of the row; None for one of no known shape.

        The first two values are `started` and, in quotes, `run` as it is.
        """
        if self._last is None or len(text) > _MOST_BYTES:
            return None
        shape, match = self._last, self._last.fullmatch(text)
        if match is None:
            for shape in self._by_keys[_hash_of_keys(text)]:
                match = shape.fullmatch(text)
                if match:
                    self._last = shape
                    break
            else:
                return None
        values = match.group(*shape.groups)
        return (shape, values) if b"\\" not in values[1] and (text.isascii() or _is_utf8(text)) else None

    def learn(self, text: bytes) -> None:
        """Takes note of a sound record of no known shape; a shape that is common enough is known from then on."""
        if len(text) > _MOST_BYTES or self._count >= _MOST_SHAPES or _MERGED in text:
            return
        keys = _hash_of_keys(text)
        self._missed[keys] += 1
        if self._missed[keys] > min(self._count * _PATIENCE, _MOST_PATIENCE):
            shape = learn_shape(text)
            self._missed[keys] = 0 if shape else _NEVER  # values of other kinds may stand under the same keys
            if shape:
                self._last = shape
                self._by_keys[keys].append(shape)
                self._count += 1


def _hash_of_keys(text: bytes) -> int:
    return hash(b"".join(_KEYS.findall(text)))


def learn_shape(text: bytes) -> Shape | None:
    """Returns the shape of a sound record; None when its row says more about its values than where they stand."""
    values = list(re.finditer(_VALUE, text, re.MULTILINE))
    if len(values) > _MOST_VALUES or any(words in text for words in _UNCLEAR):
        return None
    # What shows in the row without being where a mark is makes the two rows differ.
    one, other = (_probe(text, values, first) for first in (_TIMES_FROM, _TIMES_FROM + _MOST_VALUES))
    if one is None or one != other or not one[0].startswith(b'"started":"%b","run":%b,'):
        return None
    template, order = one
    pieces, end = [], 0
    for place, value in enumerate(values):
        kind = str(value.lastgroup)
        pieces += [re.escape(text[end : value.start(kind)]), b"(%b)" if place in order else b"(?:%b)"]
        pieces[-1] %= _KINDS[kind][0]
        end = value.end(kind)
    pattern = b"".join([*pieces, re.escape(text[end:])])
    places = sorted(order)
    return Shape(re.compile(pattern).fullmatch, tuple(places.index(place) + 1 for place in order), template, {})


def _probe(text: bytes, values: list[re.Match[bytes]], first: int) -> tuple[bytes, list[int]] | None:
    """Reads the text with marks for values; returns the row as a template and the places of the marks in it."""
    from branchlab.record.format import parse_record
    from branchlab.record.summary import summarise

    marks, pieces, end = [], [], 0
    for place, value in enumerate(values, first):
        kind = str(value.lastgroup)
        marks.append(_KINDS[kind][1] % place)
        pieces += [text[end : value.start(kind)], marks[-1]]
        end = value.end(kind)
    marked = b"".join([*pieces, text[end:]])
    try:
        summary = summarise(parse_record(marked))
    except DamagedError:
        return None
    row = encode_row(experiment_of(summary, _AUTHOR.decode(), stale=False)).replace(b"%", b"%%")
    found = sorted((row.find(mark), place) for place, mark in enumerate(marks) if mark in row)
    for _, place in found:
        if row.count(marks[place]) > 1 or text.count(marks[place]):
            return None
        row = row.replace(marks[place], b"%b")
    return row, [place for _, place in found]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
