from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.journal import JournalWriter
from branchlab.tracking.reading import Journal, JournalReader, read_journal, summary_metrics
from branchlab.tracking.state import is_alive, read_state
from training_script import only_journal, run_folder, run_script, start_script
from waiting import PATIENCE

if TYPE_CHECKING:
    import subprocess

    from scratch_repository import ScratchRepository

LINES = [
    '{"k":"start","t":0.0,"params":{"lr":0.1},"seed":7,"note":"hä"}',
    '{"k":"log","s":0,"t":0.001,"m":{"loss":0.5,"ü":NaN}}',
    '{"k":"slice","t":0.1,"key":"region","value":"eu","m":{"rows":3}}',
    '{"k":"split","t":0.1,"name":"test","m":{"loss":1}}',
    '{"k":"log","s":1,"t":0.2,"m":{"loss":0.25}}',
    '{"k":"summary","t":0.3,"m":{"loss":0.2,"size":null}}',
    '{"k":"artifact","t":0.3,"path":"a.bin"}',
    '{"k":"end","t":0.4,"status":"finished"}',
]


def test_kill_in_the_middle_loses_at_most_the_line_it_hits(repository: ScratchRepository) -> None:
    process = start_script(
        repository.path,
        """
import itertools
with branchlab.start_run({"lr": 0.1}) as run:
    for i in itertools.count():
        run.log(i=i)
        print(i, flush=True)
""",
    )
    assert process.stdout is not None
    said = -1
    while said < 300:
        said = int(process.stdout.readline())
    folder = run_folder(repository.path)
    assert is_alive(str(folder))
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.communicate(timeout=PATIENCE)
    said = max([said, *map(int, rest.split("\n")[:-1])])
    journal = only_journal(repository.path)
    values = [point.value for point in journal.series["i"]]
    assert values == list(range(len(values)))
    assert len(values) in (said + 1, said + 2)
    assert (journal.damaged_lines, journal.status, journal.params) == (0, "", {"lr": 0.1})
    state = read_state(str(folder))
    assert state is not None
    assert state.status == "running"
    assert not is_alive(str(folder))


def test_a_journal_torn_at_any_byte_reads_up_to_its_last_whole_line(tmp_path: Path) -> None:
    whole = "".join(f"{line}\n" for line in LINES).encode()
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"")
    previous: Journal = read_journal(str(path))
    for size in range(1, len(whole) + 1):
        path.write_bytes(whole[:size])
        journal = read_journal(str(path))
        assert journal.damaged_lines == 0
        if whole[size - 1 : size] != b"\n":
            assert repr(journal) == repr(previous)
        previous = journal
    assert (previous.status, previous.seconds) == ("finished", 0.4)


def test_a_writer_after_a_torn_line_starts_afresh(tmp_path: Path) -> None:
    whole = "".join(f"{line}\n" for line in LINES[:2]).encode()
    path = tmp_path / "journal.jsonl"
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        writer = JournalWriter(str(tmp_path))
        writer.entry("summary", m={"after": 1})
        writer.close()
        journal = read_journal(str(path))
        assert journal.summary == {"after": 1}
        assert journal.damaged_lines <= 1


def test_a_reader_that_follows_sees_what_a_reader_of_the_whole_sees(tmp_path: Path) -> None:
    whole = "".join(f"{line}\n" for line in LINES).encode()
    path = tmp_path / "journal.jsonl"
    choice = random.Random(1)
    for _ in range(50):
        path.unlink(missing_ok=True)
        reader = JournalReader(str(path))
        assert not reader.read()
        with path.open("ab", buffering=0) as file:
            at = 0
            while at < len(whole):
                size = choice.randint(1, 40)
                file.write(whole[at : at + size])
                at += size
                reader.read()
        assert not reader.read()
        assert repr(reader.journal) == repr(read_journal(str(path)))


def test_a_journal_that_was_replaced_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(f"{line}\n" for line in LINES))
    reader = JournalReader(str(path))
    reader.read()
    path.write_text('{"k":"summary","m":{"new":1}}\n')
    assert reader.read()
    assert (reader.journal.summary, reader.journal.series) == ({"new": 1}, {})


@pytest.mark.parametrize(
    "damage",
    [
        b"\xff\xfe",
        b"null",
        b"[1]",
        b'"k"',
        b"{}",
        b'{"k":"log"}',
        b'{"k":"log","s":"x","t":0,"m":{}}',
        b'{"k":"log","s":1e999,"t":0,"m":{}}',
        b'{"k":"log","s":1,"t":0,"m":{"a":"text"}}',
        b'{"k":"log","s":1,"t":0,"m":{"a":true}}',
        b'{"k":"log","s":1,"t":0,"m":[1]}',
        b'{"k":"slice","key":1,"value":"x","m":{}}',
        b'{"k":"summary","m":3}',
        b'{"k":["a"],"m":3}',
        b'{"k":"start","params":3}',
        b'{"k":"artifact"}',
        b'{"k":"end","status":null}',
        b"[" * 100_000,
        b'{"k":"log","s":1,"t":0,"m":{"a":' + b"9" * 5000 + b"}}",
    ],
)
def test_a_damaged_line_is_counted_and_skipped(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [line.encode() for line in LINES]
    path.write_bytes(b"\n".join([*lines[:3], damage, *lines[3:], b""]))
    journal = read_journal(str(path))
    assert journal.damaged_lines == 1
    assert len(journal.series["loss"]) == 2
    assert journal.status == "finished"


def test_a_line_of_a_kind_from_a_newer_version_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"k":"hologram","t":1.5}\n')
    journal = read_journal(str(tmp_path / "journal.jsonl"))
    assert (journal.damaged_lines, journal.seconds) == (0, 1.5)


