"""Sets values in the text of a YAML file by cutting them in where the parser saw them: the rest stays as it was."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from branchlab.errors import UsageError
from branchlab.text import safe_text
from branchlab.yaml_text import Entry, Node, build, parse_yaml, plain_value

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_PLAIN = re.compile(r"[A-Za-z_./](?:[\w./@%+=-]| (?=[\w./]))*", re.ASCII)
_NOT_PRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_INDENT = 2
# YAML 1.1, which PyYAML still reads, takes these words for booleans.
_YAML_1_1_BOOLS = {"y", "n", "yes", "no", "on", "off"}


def set_in_yaml(text: str, path: tuple[str | int, ...], value: Any, source: str) -> tuple[str, Any]:
    """Returns the text with the value at `path` replaced, and the data it must now read as.

    Where the value carries an anchor, its aliases follow it; where it is an alias, only this place changes.

    Raises:
        UsageError: where the value lies behind an alias or a merge, so that setting it would change other places.
    """
    root = parse_yaml(text, source)
    entry = _walk(root, path, source)[-1]
    expected = build(root, source, {id(entry if entry.alias else entry.node): value})
    for start, end, written in reversed(_cuts(text, entry, value)):
        text = text[:start] + written + text[end:]
    return text, expected


def add_to_yaml(text: str, path: tuple[str | int, ...], key: str, value: Any, source: str) -> tuple[str, Any]:
    """Returns the text with a key added at the end of the table at `path`, and the data it must now read as."""
    root = parse_yaml(text, source)
    if root is None or root.kind == "scalar":
        lines = "\n".join(_lines(key, value, 0))
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{lines}\n", {key: value}
    entries = _walk(root, path, source)
    if entries and entries[-1].alias:
        raise _shared(entries[-1], source)
    node = entries[-1].node if entries else root
    expected = build(root, source, {id(node): {**build(node, source), key: value}})
    if node.flow:
        comma = ", " if node.entries else ""
        place = _member_end(node.entries[-1]) if node.entries else node.end - 1
        return f"{text[:place]}{comma}{_string(key, None)}: {literal(value)}{text[place:]}", expected
    return _below(text, node, _lines(key, value, _column(text, node.entries[0].key_start))), expected


def append_to_yaml(text: str, key: str, value: Any, source: str) -> str:
    """Returns the text with a value added at the end of the list under a key of the top; a missing one is made."""
    root = parse_yaml(text, source)
    made = [f"{key}:", *_item(value, _INDENT)]
    if root is None or root.kind == "scalar":
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{chr(10).join(made)}\n"
    entry = next((entry for entry in root.entries if entry.key == key), None)
    if entry is None:
        return add_to_yaml(text, (), key, [value], source)[0] if root.flow else _below(text, root, made)
    node = entry.node
    if node.flow:
        comma, place = (", ", _member_end(node.entries[-1])) if node.entries else ("", node.end - 1)
        return f"{text[:place]}{comma}{literal(value)}{text[place:]}"
    # An anchor or a tag stands where the node starts, on the line of the key.
    dash = text.rfind("-", 0, node.entries[0].start) if node.anchor or node.tag else node.start
    return _below(text, node, _item(value, _column(text, dash)))


def _column(text: str, place: int) -> int:
    return place - (text.rfind("\n", 0, place) + 1)


def _below(text: str, node: Node, lines: list[str]) -> str:
    """Puts lines behind the last one of a node."""
    written, last = "\n".join(lines), _last_end(node)
    if text[last - 1] == "\n":  # a block text ends with its last line
        return f"{text[:last]}{written}\n{text[last:]}"
    place = text.find("\n", last)
    place = len(text) if place < 0 else place - (text[place - 1] == "\r")
    return f"{text[:place]}\n{written}{text[place:]}"


def remove_from_yaml(text: str, path: tuple[str | int, ...], source: str) -> str:
    """Returns the text without the key at `path`; a table that gets empty stays as `{}`."""
    root = parse_yaml(text, source)
    entries = _walk(root, path, source)
    entry, parent = entries[-1], entries[-2].node if len(entries) > 1 else root
    members = parent.entries if parent else []
    if len(members) == 1:
        return set_in_yaml(text, path[:-1], {}, source)[0] if path[1:] else text[: entry.key_start] + "{}\n"
    place = members.index(entry)
    if parent and parent.flow:
        if place:
            return text[: _member_end(members[place - 1])] + text[_member_end(entry) :]
        return text[: entry.key_start] + text[members[1].key_start :]
    end = _member_end(entry)
    if text[end - 1] != "\n":  # a block text ends with its last line
        end = text.find("\n", end) + 1 or len(text)
    return text[: text.rfind("\n", 0, entry.key_start) + 1] + text[end:]


def _walk(root: Node | None, path: tuple[str | int, ...], source: str) -> list[Entry]:
    entries: list[Entry] = []
    node = root
    for step in path:
        if entries and entries[-1].alias:
            raise _shared(entries[-1], source)
        members = node.entries if node else []
        entry = next((member for member in members if member.key == str(step) and not member.merge), None)
        if entry is None:
            place = ".".join(map(str, path))
            raise UsageError(
                f"{source}: {safe_text(place)} comes from a merge (<<)", "set it in the table that is merged"
            )
        entries.append(entry)
        node = entry.node
    return entries


def _shared(entry: Entry, source: str) -> UsageError:
    name = safe_text(str(entry.alias))
    return UsageError(f"{source}: {safe_text(entry.key)} is the alias *{name}", f"set it where &{name} stands")


def _cuts(text: str, entry: Entry, value: Any) -> list[tuple[int, int, str]]:
    """Returns what to put where; the elements of a list one by one when their number stays."""
    node = entry.node
    if entry.alias:
        return [(entry.start, entry.end, literal(value))]
    members = node.entries
    if isinstance(value, list) and node.kind == "list" and members:
        scalars = all(member.node.kind == "scalar" and not member.alias for member in members)
        if scalars and len(members) == len(value) and not any(isinstance(item, list) for item in value):
            return [cut for member, item in zip(members, value, strict=True) for cut in _cuts(text, member, item)]
        if not node.flow and node.anchor is None and value:
            indent = "\n" + " " * node.column
            return [(node.start, _last_end(node), indent.join(f"- {literal(item)}" for item in value))]
    end = _last_end(node)
    old = text[node.start : end]
    written = literal(value, node.style)
    if not old:
        return [(*_empty_place(text, entry), f" {written}")]
    if anchor := _ANCHOR.search(old) if node.anchor else None:
        written = f"{anchor[0]} {written}"
    if members and not node.flow and text[entry.key_end : entry.start].strip() == ":":
        # An inline list at the column of its key would end the table, so it moves up behind the colon.
        return [(text.index(":", entry.key_end) + 1, end, f" {written}")]
    return [(node.start, end, written + ("\n" if node.style in ("|", ">") and old.endswith("\n") else ""))]


def _empty_place(text: str, entry: Entry) -> tuple[int, int]:
    """Returns the place behind the `:` or `-` of a value that is not written; the parser puts it further on."""
    colon = text.find(":", entry.key_end, entry.start) if entry.key_end < entry.start else -1
    place = colon + 1 if colon >= 0 else len(text[: entry.start].rstrip())
    return place, place


def _last_end(node: Node) -> int:
    """Returns where the text of a node ends; the parser ends a block only after the comments that follow it."""
    return node.end if node.flow or not node.entries else _member_end(node.entries[-1])


def _member_end(entry: Entry) -> int:
    return entry.end if entry.alias else _last_end(entry.node)


def literal(value: Any, style: str | None = None) -> str:
    """Returns a value as YAML 1.1 and 1.2 both read it, on one line; a string keeps its quotes where it can."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_string(key, None)}: {literal(item)}' for key, item in value.items())}}}"
    return _string(value, style) if isinstance(value, str) else str(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    mantissa, e, exponent = repr(value).partition("e")
    # YAML 1.1 takes `1e-05` for a string.
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{e}{exponent}"


def _string(value: str, style: str | None) -> str:
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    plain = _PLAIN.fullmatch(value) and isinstance(plain_value(value), str)
    if style != '"' and plain and value.lower() not in _YAML_1_1_BOOLS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _NOT_PRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _lines(key: str, value: Any, indent: int) -> list[str]:
    name = " " * indent + _string(key, None)
    if isinstance(value, dict) and value:
        return [f"{name}:"] + [line for inner, item in value.items() for line in _lines(inner, item, indent + 2)]
    return [f"{name}: {literal(value)}"]


def _item(value: Any, indent: int) -> list[str]:
    """Returns the lines of a list's member."""
    if not isinstance(value, dict):
        return [f"{' ' * indent}- {literal(value)}"]
    first, *rest = [line for key, item in value.items() for line in _lines(key, item, indent + 2)]
    return [f"{' ' * indent}- {first.lstrip()}", *rest]
