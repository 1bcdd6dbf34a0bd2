from __future__ import annotations

import contextlib
import io
import json
import math
from datetime import date
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from branchlab.errors import BranchlabError, DamagedError, NotFoundError, UsageError
from branchlab.parameters.edit import set_parameters, set_values
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import Assignment, expand_grid, parse_override

TOML = """\
# the top
lr = 0.1  # rate
name = 'lit'   # keep
s = "x"
text = '''long
text'''
layers = [
  64, # a
  32,
]
opt = { kind = "adam", beta.one = 0.9 }
a.b.c = 1
day = 2026-01-02

[model]   # m
depth = 3
on = true

[[stage]]
n = 1
[[stage]]
n = 2
"""

YAML_TEXT = """\
# the top
lr: 0.1   # rate
name: 'it'
q: "dq"
plain: word here   # c
empty:   # nothing yet
text: |
  block
  text
# between
base: &b
  lr: &x 0.5
  k: 1
child:
  <<: *b
  own: 2
ref: *x
shared: *b
flow: {a: 1, b: [1, 2], c: {}}
layers:
  - 64  # first
  - 32

  # tail comment
nested:
- a: 1
  b: 2
- a: 3
gaps:
-
- [1]
last: x"""

JSON = '{\n\t"lr": 0.1,\n\t"m": {"a": [1, 2.5, "x"], "b": {}},\n\t"n": null,\n  "t": "\\n[{"\n}\n'


def edited(name: str, text: str, *overrides: str) -> str:
    (assignments,) = expand_grid([parse_override(override) for override in overrides])
    return set_values(name, text.encode(), assignments).decode()


