"""Names, values, notes and messages that would steer a terminal, a spreadsheet or git; none comes through raw."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.state import RunState, write_state
from command_line import branchlab
from in_process import call, no_raw, rows_of, the_error

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

RECORD = r"""
schema = 1
[run]
id = "20261120T233015-7f3a9c"
status = "finished"
command = ["python", "\u001b[31m"]
started = 2026-11-20T23:30:15Z
seconds = 41.2
note = "n\u001b[31m\u202e\nsecond\u0007[/red]\u009b"
code = "x\u001b[2J"
[params]
"\u001b[31mp\n" = "v\u001b[31m\u202e\u009b"
"=cmd" = "@x"
[metrics]
"\u001b[31mm\u202e" = 1.0
"-dash" = nan
"[/red]" = 1e400
"=1+1" = 2
"|pipe`" = 2
[slices."r\u001b[31m=eu"]
"a\u001b[2J" = 0.91
[split."t\u001b[31m"]
accuracy = 0.3
[data."../\u001b[31mx"]
md5 = "d41d8cd98f00b204e9800998ecf8427e"
bytes = 3
[environment]
python = "3\u001b[31m"
"""
SHOWN = [
    ("ls",),
    ("ls", "--json"),
    ("ls", "--csv"),
    ("ls", "--md"),
    ("ls", "--names"),
    *[("show", "evil", *form) for form in ((), ("--json",), ("--csv",), ("--md",))],
    ("show", "20261121T000000"),
    *[("diff", "evil", "one", *form) for form in ((), ("--json",), ("--csv",), ("--md",))],
    ("diff", "evil"),
    *[("compare", "evil", "one", *form) for form in ((), ("--json",), ("--csv",), ("--md",))],
    *[("log", "--branch", "exp/model/evil", *form) for form in ((), ("--json",), ("--csv",), ("--md",))],
    ("doctor",),
    ("doctor", "--json"),
]


@pytest.fixture
def evil(hostile: ScratchRepository) -> ScratchRepository:
    """The project with an experiment, a run and a remote's branch full of such text."""
    hostile.git("switch", "-q", "-c", "exp/model/evil", "exp/model/one")
    for name in ("e\x1b[31m\nx", "-dash", "=cmd", "\u202ex", "metrics/plots/\x1b[31m.csv", "metrics/plots/[red].csv"):
        hostile.write(name, "a,\x1b[31m\n1,\x1b[31m\n")
    hostile.write("metrics/history.csv", "step,seconds,l\x1b[31moss,=x\n0,0,1,1\n1,1,nan,2\n")
    hostile.write("params.toml", '"\\u001b[31mk" = "\\u001b[2J"\nlr = 3\n')
    hostile.write("metrics.toml", RECORD)
    hostile.git("config", "user.name", "Eve \x1b[31m\u202e")
    hostile.commit("sub\x1b[31mject\u202e [/red]\n\nbody \x1b[2J\n\nMetric-accuracy: 9\nBranchlab-Run: x")
    hostile.git("switch", "-q", "main")
    folder = hostile.path / ".git/branchlab/runs/20261121T000000-aaaaaa"
    folder.mkdir(parents=True)
    note = 'n\x1b[31m\u202e"\\'
    state = RunState("20261121T000000-aaaaaa", "exp/model/l\x1b[31m\n", "failed", ("\x1b[31m",), note=note)
    write_state(str(folder), state._replace(started="2026-11-21T00:00:00Z", params={"\x1b[31m": "\x1b[2J"}))
    entry = {"k": "log", "s": 0, "t": 0, "m": {"m\x1b[31m": 1.0}}
    (folder / "journal.jsonl").write_text(json.dumps(entry) + "\n")
    (folder.parent / "20261121T000001-\x1b[31m").mkdir()
    return hostile


def test_no_text_of_a_repository_reaches_the_output_raw(evil: ScratchRepository) -> None:
    for line in SHOWN:
        for width in (0, 70):
            said = call(evil.path, *line, width=width)
            assert said.code == (1 if line[0] == "doctor" else 0), (line, said.err)
            no_raw(said.out + said.err)
            if "--json" in line:
                json.loads(said.out)


