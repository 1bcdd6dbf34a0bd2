"""What a program wrote to its terminal is shown as a person saw it last, and never steers another terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.reading.output_text import LONGEST, shown_lines
from in_process import RAW


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\n\ntwo", ["one", "", "two"]),
        (b"dos\r\nends\r\n", ["dos", "ends"]),
        (b" 10%\r 20%\r 30%", [" 30%"]),
        (b" 10%\r 20%\r", [" 20%"]),
        (b"\x1b[1;31mred\x1b[0m and \x1b[38;5;12mblue\x1b[m", ["red and blue"]),
        (b"\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", ["link"]),
        (b"\x1b]an endless title\nnext line", ["", "next line"]),
        (b"\x1b[2K\x1b[1A\x1b(B\x1b7back\x1b8\x1b=", ["back"]),
        (b"a\tb", ["a       b"]),
        (b"ab\b\bc", ["c"]),
        (b"not \xff utf-8 \x00", ["not \\xff utf-8 \\x00"]),
        ("größe ✓".encode(), ["größe ✓"]),
        (b"", []),
        (b"\n", [""]),
    ],
)
def test_output_becomes_lines(written: bytes, shown: list[str]) -> None:
    assert shown_lines(written) == shown


def test_the_end_of_an_endless_line_gives_way_to_a_note() -> None:
    (line,) = shown_lines(b"x" * (LONGEST + 5))
    assert line == "x" * LONGEST + " … and 5 more characters"


@given(st.binary(max_size=300))
def test_no_output_can_steer_a_terminal(written: bytes) -> None:
    for line in shown_lines(written):
        assert not RAW.search(line)
        assert "\n" not in line
        assert "\t" not in line


@given(st.lists(st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=20), max_size=5))
def test_plain_text_stays_as_it_is(lines: list[str]) -> None:
    assert shown_lines("".join(f"{line}\n" for line in lines).encode()) == lines
