"""Pointers: read quickly, exactly as ruamel would, and never believed when they lead elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.data.pipeline import load_yaml
from branchlab.data.pointer import (
    _SIMPLE,
    Output,
    _read_outs,
    dump_pointer,
    is_pointer,
    parse_pointer,
    read_pointers,
)
from branchlab.errors import DamagedError
from dvc_project import names

MD5 = "0123456789abcdef0123456789abcdef"
SIMPLE = f"outs:\n- md5: {MD5}\n  size: 12\n  hash: md5\n  path: train.csv\n"
LOCK = f"""\
schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - path: train.csv
      hash: md5
      md5: {MD5}
      size: 3
    outs:
    - path: model.bin
      hash: md5
      md5: {MD5}
      size: 12
      isexec: true
    - path: metrics.toml
      hash: md5
      md5: {MD5}
      size: 4
  each@2:
    cmd: echo
    outs:
    - path: out
      hash: md5
      md5: {MD5}.dir
      size: 4
      nfiles: 2
"""
PIPELINE = b"""\
stages:
  train:
    cmd: python train.py
    wdir: models
    outs: [model.bin]
    metrics:
    - metrics.toml: {cache: false}
  each:
    foreach: [1, 2]
    do: {cmd: echo, outs: [out]}
"""

OUTPUTS = st.builds(
    Output,
    path=names(),
    md5=st.sampled_from([MD5, f"{MD5}.dir"]),
    bytes=st.integers(0, 1 << 60),
    files=st.none() | st.integers(0, 1 << 40),
    executable=st.booleans(),
    pointer=st.just(""),
    legacy=st.sampled_from([False]),
)
# Small edits of the plain shape: what the strict pattern still accepts must mean the same to a real reader.
TOKENS = ["\n", " ", "#", ":", "'", '"', "-", "~", "null", "No", "1", "é", "\t", "&a", "!!str ", "|", "\x85", "\u2028"]


@given(OUTPUTS)
@settings(max_examples=40, deadline=None)
def test_an_output_survives_being_written_and_read(output: Output) -> None:
    content = dump_pointer(output)
    assert parse_pointer(f"{output.path}.dvc", content) == [output._replace(pointer=f"{output.path}.dvc")]
    assert load_yaml("pointer", content.decode())["outs"][0]["path"] == output.path


@given(
    st.integers(0, len(SIMPLE)),
    st.sampled_from(TOKENS),
    st.sampled_from(["train.csv", "a-b_c/d.e", "_x", "no", "é", "t r"]),
)
def test_the_quick_reader_agrees_with_ruamel(place: int, token: str, name: str) -> None:
    text = SIMPLE.replace("train.csv", name)
    text = text[:place] + token + text[place:]
    if re.fullmatch(_SIMPLE, text):
        try:
            quick = parse_pointer("p.dvc", text.encode())
        except DamagedError:
            quick = []
        try:
            slow = _read_outs("p.dvc", load_yaml("p.dvc", text))
        except DamagedError:
            slow = []
        assert quick == slow


def test_outputs_lie_beside_their_pointer() -> None:
    [output] = parse_pointer("data/raw/train.csv.dvc", SIMPLE.encode())
    assert output == Output("data/raw/train.csv", MD5, 12, pointer="data/raw/train.csv.dvc")


def test_a_pointer_of_an_import_is_read_and_its_source_is_not_an_output() -> None:
    text = f"md5: {MD5}\nfrozen: true\ndeps:\n- path: data.xml\n  repo:\n    url: https://example.org\n{SIMPLE}"
    assert [output.path for output in parse_pointer("x.dvc", text.encode())] == ["train.csv"]


def test_a_pointer_of_dvc_2_is_marked() -> None:
    [output] = parse_pointer("x.dvc", SIMPLE.replace("  hash: md5\n", "").encode())
    assert output.legacy


def test_outputs_that_nobody_caches_are_left_out() -> None:
    text = f"outs:\n- path: a\n  cache: false\n  md5: {MD5}\n- path: b\n- path: s3://bucket/c\n  md5: {MD5}\n"
    assert parse_pointer("x.dvc", text.encode()) == []


def test_the_lock_of_a_pipeline_knows_folders_of_stages_and_what_git_keeps() -> None:
    found = parse_pointer("sub/dvc.lock", LOCK.encode(), PIPELINE)
    assert [(output.path, output.files, output.executable) for output in found] == [
        ("sub/models/model.bin", None, True),
        ("sub/out", 2, False),
    ]
    assert len(parse_pointer("dvc.lock", LOCK.encode())) == 3


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/passwd",
        "a/../../x",
        ".git/hooks/post-checkout",
        ".GIT/config",
        '".g\\u200cit/config"',
        ".dvc/config",
        "sub/.git/config",
        "git~1/config",
        "'..'",
        "'.'",
        '"a\\0b"',
        '"\\ud800"',
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(DamagedError, match=r"^x\.dvc"):
        parse_pointer("x.dvc", SIMPLE.replace("train.csv", path).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"outs: 1\n",
        b"- a\n",
        b"outs: [1]\n",
        b"outs:\n- md5: '../../x'\n  path: x\n",
        b"outs:\n- md5: 12\n  path: x\n",
        SIMPLE.replace("12", "-1").encode(),
        SIMPLE.replace("12", "true").encode(),
        SIMPLE.replace("12", "9" * 5000).encode(),
        SIMPLE.replace("12", "1e400").encode(),
        b"outs: !!python/object/apply:os.system ['touch /tmp/owned']\n",
        b"outs: " + b"[" * 5000,
        b"<<<<<<< HEAD\n" + SIMPLE.encode(),
        SIMPLE.encode() + b"\0",
        SIMPLE.encode() + b"#" * (1 << 20),
        b"a: &a [x]\nouts: *a\n",
        b"outs: *nowhere\n",
        b"wdir: 1\nouts: []\n",
    ],
)
def test_what_is_no_pointer_is_damaged_and_says_so(content: bytes) -> None:
    with pytest.raises(DamagedError, match=r"x\.dvc"):
        parse_pointer("x.dvc", content)


def test_messages_cannot_steer_a_terminal() -> None:
    with pytest.raises(DamagedError) as caught:
        parse_pointer("\x1b[2Jx.dvc", SIMPLE.replace("train.csv", '"../\\e]0;owned"').encode())
    assert "\x1b" not in caught.value.message + caught.value.hint


def test_a_damaged_pipeline_file_is_named() -> None:
    with pytest.raises(DamagedError, match=r"sub/dvc\.yaml"):
        parse_pointer("sub/dvc.lock", LOCK.encode(), b"stages: [")


def test_pointers_are_told_by_their_names() -> None:
    assert [is_pointer(name) for name in ("a.dvc", "b/dvc.lock", ".dvc", "x/.dvc", "a.csv")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.bare
def test_plain_pointers_are_read_without_a_yaml_library() -> None:
    code = (
        "import sys; from branchlab.data.pointer import *\n"
        f"[o] = parse_pointer('x.dvc', {SIMPLE.encode()!r}); dump_pointer(o)\n"
        "assert not {'ruamel.yaml', 'yaml', 'dvc', 'hashlib'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_pointer_that_is_not_there_has_no_outputs(tmp_path: object) -> None:
    assert read_pointers(str(tmp_path), ["gone.dvc", "no/folder/dvc.lock"]) == []
