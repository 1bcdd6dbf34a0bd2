"""What a training command may do to the places it works in, and what it may leave."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import parse_record
from command_line import fingerprint, start
from in_process import call, no_raw, rows_of, the_error
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

RECORDED = {
    "removes its worktree": 'python train.py; rm -rf "$PWD"',
    "removes .git": "python train.py; rm .git",
    "points .git nowhere": "python train.py; echo 'gitdir: /nowhere' > .git",
    "makes a repository": "python train.py; rm .git; git init -q",
    "locks the index": 'python train.py; touch "$(git rev-parse --git-dir)/index.lock"',
    "locks its folder": "python train.py; mkdir x; touch x/y; chmod 000 x .",
    "goes away": "python train.py; cd /",
    "closes its output": "exec >&- 2>&-; python train.py",
    "leaves a daemon": "setsid sleep 5 & sleep 5 & disown -a; python train.py",
    "removes DVC": "python train.py; rm -rf .dvc model.bin.dvc; mkfifo params.toml.dvc",
    "puts folders in the way": "python train.py; rm .gitignore; mkdir .gitignore metrics.toml; echo > metrics.toml/x",
    "puts a file in the way": "python train.py; rm -rf metrics; echo > metrics",
    "puts links in the way": "python train.py; ln -s /tmp metrics; ln -s /etc/passwd metrics.toml",
    "puts a pipe in the way": "python train.py; rm params.toml; mkfifo params.toml",
    "goes deep": "python train.py; d=$(printf 'd%.0s' {1..200}); for i in {1..15}; do mkdir $d; cd $d; done; echo > f",
}


@pytest.mark.parametrize("script", RECORDED.values(), ids=list(RECORDED))
def test_a_run_is_recorded_whatever_the_command_did_to_its_worktree(hostile: ScratchRepository, script: str) -> None:
    before = fingerprint(hostile)
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "bash", "-c", script)
    assert said.code == 0, said.err
    no_raw(said.err)
    assert fingerprint(hostile) == before
    hostile.git("fsck", "--connectivity-only")
    record = parse_record(hostile.git("show", "exp/model/again:metrics.toml").encode() + b"\n")
    assert round(record.metrics["accuracy"], 3) == 0.82
    said = call(hostile.path, "run", "-q", "-n", "next")  # the worktree can be used again
    assert said.code == 0, said.err
    assert fingerprint(hostile) == before


def test_a_run_that_points_its_git_at_the_users_does_not_move_the_users_head(hostile: ScratchRepository) -> None:
    before = fingerprint(hostile)
    script = f"echo 'gitdir: {hostile.path}/.git' > .git"
    assert call(hostile.path, "run", "-q", "-n", "again", "--", "sh", "-c", script).code == 0
    assert call(hostile.path, "run", "-q", "-n", "next").code == 0
    assert fingerprint(hostile) == before


@pytest.mark.parametrize(
    "script",
    [
        'rm -rf "$BRANCHLAB_RUN_DIR"',
        'rm "$BRANCHLAB_RUN_DIR/state.json"',
        'rm -rf "$BRANCHLAB_RUN_DIR"; touch "$BRANCHLAB_RUN_DIR"',
        'echo "{" > "$BRANCHLAB_RUN_DIR/state.json"',
        'rm "$BRANCHLAB_RUN_DIR/state.json"; mkfifo "$BRANCHLAB_RUN_DIR/state.json"',
    ],
)
def test_a_run_that_removes_its_own_folder_is_named_and_doctor_clears_up(
    hostile: ScratchRepository, script: str
) -> None:
    before = fingerprint(hostile)
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "bash", "-c", script)
    assert (said.code, "run it again" in the_error(said)) == (5, True)
    assert "exp/model/again" not in rows_of(hostile.path)
    call(hostile.path, "doctor", "--fix")
    said = call(hostile.path, "doctor")
    assert said.code == 0, said.out
    assert fingerprint(hostile) == before


@pytest.mark.parametrize("make", ["mkdir", "mkfifo"])
def test_a_journal_that_is_no_file_counts_as_empty(hostile: ScratchRepository, make: str) -> None:
    script = f'{make} "$BRANCHLAB_RUN_DIR/journal.jsonl"'
    assert call(hostile.path, "run", "-q", "-n", "again", "--", "sh", "-c", script).code == 0
    assert rows_of(hostile.path)["exp/model/again"] == "finished"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("mkfifo model.bin", "neither a file nor a folder"),
        ("mkdir model.bin; mkfifo model.bin/x", "neither a file nor a folder"),
        ("ln -s model.bin model.bin", ""),
        ("mkdir model.bin; ln -s / model.bin/all; echo > model.bin/x", ""),
    ],
)
def test_an_artifact_that_cannot_be_kept_costs_nothing_else(
    hostile: ScratchRepository, script: str, words: str
) -> None:
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "sh", "-c", script)
    assert (said.code, words in said.err) == (0, True), said.err
    assert rows_of(hostile.path)["exp/model/again"] == "finished"


def test_artifacts_outside_the_project_are_left_out_and_named(hostile: ScratchRepository) -> None:
    paths = ["/etc/passwd", "../../x", ".git/config", "a\nb", "-x", "=1+1", "model.bin"]
    hostile.write(
        "art.py",
        "import branchlab\nopen('model.bin', 'w').write('model')\nopen('-x', 'w').write('x')\n"
        f"with branchlab.start_run() as run:\n    for path in {paths!r}:\n        run.log_artifact(path)\n",
    )
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "python", "art.py")
    assert said.code == 0, said.err
    assert "/etc/passwd is not kept" in no_raw(said.err)
    record = parse_record(hostile.git("show", "exp/model/again:metrics.toml").encode() + b"\n")
    assert sorted(record.data) == ["-x", "model.bin"]


def test_files_of_any_name_are_kept_and_others_named(hostile: ScratchRepository) -> None:
    script = r"python train.py; mkfifo pipe; ln -s /etc/passwd link; touch $'e\e[31m\nx' -- -dash '=cmd' $'b\xff'"
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "bash", "-c", script)
    assert said.code == 0, said.err
    assert "link is not kept: it is no plain file" in no_raw(said.err)
    names = hostile.git("ls-tree", "-z", "--name-only", "exp/model/again").split("\0")
    assert {"e\x1b[31m\nx", "-dash", "=cmd", "b\udcff"} <= set(names)
    assert {"pipe", "link"}.isdisjoint(names)


def test_two_hundred_megabytes_of_output_do_not_fill_memory_or_git(hostile: ScratchRepository) -> None:
    script = "head -c 200000000 /dev/zero; head -c 1000 /dev/urandom; python train.py"
    said = call(hostile.path, "run", "-q", "-n", "again", "--", "sh", "-c", script)
    assert said.code == 0, said.err
    assert int(hostile.git("count-objects", "-v").split("size-pack: ")[1].split("\n")[0]) < 1000


def test_a_command_that_kills_branchlab_can_be_recorded(hostile: ScratchRepository) -> None:
    process = start(hostile.path, "run", "-q", "-n", "again", "--", "bash", "-c", "python train.py; kill -9 $PPID")
    assert process.wait(PATIENCE) == -9
    wait_until(lambda: rows_of(hostile.path).get("exp/model/again") != "running")
    assert call(hostile.path, "doctor", "--fix").code == 0
    said = call(hostile.path, "record")
    assert said.code == 0, said.err
    assert rows_of(hostile.path)["exp/model/again"] == "finished"  # as the script itself said


def test_a_copied_repository_leaves_the_originals_worktrees_alone(hostile: ScratchRepository) -> None:
    assert call(hostile.path, "run", "-q", "-n", "again").code == 0
    copy = hostile._replace(path=shutil.copytree(hostile.path, hostile.path.parent / "copy", symlinks=True))
    before = hostile.git("worktree", "list", "--porcelain")
    assert "branchlab/worktrees/" in before
    copy.write("new.txt", "new")  # another code commit, which the original does not have
    said = call(copy.path, "run", "-q", "-n", "elsewhere")
    assert said.code == 0, said.err
    said = call(copy.path, "reproduce", "one", "-q")  # and one that it has
    assert said.code == 0, said.err
    assert hostile.git("worktree", "list", "--porcelain") == before
