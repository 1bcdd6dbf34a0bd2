"""Runs `branchlab` in this process, for tests in which a process of its own is not the point."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

from branchlab.cli.main import main
from branchlab.cli.terminal import Terminal
from command_line import Said

if TYPE_CHECKING:
    from pathlib import Path

# Every control character but tab and line feed, C1, bidi and zero-width characters.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def call(folder: Path, *arguments: str, width: int = 0) -> Said:
    """Runs one command line; an exception that no user can cause fails the test."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    code = main(arguments, Terminal(out, err, str(folder), width=width))
    out.seek(0)
    err.seek(0)
    return Said(code, out.read(), err.read())


def the_error(said: Said) -> str:
    """Returns the one line that a failed command says; it has a remedy and nothing raw."""
    lines = said.err.splitlines()
    errors = [line for line in lines if line.startswith("branchlab: error: ")]
    assert len(errors) == 1, said.err
    assert lines[-1] == errors[0]
    assert ". hint: " in errors[0]
    assert "a fault of branchlab" not in errors[0]
    assert "Traceback" not in said.err + said.out
    return no_raw(errors[0])


def no_raw(text: str) -> str:
    """Makes sure that a text cannot steer a terminal."""
    found = RAW.search(text)
    assert found is None, repr(text[max(0, found.start() - 60) : found.end() + 20])
    return text


def rows_of(folder: Path) -> dict[str, str]:
    """Returns the status of each experiment by name."""
    said = call(folder, "ls", "--json")
    assert said.code == 0, said.err
    return {row["name"]: row["status"] for row in json.loads(said.out)}
