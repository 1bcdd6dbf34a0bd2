from __future__ import annotations

from typing import Any

import pytest

from branchlab.errors import DamagedError
from branchlab.record.limits import check_limits, check_shape

PARTS_17 = ".".join("abcdefghijklmnopq")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"#" * ((1 << 20) + 1), "larger than 1 MiB"),
        (b"a\n" + b"#" * 65537, "a line longer than 64 KiB"),
        (b"\n" * 40_001, "more than 40,000 lines"),
        (b"<<<<<<< HEAD\n", "conflict markers at line 1"),
        (b"a = 1\n\n<<<<<<< HEAD\n", "conflict markers at line 3"),
        (f"\n{PARTS_17}.r = 1".encode(), "a key of too many parts at line 2"),
        (f"[{PARTS_17}.r]".encode(), "a key of too many parts at line 1"),
        (f"a = {{ {PARTS_17}.r = 1 }}".encode(), "a key of too many parts at line 1"),
        (b'"a".' * 17 + b"b = 1", "a key of too many parts at line 1"),
        (b"'a' . " * 17 + b"b = 1", "a key of too many parts at line 1"),
        (b'"""x"""\n' + b"a." * 17 + b"b = 1", "a key of too many parts at line 2"),
    ],
)
def test_a_text_beyond_a_limit_is_damaged(text: bytes, words: str) -> None:
    with pytest.raises(DamagedError, match=words):
        check_limits(text, "metrics.toml")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"#" * 65536 + b"\n" + b"#" * 65536,
        b"\n" * 40_000,
        f"{PARTS_17} = 1".encode(),
        f'a = "{PARTS_17}.r = 1"'.encode(),
        f"a = '{PARTS_17}.r = 1'".encode(),
        f'a = """\n{PARTS_17}.r = 1\n"""'.encode(),
        f"a = '''\n{PARTS_17}.r = 1\n'''".encode(),
        f"# {PARTS_17}.r".encode(),
        f'[data."\\"{PARTS_17}.r"]'.encode(),
        b'a = "' + b"." * 100 + b'"',
        b"a = [" + b"0.1, " * 100 + b"]",
        b'a = " <<<<<<< HEAD"',
    ],
)
def test_a_text_within_the_limits_passes(text: bytes) -> None:
    check_limits(text, "metrics.toml")


def nested(depth: int) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for _ in range(depth):
        table = {"a": [table]} if depth % 2 else {"a": table}
    return table


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"a": [[[[[[[[[]]]]]]]]]}, "nested more than 8 deep"),
        (nested(9), "nested more than 8 deep"),
        (nested(300), "nested more than 8 deep"),
        ({"a": list(range(10_000))}, "more than 10,000 values"),
        ({"a": [1 << 63]}, "an integer beyond 64 bits"),
        ({"a": -(1 << 63) - 1}, "an integer beyond 64 bits"),
    ],
)
def test_a_table_beyond_a_limit_is_damaged(table: dict[str, Any], words: str) -> None:
    with pytest.raises(DamagedError, match=words):
        check_shape(table, "metrics.toml")


@pytest.mark.parametrize(
    "table",
    [{}, nested(8), {"a": list(range(9_999))}, {"a": (1 << 63) - 1, "b": -(1 << 63), "c": True}],
)
def test_a_table_within_the_limits_passes(table: dict[str, Any]) -> None:
    check_shape(table, "metrics.toml")