@pytest.mark.parametrize(
    ("name", "text", "override", "old", "new"),
    [
        ("p.toml", TOML, "lr=1e-3", "lr = 0.1  #", "lr = 0.001  #"),
        ("p.toml", TOML, "lr=2", "lr = 0.1  #", "lr = 2.0  #"),
        ("p.toml", TOML, "lr=nan", "lr = 0.1  #", "lr = nan  #"),
        ("p.toml", TOML, "name=it", "'lit'   # keep", "'it'   # keep"),
        ("p.toml", TOML, "name=it's", "'lit'   # keep", '"it\'s"   # keep'),
        ("p.toml", TOML, "s=1", '"x"', '"1"'),
        ("p.toml", TOML, 's="tab\\t\\"q"', '"x"', '"tab\\t\\"q"'),
        ("p.toml", TOML, 's="\\q"', '"x"', '"\\\\q"'),
        ("p.toml", TOML, "text=short", "'''long\ntext'''", "'''short'''"),
        ("p.toml", TOML, "layers[0]=128", "  64, # a", "  128, # a"),
        ("p.toml", TOML, "layers.1=7", "  32,", "  7,"),
        ("p.toml", TOML, "layers=[1,2,3]", "[\n  64, # a\n  32,\n]", "[1, 2, 3]"),
        ("p.toml", TOML, "opt.kind=sgd", '"adam"', '"sgd"'),
        ("p.toml", TOML, "opt.beta.one=0.8", "beta.one = 0.9", "beta.one = 0.8"),
        ("p.toml", TOML, "a.b.c=2", "a.b.c = 1", "a.b.c = 2"),
        ("p.toml", TOML, "day=2027-01-01", "2026-01-02", "2027-01-01"),
        ("p.toml", TOML, "model.on=FALSE", "on = true", "on = false"),
        ("p.toml", TOML, "stage[1].n=9", "n = 2", "n = 9"),
        ("p.toml", '"a.b" = 1\n', "a.b=2", "1", "2"),
        ("p.toml", '"a.b" = 1\n', '"a.b"=2', "1", "2"),
        ("p.yaml", YAML_TEXT, "lr=1e-5", "lr: 0.1   #", "lr: 1.0e-05   #"),
        ("p.yaml", YAML_TEXT, "lr=-inf", "lr: 0.1   #", "lr: -.inf   #"),
        ("p.yaml", YAML_TEXT, "lr=nan", "lr: 0.1   #", "lr: .nan   #"),
        ("p.yaml", YAML_TEXT, "name=it's", "'it'", "'it''s'"),
        ("p.yaml", YAML_TEXT, "q=a b", '"dq"', '"a b"'),
        ("p.yaml", YAML_TEXT, "plain=other word", "word here   # c", "other word   # c"),
        ("p.yaml", YAML_TEXT, "plain=yes", "word here   # c", '"yes"   # c'),
        ("p.yaml", YAML_TEXT, "plain=1", "word here   # c", '"1"   # c'),
        ("p.yaml", YAML_TEXT, "plain=a\x85\u2028b", "word here   # c", '"a\\u0085\\u2028b"   # c'),
        ("p.yaml", YAML_TEXT, "empty=7", "empty:   # nothing", "empty: 7   # nothing"),
        ("p.yaml", YAML_TEXT, "empty=true", "empty:   # nothing", "empty: true   # nothing"),
        ("p.yaml", YAML_TEXT, "text=one", "text: |\n  block\n  text\n#", "text: one\n#"),
        ("p.yaml", YAML_TEXT, "base.lr=0.6", "&x 0.5", "&x 0.6"),
        ("p.yaml", YAML_TEXT, "ref=0.9", "*x", "0.9"),
        ("p.yaml", YAML_TEXT, "flow.b=[3]", "[1, 2]", "[3]"),
        ("p.yaml", YAML_TEXT, "layers=[1,2]", "- 64  # first\n  - 32", "- 1  # first\n  - 2"),
        ("p.yaml", YAML_TEXT, "layers=[1]", "- 64  # first\n  - 32", "- 1"),
        ("p.yaml", YAML_TEXT, "layers=[1,2,3]", "- 64  # first\n  - 32", "- 1\n  - 2\n  - 3"),
        ("p.yaml", YAML_TEXT, "layers=[]", "layers:\n  - 64  # first\n  - 32", "layers: []"),
        ("p.yaml", "a:\n- 1\nb: 2\n", "a=[]", "a:\n- 1", "a: []"),
        ("p.yaml", "a: # c\n  - 1\n", "a=[]", "- 1", "[]"),
        ("p.yaml", "a:\n- - 1\n", "a[0]=[]", "- - 1", "- []"),
        ("p.yaml", YAML_TEXT, "nested[1].a=4", "- a: 3", "- a: 4"),
        ("p.yaml", YAML_TEXT, "gaps[0]=null", "-\n- [1]", "- null\n- [1]"),
        ("p.yaml", YAML_TEXT, "gaps[1]=[2,3]", "- [1]", "- [2, 3]"),
        ("p.yaml", "a:\n-  # c\n- 1\n", "a[0]=5", "-  # c", "- 5  # c"),
        ("p.yaml", YAML_TEXT, "last=z", "last: x", "last: z"),
        ("p.yaml", "a: &n\nb: *n\n", "a=1", "&n", "&n 1"),
        ("p.yaml", "a: &n\n  - 1\nb: *n\n", "a=[1,2]", "&n\n  - 1", "&n [1, 2]"),
        ("p.yaml", "a: !!float &n 1\nb: *n\n", "a=2", "!!float &n 1", "&n 2.0"),
        ("p.yaml", "a: &n !!float 1\nb: *n\n", "a=2", "&n !!float 1", "&n 2.0"),
        ("p.yaml", "a: {b: , c: 1}\n", "a.b=x", "b: ,", "b: x ,"),
        ("p.json", JSON, "lr=0.2", "0.1", "0.2"),
        ("p.json", JSON, "m.a[2]=é", '"x"', '"é"'),
        ("p.json", JSON, "n=[1, [x], null]", "null", '[1, ["x"], null]'),
        ("p.json", '{"a": "\\u00e9"}', "a=é!", '"\\u00e9"', '"\\u00e9!"'),
        ("p.json", '{"a.b": {"c": 1}, "a": {"b": 2}}', "a.b.c=3", "1", "3"),
    ],
)
def test_setting_a_value_changes_nothing_else(name: str, text: str, override: str, old: str, new: str) -> None:
    assert text.count(old) == 1
    assert edited(name, text, override) == text.replace(old, new)


def test_several_values_are_set_at_once() -> None:
    text = edited("p.toml", TOML, "lr=0.2", "model.depth=4", "opt.kind=sgd")
    table = load_parameters("p.toml", text.encode())
    assert (table["lr"], table["model"]["depth"], table["opt"]["kind"]) == (0.2, 4, "sgd")


