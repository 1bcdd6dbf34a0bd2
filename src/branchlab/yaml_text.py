"""YAML as values with their places in the text, without ever constructing an object from a tag.

Only the parser of libyaml is used, by way of PyYAML: 25,000 events take it 45 ms, which take ruamel.yaml 1.5 s.
Scalars are read by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), with `_` allowed in
numbers as PyYAML and ruamel do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, cast

from branchlab.errors import DamagedError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_EVENTS = 21_000  # a table of as many values as a record may hold, and some tables around it
DEEPEST = 32  # far above what a record may hold, far below Python's stack

_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {"!", *(f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))}
_NOT_TEXT = frozenset("~nNtTfF.+-0123456789")  # what begins with another sign is text, whatever follows
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(
    "(?P<int>[-+]?[0-9][0-9_]*)"
    "|(?P<based>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<infinite>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?)"
)


class Node:
    """A value and where it stands: `start` to `end` in the text, its anchor included.

    `entries` holds the members of a table or list; `value` the text of a scalar, quotes removed.
    """

    __slots__ = ("anchor", "column", "end", "entries", "flow", "kind", "start", "style", "tag", "value")

    def __init__(self, event: Any, kind: Literal["scalar", "list", "table"]) -> None:
        self.kind = kind
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.column: int = event.start_mark.column
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.value: str = event.value if kind == "scalar" else ""
        self.style: str | None = (event.style or None) if kind == "scalar" else None  # libyaml: `""` for a plain word
        self.flow: bool = bool(event.flow_style) if kind != "scalar" else False
        self.entries: list[Entry] = []


class Entry(NamedTuple):
    """A member of a table or list.

    Attributes:
        key: its name; the index for a list.
        node: the value; shared with the anchor when `alias` is set.
        start: where the value or the alias starts.
        end: and where it ends.
        alias: the name behind `*`, if that is how the value is written.
        merge: True for `<<`.
        key_start: where the key starts; the value's start in a list.
        key_end: where the key ends; the value's start in a list.
    """

    key: str
    node: Node
    start: int
    end: int
    alias: str | None
    merge: bool
    key_start: int
    key_end: int


def parse_yaml(text: str, source: str) -> Node | None:
    """Returns the one document of a YAML text as nodes, None when it is empty.

    Raises:
        DamagedError: for what is not YAML, tags beyond the core schema, more than one document, aliases that lead
            into themselves, and texts that are too long or too deep.
    """
    import yaml

    # A wheel of PyYAML has libyaml; where somebody built it without, its own parser says the same, slowly.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    composer = _Composer(source)
    try:
        return composer.document(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise DamagedError(f"{source} is not valid YAML{place}: {safe_text(reason)}", f"mend {source}") from None
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # PyYAML's own parser meets some broken texts with errors of its own, such as a `chr()` out of range.
        reason = safe_text(str(error).split("\n", 1)[0])
        raise DamagedError(f"{source} is not valid YAML: {reason}", f"mend {source}") from None


class _Composer:
    """Turns the events of one document into nodes, counting as it goes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.anchors: dict[str, Node] = {}
        self.open: list[Node] = []
        self.keys: list[tuple[Node, int, int] | None] = []
        self.names: list[set[str]] = []
        self.root: Node | None = None

    def document(self, events: Iterable[Any]) -> Node | None:
        documents = 0
        for count, event in enumerate(events):
            if count > MOST_EVENTS:
                raise self.damaged(event, "holds too many values")
            match type(event).__name__:
                case "ScalarEvent":
                    self.add(event, Node(event, "scalar"))
                case "SequenceStartEvent":
                    self.begin(event, Node(event, "list"))
                case "MappingStartEvent":
                    self.begin(event, Node(event, "table"))
                case "SequenceEndEvent" | "MappingEndEvent":
                    self.open.pop().end = event.end_mark.index
                    self.keys.pop()
                    self.names.pop()
                case "AliasEvent":
                    self.alias(event)
                case "DocumentStartEvent":
                    documents += 1
                    if documents > 1:
                        raise self.damaged(event, "holds more than one document")
        return self.root

    def damaged(self, event: Any, problem: str) -> DamagedError:
        return DamagedError(
            f"{self.source} {problem} at line {event.start_mark.line + 1}", f"write {self.source} as plain data"
        )

    def alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise self.damaged(event, f"has the unknown alias *{safe_text(event.anchor)}")
        if node in self.open:
            raise self.damaged(event, f"has the alias *{safe_text(event.anchor)} inside of its own anchor")
        self.add(event, node, alias=event.anchor)

    def begin(self, event: Any, node: Node) -> None:
        if len(self.open) >= DEEPEST:
            raise self.damaged(event, "is nested too deeply")
        self.add(event, node)
        self.open.append(node)
        self.keys.append(None)
        self.names.append(set())

    def add(self, event: Any, node: Node, alias: str | None = None) -> None:
        if alias is None and node.tag is not None and node.tag not in _PLAIN_TAGS:
            raise self.damaged(event, f"has the tag {safe_text(node.tag)!r:.80}, which branchlab never follows,")
        if alias is None and node.anchor is not None:
            self.anchors[node.anchor] = node
        span = event.start_mark.index, event.end_mark.index
        if not self.open:
            self.root = node
        elif self.open[-1].kind == "list":
            entries = self.open[-1].entries
            entries.append(Entry(str(len(entries)), node, *span, alias, False, span[0], span[0]))  # noqa: FBT003 - fields in their order
        elif (key := self.keys[-1]) is None:
            if node.kind != "scalar":
                raise self.damaged(event, "has a key that is not a plain word")
            self.keys[-1] = node, *span
        else:
            self.member(event, Entry(key[0].value, node, *span, alias, _is_merge(key[0]), *key[1:]))

    def member(self, event: Any, entry: Entry) -> None:
        if entry.key in self.names[-1]:
            raise self.damaged(event, f"has the key {safe_text(entry.key)!r:.80} twice")
        self.names[-1].add(entry.key)
        self.open[-1].entries.append(entry)
        self.keys[-1] = None


