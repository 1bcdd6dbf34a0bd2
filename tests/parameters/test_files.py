from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.errors import BranchlabError, DamagedError, UsageError
from branchlab.parameters.files import load_parameters
from branchlab.running.parameters import read_parameters


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.toml", b"lr = 0.1\n[model]\ndepth = 3\nlayers = [64, 32]\n"),
        ("p.yaml", b"lr: 0.1\nmodel:\n  depth: 3\n  layers: [64, 32]\n"),
        ("P.YML", b"{lr: 0.1, model: {depth: 3, layers: [64, 32]}}\n"),
        ("p.json", b'{"lr": 0.1, "model": {"depth": 3, "layers": [64, 32]}}'),
    ],
)
def test_every_format_reads_the_same(name: str, content: bytes) -> None:
    assert load_parameters(name, content) == {"lr": 0.1, "model": {"depth": 3, "layers": [64, 32]}}


@pytest.mark.parametrize("name", ["p.toml", "p.yaml"])
def test_an_empty_file_is_an_empty_table(name: str) -> None:
    assert load_parameters(name, b"# nothing yet\n") == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("1_000", 1000),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("2026-01-02", "2026-01-02"),
        ("'1'", "1"),
        ("! 1", "1"),
        ("!!str 1", "1"),
        ("!!float 1", 1.0),
        ("|\n  a\n  b", "a\nb"),
    ],
)
def test_yaml_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    assert load_parameters("p.yaml", f"x: {text}".encode()) == {"x": value}


def test_a_yaml_nan_is_nan() -> None:
    assert math.isnan(load_parameters("p.yaml", b"x: .NaN")["x"])


def test_yaml_anchors_and_merges_are_followed() -> None:
    text = b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {z: 4}]}\nd: *a\n'<<': 5\n"
    assert load_parameters("p.yaml", text) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2, "z": 4},
        "d": {"x": 1, "y": 2},
        "<<": 5,
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.toml", b"lr = = 1", "p.toml is not valid TOML"),
        ("p.toml", b"a = 1\na = 2", "p.toml is not valid TOML"),
        ("p.toml", b"a = " + b"[" * 9_000, "nested too deeply"),
        ("p.toml", b"a = 1\nb = '\xff'", "p.toml is not UTF-8 at line 2"),
        ("p.toml", b"a = 1\n<<<<<<< HEAD\n", "conflict markers at line 2"),
        ("p.toml", b"#" * (1 << 20) + b"\n", "larger than 1 MiB"),
        ("p.toml", b"a = 99999999999999999999", "beyond 64 bits"),
        ("p.toml", b"a = [[[[[[[[[[1]]]]]]]]]]", "nested more than 8 deep"),
        ("p.toml", b".".join([b"a"] * 20) + b" = 1", "too many parts"),
        ("p.json", b'{"a": 1,}', "p.json is not valid JSON at line 1, column"),
        ("p.json", b'{"a": 1, "a": 2}', "key 'a' twice"),
        ("p.json", b"[1]", "does not hold a table"),
        ("p.json", b"", "not valid JSON"),
        ("p.json", b'{"a":' * 9_000, "nested too deeply"),
        ("p.json", b'{"a": ' + b"9" * 5_000 + b"}", "too long"),
        ("p.yaml", b"a: [1", "p.yaml is not valid YAML at line"),
        ("p.yaml", b"a: 1\nb: \x01", "p.yaml is not valid YAML"),
        ("p.yaml", b"a: 1\na: 2", "key 'a' twice at line 2"),
        ("p.yaml", b"a: !!python/object/apply:os.system [ls]", "has the tag"),
        ("p.yaml", b"a: !secret x", "has the tag '!secret'"),
        ("p.yaml", b"a: 1\n---\nb: 2", "more than one document"),
        ("p.yaml", b"a: &a [*a]", "inside of its own anchor"),
        ("p.yaml", b"a: *b", "unknown alias *b"),
        ("p.yaml", b"[a]: 1", "key that is not a plain word"),
        ("p.yaml", b"a: {<<: 1}", "merges something that is not a table"),
        ("p.yaml", b"a: " + b"[" * 900, "nested too deeply"),
        ("p.yaml", b"a: " + b"9" * 5_000, "too long"),
        ("p.yaml", b'a: "\\UFFFFFFFF"', "p.yaml is not valid YAML"),
        ("p.yaml", b'a: ["\\ud800"]', "line 1, column 8: found invalid Unicode character"),
        ("p.json", b'{"\\ud800": 1}', "the escape \\ud800"),
        ("p.yaml", b"%YAML 1.11", "p.yaml is not valid YAML"),
        ("p.yaml", b"- 1", "does not hold a table"),
        ("p.toml", b"a = [" + b"1,\n" * 10_001 + b"]", "p.toml has more than 10,000 values"),
        ("p.yaml", b"a: [" + b"{},\n" * 12_600 + b"]", "holds too many values"),
    ],
)
def test_hostile_files_are_damaged_with_their_place(name: str, content: bytes, message: str) -> None:
    with pytest.raises(DamagedError) as caught:
        load_parameters(name, content)
    said = caught.value.message
    assert message in said
    assert said.startswith("p.")
    assert "\n" not in said
    assert len(said) < 300
    assert caught.value.hint


def test_a_billion_laughs_are_refused_at_once() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8)
    )
    started = time.process_time()
    with pytest.raises(DamagedError, match="more than 10,000 values"):
        load_parameters("p.yaml", text.encode())
    assert time.process_time() - started < 2


def test_an_unknown_suffix_is_a_mistake_of_the_settings() -> None:
    with pytest.raises(UsageError, match="not a parameter file"):
        load_parameters("p.ini", b"")


def test_control_characters_of_a_file_never_reach_the_message() -> None:
    for name in ("p\x1b.toml", "p\x1b.yaml", "p\x1b.json"):
        with pytest.raises(DamagedError) as caught:
            load_parameters(name, b'{"\x1b[31m\x1b": ]')
        assert "\x1b" not in caught.value.message + caught.value.hint


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text("ab:{}[]<*&!#-,\"'|>=\n .1", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_line(content: bytes) -> None:
    for name in ("p.toml", "p.yaml", "p.json"):
        assert "\n" not in _refusal(name, content)


def _refusal(name: str, content: bytes) -> str:
    try:
        load_parameters(name, content)
    except BranchlabError as error:
        return error.message
    return ""


def test_later_files_win_name_by_name() -> None:
    files = {
        "one.json": b'{"a": 1, "m": {"x": 1, "y": [1, 2]}, "t": {"z": 1}}',
        "two.toml": b"b = 2\nt = 5\nm.y = [3]\n",
    }
    read = read_parameters(("one.json", "absent.yaml", "two.toml"), files.get)
    assert read == {"a": 1, "b": 2, "m": {"x": 1, "y": [3]}, "t": 5}
    assert read_parameters((), files.get) == {}
