"""A command that the program runs: what it shows on its way, how it is cancelled, and that nothing can ask."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.performing import process as module
from branchlab_tui.performing.command import Command, branchlab
from branchlab_tui.performing.detached import Detached
from branchlab_tui.performing.process import Ended, Process
from branchlab_tui.performing.words import Words, explain
from waiting import PATIENCE

if TYPE_CHECKING:
    import subprocess

    import pytest


def python(code: str) -> Command:
    return Command(("-c", code), sys.executable)


def run(code: str) -> tuple[Ended, list[str]]:
    seen: list[str] = []
    return Process(python(code), "/").run(seen.append), seen


def test_data_words_and_exit_code_are_told_apart() -> None:
    ended, _ = run("import sys; print('data'); print('one\\ntwo', file=sys.stderr); sys.exit(3)")
    assert (ended.code, ended.out, ended.words, ended.cancelled) == (3, "data\n", "one\ntwo\n", False)


def test_what_is_drawn_over_again_is_progress_and_no_word() -> None:
    code = "import sys, time\nfor i in range(3):\n sys.stderr.write(f'\\r\\x1b[Ksending: {i}/3'); sys.stderr.flush(); "
    ended, seen = run(code + "time.sleep(0.05)\nsys.stderr.write('\\r\\x1b[K'); print('sent', file=sys.stderr)")
    assert "sending: 1/3" in seen
    assert ended.words == "sent\n"


def test_it_has_a_terminal_to_show_progress_on_and_none_to_ask_on() -> None:
    code = (
        "import sys\nprint(sys.stderr.isatty(), sys.stdin.isatty())\ntry: open('/dev/tty')\nexcept OSError: print('no')"
    )
    assert run(code)[0].out.split() == ["True", "False", "no"]


def cancelled(code: str, *, again: float = 0.0) -> Ended:
    ready = threading.Event()
    process = Process(python(f"import sys\n{code}"), "/")

    def cancel() -> None:
        ready.wait(PATIENCE)
        process.cancel()
        if again:
            time.sleep(again)
            process.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    ended = process.run(lambda _: ready.set())
    thread.join()
    return ended


READY = "print('ready', file=sys.stderr, flush=True)\n"


def test_a_cancelled_command_is_asked_first() -> None:
    code = f"import time\ntry:\n {READY} time.sleep(60)\nexcept KeyboardInterrupt: print('tidied', file=sys.stderr)"
    ended = cancelled(code)
    assert (ended.cancelled, "tidied" in ended.words, ended.code) == (True, True, 0)


def test_one_that_does_not_listen_is_killed_at_the_second_request() -> None:
    ended = cancelled(f"import signal, time\nsignal.signal(2, signal.SIG_IGN)\n{READY}time.sleep(60)", again=0.2)
    assert (ended.cancelled, ended.code) == (True, -9)


def test_one_that_does_not_listen_is_killed_after_a_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.2)
    ended = cancelled(f"import signal, time\nsignal.signal(2, signal.SIG_IGN)\n{READY}time.sleep(60)")
    assert (ended.cancelled, ended.code) == (True, -9)


def test_what_outlives_a_command_is_not_waited_for() -> None:
    began = time.monotonic()
    ended, _ = run("import subprocess, sys; subprocess.Popen(['sleep', '30']); print('done', file=sys.stderr)")
    assert (ended.code, ended.words) == (0, "done\n")
    assert time.monotonic() - began < 15


def test_what_was_written_while_nobody_looked_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_still(_: Process, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        time.sleep(0.5)  # as long as a thread may wait for its turn

    monkeypatch.setattr(Process, "_press", stand_still)
    ended, _ = run("import sys, time; time.sleep(0.2); print('data'); print('words', file=sys.stderr)")
    assert (ended.code, ended.out, ended.words) == (0, "data\n", "words\n")


def test_a_detached_command_says_how_it_ended() -> None:
    detached = Detached(python("import sys; print('words', file=sys.stderr); sys.exit(2)"), "/")
    ended = None
    while ended is None:
        ended = detached.look()
        time.sleep(0.02)
    assert (ended.code, ended.words) == (2, "words\n")


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_it_does_not_matter_in_which_pieces_words_come(data: bytes, cuts: list[int]) -> None:
    whole, parts = Words(), Words()
    whole.take(data)
    places = [0, *sorted(cuts), len(data)]
    for start, end in itertools.pairwise(places):
        parts.take(data[start : max(start, end)])
    whole.end()
    parts.end()
    assert parts.text == whole.text
    assert "\x1b" not in whole.text


def test_the_error_of_a_command_is_taken_apart() -> None:
    text = "branchlab: one thing\nbranchlab: error: it is gone. hint: look for it. There\nmore\n"
    assert explain(text) == ("it is gone", "look for it. There", "branchlab: one thing\nmore")
    assert explain("Traceback\nValueError: x\n") == ("ValueError: x", "", "Traceback")
    assert explain("")[0] == "it said nothing"


def test_a_command_line_is_shown_as_typed_and_harmless() -> None:
    assert branchlab("note", "--", "a b", "\x1b[31m").line == "branchlab note -- 'a b' '\\x1b[31m'"


def test_data_that_is_too_much_is_read_to_its_end_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 1 << 16)
    ended, _ = run("print('x' * (1 << 20))")
    assert (ended.code, ended.cut) == (0, True)
    assert not run("print('x' * 100)")[0].cut