def _is_merge(key: Node) -> bool:
    return key.value == "<<" and key.style is None


def build(node: Node | None, source: str, replaced: dict[int, Any] | None = None) -> Any:
    """Returns the plain data of a node; what is aliased is shared, so the work grows with the text only.

    Args:
        node: what `parse_yaml` returned.
        source: the file's name for messages.
        replaced: other values for the nodes and entries with these `id()`s, as an edit would leave them.
    """
    return None if node is None else _build(node, source, dict(replaced or {}))


def _build(node: Node, source: str, done: dict[int, Any]) -> Any:
    if id(node) not in done:
        if node.kind == "scalar":
            done[id(node)] = scalar_value(node, source)
        elif node.kind == "list":
            done[id(node)] = [_build_member(entry, source, done) for entry in node.entries]
        else:
            done[id(node)] = _build_table(node, source, done)
    return done[id(node)]


def _build_member(entry: Entry, source: str, done: dict[int, Any]) -> Any:
    return done[id(entry)] if id(entry) in done else _build(entry.node, source, done)


def _build_table(node: Node, source: str, done: dict[int, Any]) -> dict[str, Any]:
    table = {entry.key: _build_member(entry, source, done) for entry in node.entries if not entry.merge}
    for entry in node.entries:
        if entry.merge:
            merged = _build_member(entry, source, done)
            for other in merged if isinstance(merged, list) else [merged]:
                if not isinstance(other, dict):
                    raise DamagedError(f"{source} merges something that is not a table", f"mend {source}")
                for key, value in cast("dict[str, Any]", other).items():
                    table.setdefault(key, value)
    return table


def scalar_value(node: Node, source: str) -> str | int | float | bool | None:
    """Returns a scalar by the core schema; quoted ones and block text are strings."""
    text, tag = node.value, (node.tag or "").removeprefix(_CORE)
    if tag in ("str", "!") or (not tag and node.style is not None):
        return text
    try:
        value = plain_value(text)
        return float(value) if tag == "float" and isinstance(value, int) else value
    except ValueError:
        raise DamagedError(f"{source} has a number that is too long", f"mend {source}") from None


def plain_value(text: str) -> str | int | float | bool | None:
    """Returns what an unquoted word means."""
    if text and text[0] not in _NOT_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    kind = number.lastgroup if number else None
    if kind is None:
        return text
    if kind == "based":
        return int(text, 0)
    plain = text.replace("_", "")
    if kind == "int":
        return int(plain)
    return float(plain.replace(".", "") if kind == "infinite" else plain)
