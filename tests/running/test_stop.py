"""`stop`: real runs, real processes, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from branchlab.record.format import parse_record
from branchlab.running import stopping
from branchlab.running.holders import holders
from branchlab.tracking.state import read_state, run_folders
from command_line import branchlab, rows, start
from in_process import call, the_error
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from scratch_repository import ScratchRepository

LOOP = """\
import signal, sys, time
import branchlab

if "--deaf" in sys.argv:
    signal.signal(signal.SIGINT, lambda *_: None)
with branchlab.start_run(params={"lr": 1.0}) as run:
    for step in range(3000):
        run.log(loss=1 / (step + 1))
        time.sleep(0.02)
"""


def loop(project: ScratchRepository) -> None:
    project.commit("loop", **{"loop.py": LOOP})


def runs_dir(project: ScratchRepository) -> str:
    return str(project.path / ".git" / "branchlab" / "runs")


def logged(project: ScratchRepository, count: int = 1) -> list[str]:
    """Waits until so many runs have logged a value, and returns their folders."""

    def folders() -> list[str]:
        found = run_folders(runs_dir(project))
        return [one for one in found if '"loss"' in _text(f"{one}/journal.jsonl")]

    wait_until(lambda: len(folders()) == count)
    return folders()


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def test_a_run_is_stopped_as_by_ctrl_c_and_what_it_logged_is_kept(project: ScratchRepository) -> None:
    loop(project)
    process = start(project.path, "run", "-n", "long", "--", "python", "loop.py")
    logged(project)
    said = branchlab(project.path, "stop", "long")
    _, err = process.communicate(timeout=PATIENCE)
    assert said.code == 0, said.err
    assert said.err.startswith("exp/model/long stopped after ")
    assert (process.returncode, b"stopped" in err) == (130, True)
    assert rows(project.path)[0]["status"] == "stopped"
    assert branchlab(project.path, "record", "long").code == 0
    record = parse_record(project.git("show", "exp/model/long:metrics.toml").encode())
    assert (record.run.status, record.run.exit_code) == ("stopped", -signal.SIGINT)


def test_of_a_grid_only_the_run_that_was_named_is_stopped(project: ScratchRepository) -> None:
    loop(project)
    grid = start(project.path, "run", "-S", "lr=1.0,2.0", "-j", "2", "--", "python", "loop.py")
    first, second = logged(project, 2)
    assert branchlab(project.path, "stop", os.path.basename(first)).code == 0
    assert grid.poll() is None
    assert sorted(row["status"] for row in rows(project.path)) == ["running", "stopped"]
    assert branchlab(project.path, "stop", os.path.basename(second)).code == 0
    grid.communicate(timeout=PATIENCE)


def test_a_run_by_hand_is_stopped_with_its_shell_job(project: ScratchRepository) -> None:
    loop(project)
    process = subprocess.Popen([sys.executable, "loop.py"], cwd=project.path, process_group=0, stderr=subprocess.PIPE)
    folder = logged(project)[0]
    said = branchlab(project.path, "stop", os.path.basename(folder))
    process.communicate(timeout=PATIENCE)
    assert said.code == 0, said.err
    assert process.returncode == -signal.SIGINT
    state = read_state(folder)
    assert state is not None
    assert state.status == "stopped"


def test_a_run_that_a_script_began_in_the_background_is_stopped(project: ScratchRepository) -> None:
    loop(project)
    # A shell without job control lets what it starts with `&` ignore SIGINT.
    script = subprocess.Popen(["sh", "-c", "trap '' INT; exec \"$0\" loop.py", sys.executable], cwd=project.path)
    folder = logged(project)[0]
    said = branchlab(project.path, "stop", os.path.basename(folder))
    assert said.code == 0, said.err
    assert script.wait(PATIENCE) == -signal.SIGTERM
    state = read_state(folder)
    assert state is not None
    assert state.status == "stopped"


def test_a_run_by_hand_that_does_not_listen_is_told_honestly(
    project: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop(project)
    monkeypatch.setattr(stopping, "GRACE_SECONDS", 0.2)
    process = subprocess.Popen([sys.executable, "loop.py", "--deaf"], cwd=project.path)
    try:
        folder = logged(project)[0]
        said = call(project.path, "stop", os.path.basename(folder))
        assert (said.code, "was asked to stop and goes on" in the_error(said)) == (4, True)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_a_command_whose_branchlab_was_killed_is_stopped_and_settled(project: ScratchRepository) -> None:
    loop(project)
    process = start(project.path, "run", "-n", "long", "--", "python", "loop.py")
    folder = logged(project)[0]
    process.kill()
    process.communicate()
    assert branchlab(project.path, "stop", "long").code == 0
    state = read_state(folder)
    assert state is not None
    assert (state.status, bool(state.ended)) == ("stopped", True)


def test_a_dead_run_is_said_to_be_dead_and_nothing_is_signalled(project: ScratchRepository) -> None:
    loop(project)
    process = start(project.path, "run", "-n", "long", "--", "python", "loop.py")
    folder = logged(project)[0]
    process.kill()
    process.communicate()
    for one in holders(folder):  # as after a reboot: nobody is left, and state.json says that it runs
        one.kill()
    wait_until(lambda: rows(project.path)[0]["status"] == "failed")
    said = call(project.path, "stop", "long")
    assert said.code == 2
    assert "is not going on: it died without a word" in said.err
    assert "none of these runs is going on" in the_error(said)


def test_what_is_recorded_or_unknown_cannot_be_stopped(project: ScratchRepository) -> None:
    assert call(project.path, "run", "-q", "-n", "quick", "--", "true").code == 0
    assert "is recorded, so it has ended" in the_error(call(project.path, "stop", "quick"))
    assert "there is no run nothing" in the_error(call(project.path, "stop", "nothing"))


def test_who_only_looks_at_a_run_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"")
    look = "import sys, time; open(sys.argv[1]).close(); print('looked', flush=True); time.sleep(5)"
    with subprocess.Popen([sys.executable, "-c", look, tmp_path / "lock"], stdout=subprocess.PIPE) as looker:
        assert looker.stdout is not None
        looker.stdout.readline()
        assert holders(str(tmp_path)) == []
        looker.kill()