def test_no_cell_of_a_csv_is_a_formula(evil: ScratchRepository) -> None:
    for line in SHOWN:
        if "--csv" in line:
            cells = [cell for row in csv.reader(io.StringIO(call(evil.path, *line).out)) for cell in row]
            assert [cell for cell in cells if cell[:1] in ("=", "@", "+", "\t")] == []


def test_code_on_a_terminal_is_harmless_too(evil: ScratchRepository) -> None:
    said = call(evil.path, "diff", "evil", "one", "--code", width=80)
    assert said.code == 0
    assert r"+a,\x1b[31m" in no_raw(said.out)


@pytest.mark.parametrize(
    "line",
    [
        ("apply", "evil", "--params"),
        ("archive", "evil"),
        ("rename", "evil", "good"),
        ("checkout", "evil"),
        ("rm", "evil"),
        ("reproduce", "evil", "-q"),
        ("record", "20261121T000000"),
        ("run", "-q"),
    ],
)
def test_commands_that_change_something_say_nothing_raw(evil: ScratchRepository, line: tuple[str, ...]) -> None:
    said = call(evil.path, *line)
    assert said.code in (0, 5), said.err
    if said.code:
        the_error(said)
    no_raw(said.out + said.err)


@pytest.mark.parametrize(
    "line",
    [
        ("show", "\x1b[31m"),
        ("new", "\x1b[31m"),
        ("run", "-n", "\u202e"),
        ("run", "-S", "\x1b[31m=1"),
        ("\x1b[31m",),
        ("ls", "--\x1b[31m"),
        ("ls", "a\x1b>"),
        ("rename", "one", "\x1b[31m"),
        ("restore", "\x1b[31m"),
        ("record", "\x1b[31m"),
        ("note", "\x1b[31m", "\u202e"),
        ("stop", "\x1b[31m"),
        ("log", "\x1b[31m", "--branch", "exp/model/one"),
        ("push", "--remote", "\x1b[31m"),
        ("new", "x", "--from", "\x1b[31m"),
    ],
)
def test_mistyped_arguments_come_back_harmless(evil: ScratchRepository, line: tuple[str, ...]) -> None:
    said = call(evil.path, *line)
    assert said.code in (2, 3)
    no_raw(said.err)


NAMES = [
    "-f",
    "--detach",
    "$(touch$IFS'x')",
    ";rm",
    "exp/A",
    "exp/a",
    "exp/" + "l" * 200,
    "exp/model/\u202eevil",
    "CON",
]


def test_branches_of_any_name_are_used_as_names_only(hostile: ScratchRepository) -> None:
    tip = hostile.git("rev-parse", "exp/model/one")
    for name in NAMES:
        hostile.git("update-ref", f"refs/heads/{name}", tip)
    hostile.write("train.py", "unsaved")
    for name in NAMES:
        for line in (("show", "--", name), ("apply", "--params", "--", name)):
            said = call(hostile.path, *line)
            assert said.code == 0 or "nothing to apply" in the_error(said), (line, said.err)
            no_raw(said.out + said.err)
        said = call(hostile.path, "checkout", "--", name)
        assert said.code == 0 or name in ("-f", "--detach"), said.err
        no_raw(said.err)
        assert hostile.git("symbolic-ref", "HEAD") in (f"refs/heads/{name}", "refs/heads/main")
        hostile.git("symbolic-ref", "HEAD", "refs/heads/main")
    hostile.git("reset", "-q")
    assert (hostile.path / "train.py").read_text() == "unsaved"
    for name in NAMES:
        assert call(hostile.path, "rm", "--", name).code == 0, name
        assert call(hostile.path, "restore", "--", name).code == 0, name
        assert hostile.git("rev-parse", f"refs/heads/{name}") == tip
    assert not (hostile.path / "x").exists()


