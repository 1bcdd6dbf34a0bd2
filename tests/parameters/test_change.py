"""Keys that are taken out of parameter files: all around them stays, byte for byte."""

from __future__ import annotations

import pytest

from branchlab.errors import UsageError
from branchlab.parameters.change import ABSENT, change
from branchlab.parameters.files import load_parameters

YAML = """\
# top
a: 1  # one
text: |
  long
  text
nested:
  b: 2  # two
flow: {x: 1, y: 2, z: 3}
last: [1, 2]
"""
TOML = """\
# top
a = 1  # one
list = [
    1,  # of many lines
]
nested.b = 2

[table]  # head
c = 3
"""
JSON = '{\n  "a": 1,\n  "nested": {"b": 2},\n  "last": [1]\n}\n'


@pytest.mark.parametrize(
    ("name", "text", "path", "gone", "left"),
    [
        ("p.yaml", YAML, ("a",), "a: 1  # one\n", ""),
        ("p.yaml", YAML, ("text",), "text: |\n  long\n  text\n", ""),
        ("p.yaml", YAML, ("nested",), "nested:\n  b: 2  # two\n", ""),
        ("p.yaml", YAML, ("flow", "x"), "x: 1, ", ""),
        ("p.yaml", YAML, ("flow", "z"), ", z: 3", ""),
        ("p.yaml", YAML, ("last",), "last: [1, 2]\n", ""),
        ("p.yaml", YAML.replace("\n", "\r\n"), ("a",), "a: 1  # one\r\n", ""),
        ("p.yaml", "a: 1\nb: 2", ("b",), "b: 2", ""),
        ("p.yaml", "# top\na: 1\n", ("a",), "a: 1\n", "{}\n"),
        ("p.yaml", "t:\n  a: 1\nb: 2\n", ("t", "a"), "\n  a: 1", " {}"),
        ("p.toml", TOML, ("a",), "a = 1  # one\n", ""),
        ("p.toml", TOML, ("list",), "list = [\n    1,  # of many lines\n]\n", ""),
        ("p.toml", TOML, ("table", "c"), "c = 3\n", ""),
        ("p.toml", TOML, ("table",), "[table]  # head\nc = 3\n", ""),
        ("p.json", JSON, ("a",), '"a": 1,\n  ', ""),
        ("p.json", JSON, ("nested", "b"), '"b": 2', ""),
        ("p.json", JSON, ("last",), ',\n  "last": [1]', ""),
    ],
)
def test_what_is_taken_out_is_all_that_goes(name: str, text: str, path: tuple[str, ...], gone: str, left: str) -> None:
    content = text.encode()
    assert text.count(gone) == 1
    assert change(name, content, load_parameters(name, content), path, ABSENT).decode() == text.replace(gone, left)


def test_a_value_that_others_refer_to_cannot_be_taken_out() -> None:
    content = b"a: &x 1\nb: *x\n"
    with pytest.raises(UsageError, match="a cannot be set without changing more"):
        change("p.yaml", content, {"a": 1, "b": 1}, ("a",), ABSENT)
