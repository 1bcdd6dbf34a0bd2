"""The quick reader of what DVC writes says what ruamel says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from branchlab.data.pipeline import load_yaml
from branchlab.data.plain_yaml import read_plain_yaml
from branchlab.errors import DamagedError

MD5 = "0123456789abcdef0123456789abcdef"
LOCK = f"""\
schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py --rows 10
    deps:
    - path: data/raw.csv
      hash: md5
      md5: {MD5}.dir
      size: 12
      nfiles: 2
    params:
      params.yaml:
        lr: 0.1
        depth: -3
        wide: true
    outs:
    - path: 2026/a.csv
      hash: md5
      md5: {MD5}
      size: 4
  train@0:
    cmd: python train.py
"""
PIECES = st.sampled_from(
    [*("a:", " a", "a: ", "- ", "  ", "\n", "b", "'", "true", "1", "0", " x", "x y", "abc", "c: 1", "\n- ", "\n  "),
     *("\n    ", "d:", "''", "'q r'", "-", "#", " #", "no", "e1", "1e1", ".", " .", "/", ":", "=", "<<", "k: v\n"),
     *("k2:\n", "- a: 1\n", "0b1", "0x1", "@", "+", ".1", "1.5", "-1", "_", "~", "é", "\t", "\r", MD5, "1" * 32)]
)  # fmt: skip


def test_a_lock_reads_as_ruamel_reads_it() -> None:
    read = read_plain_yaml(LOCK)
    assert read is not None
    assert read == YAML(typ="safe", pure=True).load(LOCK)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(deadline=None)
def test_what_is_read_quickly_is_what_ruamel_says(text: str) -> None:
    read = read_plain_yaml(text)
    if read is None:
        return
    try:
        slow = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:
        pytest.fail(f"{text!r} is no YAML: {error}")
    assert repr(read) == repr(slow)


@pytest.mark.parametrize("text", [".1: a", "a: .1", f"md5: {'1' * 32}", "a: no", "a: 0x1", "a: 1e5"])
def test_what_looks_like_a_number_is_left_to_libyaml(text: str) -> None:
    assert read_plain_yaml(f"{text}\n") is None


def test_a_large_text_that_dvc_did_not_write_is_read_up_to_so_many_values() -> None:
    assert load_yaml("dvc.lock", "a: [" + "1," * 20_000 + "]") == {"a": [1] * 20_000}
    with pytest.raises(DamagedError, match=r"dvc\.lock holds too many values"):
        load_yaml("dvc.lock", "a: [" + "1," * 40_000 + "]")


def test_a_large_lock_is_read() -> None:
    stages = "".join(f"  s{number}:\n    cmd: python a.py\n" for number in range(3000))
    assert len(load_yaml("dvc.lock", f"stages:\n{stages}")["stages"]) == 3000