def test_a_branch_name_that_is_not_utf8_is_listed(hostile: ScratchRepository) -> None:
    tip = hostile.git("rev-parse", "exp/model/one").encode()
    hostile.git("config", "core.quotePath", "false")
    arguments = [b"git", b"update-ref", b"refs/heads/exp/model/\xff\xfe", tip]
    subprocess.run(arguments, cwd=hostile.path, check=True)
    for line in (("ls",), ("ls", "--json"), ("ls", "--names"), ("doctor",)):
        said = call(hostile.path, *line)
        assert said.code == 0, said.err
        no_raw(said.out)


@pytest.mark.parametrize("remote", ["-x", "--upload-pack=touch pwned", "ext::sh -c touch% pwned"])
def test_remotes_are_names_only(hostile: ScratchRepository, remote: str) -> None:
    for command in ("push", "pull"):
        said = call(hostile.path, command, f"--remote={remote}")
        assert (said.code, "no git remote" in the_error(said)) == (3, True)
    assert not list(hostile.path.parent.rglob("pwned"))


DAMAGED = [
    b"\xff",
    b"",
    b"a" * (2 << 20),
    b"<<<<<<< x\n",
    b"a" + b".a" * 9000 + b"=1",
    b"x=" + b"[" * 9000,
    b"schema = 99",
]


@pytest.mark.parametrize("text", DAMAGED, ids=["latin", "empty", "huge", "merge", "dots", "deep", "newer"])
def test_one_damaged_record_costs_its_own_row_only(hostile: ScratchRepository, text: bytes) -> None:
    hostile.git("switch", "-q", "-c", "exp/model/evil", "exp/model/one")
    hostile.write("metrics.toml", text)
    hostile.commit("damage")
    hostile.git("switch", "-q", "main")
    rows = rows_of(hostile.path)
    assert (rows["exp/model/one"], rows["exp/model/two"]) == ("finished", "finished")
    assert rows["exp/model/evil"] == "damaged"
    for line in (("show", "evil"), ("diff", "evil"), ("compare", "evil", "one"), ("reproduce", "evil")):
        said = call(hostile.path, *line)
        assert (said.code, "evil" in the_error(said)) == (5, True), (line, said.err)


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_something_else_in_the_place_of_a_record_is_no_record(hostile: ScratchRepository, kind: str) -> None:
    hostile.git("switch", "-q", "-c", "exp/model/evil", "exp/model/one")
    (hostile.path / "metrics.toml").unlink()
    if kind == "folder":
        hostile.write("metrics.toml/x", "schema = 1")
    else:
        os.symlink("/etc/passwd", hostile.path / "metrics.toml")
    hostile.commit("no record")
    hostile.git("switch", "-q", "main")
    rows = rows_of(hostile.path)
    assert rows["exp/model/one"] == "finished"
    assert rows.get("exp/model/evil", "damaged") == "damaged"
    for line in (("show", "evil"), ("apply", "evil"), ("reproduce", "evil")):
        said = call(hostile.path, *line)
        assert said.code in (0, 2, 5), (line, said.err)


def test_a_branch_that_vanishes_while_it_is_read_is_skipped(hostile: ScratchRepository) -> None:
    ref = "refs/heads/exp/model/v"
    script = f"while :; do git update-ref {ref} exp/model/one; git update-ref -d {ref}; done"
    process = subprocess.Popen(["sh", "-c", script], cwd=hostile.path, stderr=subprocess.DEVNULL)
    try:
        for _ in range(30):
            assert rows_of(hostile.path)["exp/model/one"] == "finished"
            said = call(hostile.path, "show", "exp/model/v")
            assert said.code in (0, 2), said.err
            assert call(hostile.path, "rename", "exp/model/v", "exp/model/w").code in (0, 2, 3, 4)
            assert call(hostile.path, "rm", "exp/model/w").code in (0, 2)
    finally:
        process.kill()
        process.wait()
    assert branchlab(hostile.path, "ls").code == 0
