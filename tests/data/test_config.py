"""DVC's configuration is read as DVC reads it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from configobj import ConfigObj  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from branchlab.data.config import absolute, dump_config, parse_config, read_config
from branchlab.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from pathlib import Path

_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs"]) | st.just(" "))
_CONFIGS = st.dictionaries(
    st.sampled_from(["core", "cache", 'remote "storage"', 'remote "it\'s"']),
    st.dictionaries(st.sampled_from(["url", "dir", "type", "remote"]), _VALUES, min_size=1),
)


@given(_CONFIGS)
def test_what_dvc_writes_is_read_as_it_was_meant(config: dict[str, dict[str, str]]) -> None:
    writer = ConfigObj(
        {f"'{name}'" if '"' in name and "'" not in name else name: dict(s) for name, s in config.items()}
    )
    stream = io.BytesIO()
    try:
        writer.write(stream)
    except Exception:  # noqa: BLE001 - ConfigObj cannot write every value, and then DVC cannot either
        return
    read = parse_config(stream.getvalue().decode())
    for name, section in config.items():
        for key, value in section.items():
            if "'" not in value and '"' not in value and "'" not in name:
                assert read[name][key] == value


@given(_CONFIGS)
def test_what_we_write_is_read_by_dvcs_reader_as_it_was_meant(config: dict[str, dict[str, str]]) -> None:
    quotable = {
        # Which of the two kinds of quotes could stand around a value three times?
        name: {
            key: value
            for key, value in section.items()
            if any(sign * 3 not in value and not value.endswith(sign) for sign in "'\"")
        }
        for name, section in config.items()
        if "'" not in name
    }
    assert parse_config(dump_config(quotable)) == quotable
    read = ConfigObj(io.StringIO(dump_config(quotable))).dict()
    assert {name.strip("'"): section for name, section in read.items()} == quotable


@pytest.mark.parametrize("value", ["a\"b'c", "a,\"b'", "'a' \"b\"", "#'\"=", "'''\"x", '"""\'x'])
def test_a_value_with_both_kinds_of_quotes_comes_back(value: str) -> None:
    text = dump_config({"remote": {"url": value, "dir": "x"}})
    assert parse_config(text) == {"remote": {"url": value, "dir": "x"}}
    assert ConfigObj(io.StringIO(text)).dict() == {"remote": {"url": value, "dir": "x"}}


def test_comments_quotes_and_case_are_understood() -> None:
    text = "# c\n[CACHE] # c\n Dir = '/a b' # c\n type=hardlink,symlink\n['remote \"S\"']\n\turl = s3://b/p\nnonsense\n"
    assert parse_config(text) == {
        "cache": {"dir": "/a b", "type": "hardlink,symlink"},
        'remote "s"': {"url": "s3://b/p"},
    }


def test_relative_paths_are_meant_from_the_file_and_addresses_stay() -> None:
    assert absolute("../x", "/p/.dvc") == "/p/x"
    assert absolute("/x", "/p") == "/x"
    assert absolute("s3://bucket/x", "/p") == "s3://bucket/x"
    assert absolute("ssh://host/../x", "/p") == "ssh://host/../x"


def test_a_configuration_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"\xff")
    with pytest.raises(EnvironmentProblemError, match="config cannot be read: it is not UTF-8"):
        read_config(str(tmp_path / "config"))