@pytest.mark.parametrize(
    ("name", "text", "override", "there"),
    [
        ("p.toml", TOML, "+width=3", "\nwidth = 3\n"),
        ("p.toml", TOML, "+model.width=[4,x]", 'on = true\nwidth = [4, "x"]\n'),
        ("p.toml", TOML, "+a.b.d=1.5", "a.b.c = 1\na.b.d = 1.5\n"),
        ("p.toml", TOML, "+new.deep.key=x", '[new.deep]\nkey = "x"\n'),
        ("p.toml", TOML, "+stage[1].m=1", "n = 2\nm = 1\n"),
        ("p.toml", "", "+a=1", "a = 1\n"),
        ("p.yaml", YAML_TEXT, "+child.more=1", "  own: 2\n  more: 1\nref"),
        ("p.yaml", YAML_TEXT, "+nested[0].c=5", "  b: 2\n  c: 5\n- a: 3"),
        ("p.yaml", YAML_TEXT, "+flow.c.z=1", "c: {z: 1}}"),
        ("p.yaml", YAML_TEXT, "+flow.d.e=2", "c: {}, d: {e: 2}}"),
        ("p.yaml", YAML_TEXT, "+top.x.w=1e9", "last: x\ntop:\n  x:\n    w: 1000000000.0"),
        ("p.yaml", "a:\n  t: |\n    x\nb: 1\n", "+a.c=1", "    x\n  c: 1\nb: 1"),
        ("p.yaml", "", "+a.b=1", "a:\n  b: 1\n"),
        ("p.yaml", "# only", "+a=x: y", '# only\na: "x: y"\n'),
        ("p.yaml", "a: &x {k: 1}\nb: {c: *x}\n", "+b.d=null", "b: {c: *x, d: null}"),
        ("p.json", JSON, "+m.b.c=2", '"b": {"c": 2}'),
        ("p.json", JSON, "+m.c=x", '"b": {}, "c": "x"}'),
        ("p.json", JSON, "+k.l=true", '"t": "\\n[{",\n  "k": {"l": true}\n}\n'),
        ("p.json", '{"a":1,"b":2}', "+c=3", '{"a":1,"b":2,"c":3}'),
        ("p.json", '{"a":1}', "+c='3'", '{"a":1,"c":"3"}'),
    ],
)
def test_a_plus_adds_a_key(name: str, text: str, override: str, there: str) -> None:
    new = edited(name, text, override)
    assert there in new
    rest = iter(new)
    assert all(character in rest for character in text), "something that was there is gone"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "text", "overrides"),
    [
        ("p.toml", TOML, ["lr=0.3", "+new.key=1", "+model.w=1"]),
        ("p.yaml", YAML_TEXT, ["layers=[1,2,3]", "+nested[1].z=1", "+a.b=1", "text=one"]),
        ("p.json", JSON, ["lr=3", "+z=1"]),
    ],
)
def test_line_ends_are_kept(name: str, text: str, overrides: list[str], ends: str) -> None:
    new = edited(name, text.replace("\n", ends), *overrides)
    assert new.count(ends) == new.count("\n")
    assert new.replace(ends, "\n") == edited(name, text, *overrides)


