"""A log is read from its end, backwards as far as somebody looks, and on where it grows; numbers of lines stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.reading.output_text import shown_lines
from branchlab_tui.widgets.log_view.log_file import LogFile

if TYPE_CHECKING:
    from pathlib import Path

SMALL = 64  # bytes of a block


def opened(path: Path, block: int = SMALL) -> LogFile:
    log = LogFile(str(path))
    log.block_size = block
    log.grow()
    return log


def everything(log: LogFile) -> list[str]:
    while log.read_back():
        pass
    log.load(log.first, log.end)
    return [log.line(number) or "" for number in range(log.first, log.end)]


def numbered(count: int, start: int = 0) -> str:
    return "".join(f"line {number}\n" for number in range(start, start + count))


def test_only_the_end_is_read_at_first(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(1000))
    log = opened(path)
    assert log.line(log.end - 1) == "line 999"
    assert log.end - log.first < 10
    assert not log.at_start


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=120), max_size=40), st.booleans()
)
def test_all_of_a_log_is_what_its_text_says(tmp_path: Path, lines: list[str], ended: bool) -> None:  # noqa: FBT001
    path = tmp_path / "log"
    path.write_text("\n".join(lines) + "\n" * ended, newline="")
    assert everything(opened(path, 256)) == shown_lines(path.read_bytes())


def test_numbers_of_lines_stay_while_a_log_is_read_backwards_and_grows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(100))
    log = opened(path)
    last = log.end - 1
    log.read_back()
    with path.open("a") as file:
        file.write(numbered(50, 100))
    assert log.grow()
    assert log.line(last) == "line 99"
    assert log.line(log.end - 1) == "line 149"
    assert everything(log) == numbered(150).split("\n")[:-1]


def test_a_line_that_is_being_written_grows_in_place(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n 10%\r")
    log = opened(path)
    number = log.end - 1
    assert log.line(number) == " 10%"
    path.write_bytes(b"one\n 10%\r 20%\r")
    log.grow()
    assert (log.line(number), log.end) == (" 20%", number + 1)


def test_nothing_new_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    assert opened(path).grow() is False


def test_a_log_that_was_replaced_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(50))
    log = opened(path)
    path.write_text("fresh\n")
    assert log.grow()
    assert everything(log) == ["fresh"]


def test_a_log_that_is_not_there_yet_is_empty_until_it_is(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    assert (log.first, log.end, log.at_start, log.line(0)) == (0, 0, True, "")
    (tmp_path / "log").write_text("begun\n")
    assert log.grow()
    assert log.line(0) == "begun"


def test_what_was_forgotten_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(2000))
    log = opened(path)
    while log.read_back(10):
        pass
    assert log.line(log.first) is None
    log.load(log.first, log.first + 1)
    assert log.line(log.first) == "line 0"


def test_a_line_without_end_is_cut_and_does_not_stop_anything(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\n" + b"x" * (3 << 20) + b"\nlast\n")
    found = everything(opened(path))
    assert (found[0], found[-1]) == ("first", "last")


@pytest.mark.parametrize(("needle", "found"), [("LINE 7", 0), ("line 7", 111), ("Line", 0), ("line 1999", 1)])
def test_a_text_is_found_in_all_that_is_known_capitals_count_where_there_are_any(
    tmp_path: Path, needle: str, found: int
) -> None:
    path = tmp_path / "log"
    path.write_text(numbered(2000) + "\x1b[1mli\x1b[0mne 1999 again\n".replace("1999 again", "no"))
    log = opened(path)
    everything(log)
    assert len(log.find(needle, log.first, log.end, lambda: False)) == found


def test_colours_do_not_hide_a_word(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\x1b[31mer\x1b[0mror\n" + b"plain\n" * 200)
    log = opened(path)
    everything(log)
    assert log.find("error", log.first, log.end, lambda: False) == [log.first]