def test_a_full_disk_warns_once_and_the_training_goes_on(repository: ScratchRepository) -> None:
    output, words = run_script(
        repository.path,
        """
import resource
with branchlab.start_run() as run:
    run.log(x=0)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    for i in range(100):
        run.log(x=i)
    run.log_plot("p", {"x": range(1000)})
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    run.log(y=1)
print("trained")
""",
    )
    assert output == "trained\n"
    assert words.count("log failed") == 1
    journal = only_journal(repository.path)
    assert summary_metrics(journal)["y"] == 1
    assert journal.damaged_lines <= 1
    assert (journal.status, journal.plots) == ("finished", [])
    assert list((run_folder(repository.path) / "plots").iterdir()) == []


def test_a_disk_full_from_the_start_leaves_no_half_made_run(repository: ScratchRepository) -> None:
    output, words = run_script(
        repository.path,
        """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
with branchlab.start_run() as run:
    run.log(x=0)
print("trained")
""",
    )
    assert output == "trained\n"
    assert "this run is not recorded" in words
    assert list((repository.path / ".git" / "branchlab" / "runs").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="root ignores file modes")
def test_where_nothing_can_be_written_a_script_still_trains(repository: ScratchRepository) -> None:
    mortal = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    (repository.path / ".git").chmod(0o500)
    try:
        output, words = run_script(
            repository.path, "with branchlab.start_run() as run: run.log(x=0)\nprint('trained')\n", wrapper=mortal
        )
    finally:
        (repository.path / ".git").chmod(0o700)
    assert output == "trained\n"
    assert "this run is not recorded" in words
    assert "Permission denied" in words
    assert not (repository.path / ".git" / "branchlab").exists()


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="root ignores file modes")
def test_a_run_folder_that_turns_read_only_costs_only_what_needs_new_files(repository: ScratchRepository) -> None:
    mortal = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    output, words = run_script(
        repository.path,
        """
import os
with branchlab.start_run() as run:
    os.chmod(run.folder, 0o500)
    run.log(x=1)
    run.log_confusion_matrix([1], [1])
os.chmod(run.folder, 0o700)
print("trained")
""",
        wrapper=mortal,
    )
    assert output == "trained\n"
    assert "log_confusion_matrix failed" in words
    journal = only_journal(repository.path)
    assert (journal.status, summary_metrics(journal)) == ("finished", {"x": 1})


def test_threads_that_log_at_once_lose_nothing(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
import threading
with branchlab.start_run() as run:
    def work(name):
        for i in range(500):
            run.log({name: i})
    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
""",
    )
    journal = only_journal(repository.path)
    assert journal.damaged_lines == 0
    assert {len(points) for points in journal.series.values()} == {500}
    steps = sorted(point.step for points in journal.series.values() for point in points)
    assert steps == list(range(4000))


def test_a_forked_child_logs_and_leaves_the_end_to_its_parent(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        """
import os, sys
with branchlab.start_run() as run:
    run.log(x=1)
    for n in range(4):
        if os.fork() == 0:
            for i in range(200):
                run.log({f"child{n}": i})
            sys.exit(0)  # leaves the block in the child, too
    for _ in range(4):
        os.wait()
    run.log(x=2)
""",
    )
    journal = only_journal(repository.path)
    assert {name: len(points) for name, points in journal.series.items()} == {
        "x": 2,
        **{f"child{n}": 200 for n in range(4)},
    }
    text = (run_folder(repository.path) / "journal.jsonl").read_text()
    ends = [entry for line in text.splitlines() if (entry := json.loads(line))["k"] == "end"]
    assert len(ends) == 1
    assert journal.damaged_lines == 0


def test_ten_thousand_calls_are_ten_thousand_lines(repository: ScratchRepository) -> None:
    run_script(
        repository.path,
        "with branchlab.start_run() as run:\n    for i in range(10_000): run.log(a=i, b=i / 7, c=-i, d=0.5)\n",
    )
    started = time.perf_counter()
    journal = only_journal(repository.path)
    assert time.perf_counter() - started < 5
    assert [point.step for point in journal.series["b"]] == list(range(10_000))
    assert journal.series["b"][-1].value == 9_999 / 7


def test_processes_that_append_to_one_journal_lose_nothing(repository: ScratchRepository, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    code = """
import os
with branchlab.start_run() as run:
    for i in range(300): run.log({os.environ["NAME"]: i})
"""
    (repository.path / "script.py").write_text("")
    processes: list[subprocess.Popen[str]] = [
        start_script(repository.path, code, env={"BRANCHLAB_RUN_DIR": str(given), "NAME": name}) for name in "abcd"
    ]
    for process in processes:
        assert process.communicate(timeout=60)[1] == ""
    journal = read_journal(str(given / "journal.jsonl"))
    assert {name: len(points) for name, points in journal.series.items()} == dict.fromkeys("abcd", 300)
    assert journal.damaged_lines == 0