@pytest.mark.parametrize(
    ("name", "text", "override", "message", "hint"),
    [
        ("p.toml", TOML, "lr=fast", "p.toml: lr must be a number, not 'fast'", "type"),
        ("p.toml", TOML, "lr=1e999", "larger than a float", "inf"),
        ("p.toml", TOML, "model.depth=3.5", "must be a whole number", "type"),
        ("p.toml", TOML, "model.depth=99999999999999999999", "64 bits", "smaller"),
        ("p.toml", TOML, "model.depth=" + "9" * 5000, "64 bits", "smaller"),
        ("p.toml", TOML, "model.on=1", "true or false", "type"),
        ("p.toml", TOML, "layers=1", "a list such as [1, 2]", "type"),
        ("p.toml", TOML, "layers=[x]", "layers, element 0, must be a whole number", "type"),
        ("p.json", JSON, "m.a=[3,x]", "m.a, element 1, must be a number", "type"),
        ("p.yaml", "{a, b: 1}\n", "a=5", "cannot be set without", "by hand"),
        ("p.toml", TOML, "day=soon", "written like 2026-01-02", "type"),
        ("p.toml", TOML, "model=3", "is a table", "depth, on"),
        ("p.toml", "[m]\n", "m=3", "is a table", "add a key"),
        ("p.toml", TOML, "depth=3", "no parameter 'depth'", "did you mean model.depth?"),
        ("p.toml", TOML, "model.depht=3", "no parameter 'model.depht'", "did you mean model.depth?"),
        ("p.toml", TOML, "zzzzzz=3", "no parameter", "write +zzzzzz=…"),
        ("p.toml", TOML, "layers[2]=3", "no parameter 'layers[2]'", "layers"),
        ("p.toml", TOML, "lr.x=3", "no parameter", "lr"),
        ("p.toml", TOML, "+model.depth=3", "has model.depth already", "leave out the +"),
        ("p.toml", TOML, "+layers[2]=3", "layers is not a table", "as a whole"),
        ("p.toml", TOML, "+x=null", "cannot hold null", "no null"),
        ("p.toml", TOML, "+x.y=[null]", "cannot hold null", "no null"),
        ("p.yaml", YAML_TEXT, "child.k=2", "child.k comes from a merge", "in the table"),
        ("p.yaml", YAML_TEXT, "shared.k=2", "shared is the alias *b", "where &b stands"),
        ("p.yaml", YAML_TEXT, "+shared.z=2", "shared is the alias *b", "where &b stands"),
        ("p.json", JSON, "lr=inf", "p.json: lr cannot be inf", "JSON"),
        ("p.yaml", "? a\n", "a=1", "cannot be set without", "by hand"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(name: str, text: str, override: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited(name, text, override)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300


def test_a_damaged_file_stays_damaged() -> None:
    with pytest.raises(DamagedError, match=r"p\.yaml is not valid YAML"):
        edited("p.yaml", "a: [", "a=1")


def test_a_value_goes_to_the_last_file_that_has_its_key() -> None:
    files = {"a.toml": b"lr = 1.0\nx = 1\n", "b.json": b'{"lr": 2.0}'}
    assert set_parameters(files, [Assignment(None, "lr", "3")]) == {"b.json": b'{"lr": 3.0}'}
    assert set_parameters(files, [Assignment("a.toml", "lr", "3")]) == {"a.toml": b"lr = 3.0\nx = 1\n"}
    assert set_parameters(files, [Assignment(None, "new", "3", add=True)]) == {"a.toml": b"lr = 1.0\nx = 1\nnew = 3\n"}
    assert set_parameters(files, []) == {}


def test_a_missing_file_or_key_names_what_there_is() -> None:
    files = {"a.toml": b"lr = 1.0\n", "b.json": b'{"depth": 2}'}
    with pytest.raises(NotFoundError, match=r"c\.toml is no parameter file") as missing:
        set_parameters(files, [Assignment("c.toml", "lr", "3")])
    assert missing.value.hint == "known: a.toml, b.json"
    with pytest.raises(NotFoundError, match=r"a\.toml, b\.json has no parameter 'dept'") as unknown:
        set_parameters(files, [Assignment(None, "dept", "3")])
    assert unknown.value.hint == "did you mean depth?"
    with pytest.raises(UsageError, match="no parameter file"):
        set_parameters({}, [Assignment(None, "lr", "3")])


_keys = st.text("abyn1 .'é", min_size=1, max_size=4)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["yes", "null", "1e5", "a: b", "# c", "- x", "it's", '"', "\n", "0x1", "~"]
)
_scalars = st.booleans() | st.integers(-999, 999) | st.floats() | _texts | st.dates()
_tables = st.dictionaries(
    _keys,
    st.recursive(
        _scalars | st.lists(st.integers(0, 9), max_size=3),
        lambda inner: st.dictionaries(_keys, inner, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
)


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    return [
        leaf
        for key, value in table.items()
        for leaf in (leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)])
    ]


def written(name: str, table: dict[str, Any]) -> bytes:
    if name == "p.toml":
        return tomli_w.dumps(table).encode()
    if name == "p.json":
        return json.dumps(table, indent=3, default=str).encode()
    stream = io.BytesIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = len(table) % 2 == 0
    writer.allow_unicode = True
    writer.dump(table, stream)
    return stream.getvalue()


def typed(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else str(value)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.sampled_from(["p.toml", "p.yaml", "p.json"]), _tables)
def test_a_value_set_is_the_value_read_and_all_others_stay(
    data: st.DataObject, name: str, table: dict[str, Any]
) -> None:
    content = written(name, table)
    try:
        before = load_parameters(name, content)
    except BranchlabError:
        return  # a writer's own trouble, such as control characters in YAML
    found = leaves(before)
    if not found:
        return
    path, old = data.draw(st.sampled_from(found))
    kinds: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(-99, 99),
        float: st.floats(allow_nan=name != "p.json", allow_infinity=name != "p.json"),
        str: _texts,
        list: st.lists(st.integers(0, 9), max_size=4),
        date: st.dates(),
        type(None): st.integers(0, 9),
    }
    value = data.draw(kinds[type(old)])
    key = ".".join(f"'{step}'" if "'" not in step else f'"{step}"' for step in path)
    after = load_parameters(name, set_values(name, content, [Assignment(None, key, typed(value))]))
    expected = dict(leaves(before)) | {path: value}
    assert set(dict(leaves(after))) == set(expected)
    for place, read in leaves(after):
        wanted = expected[place]
        assert type(read) is type(wanted)
        assert read == wanted or (isinstance(read, float) and math.isnan(read) and math.isnan(wanted))


@settings(max_examples=100, deadline=None)
@given(st.text("ab:{}[]<*&!#-,\"'|>=\n .1", max_size=40), st.text("ab.[]0+=1,'", max_size=12))
def test_any_file_and_override_end_in_an_edit_or_a_refusal(text: str, override: str) -> None:
    for name in ("p.toml", "p.yaml", "p.json"):
        with contextlib.suppress(BranchlabError):
            for assignments in expand_grid([parse_override(f"a{override}"), parse_override("+b.c=1")]):
                load_parameters(name, set_values(name, text.encode(), assignments))
