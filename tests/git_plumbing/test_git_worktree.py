"""Runs take turns in worktrees: each finds exactly its commit there, and nothing of the run before."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BusyError
from branchlab.git import worktree as room
from branchlab.git.process import GitError
from branchlab.git.refs import checked_out
from branchlab.git.repository import Repository, find_repository
from branchlab.git.worktree import Worktree, remove_worktree, slot_owner, take_worktree, worktrees_dir
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def _taken(repository: Repository, commit: str, run: str = "run", *, needed: bool = False) -> Iterator[Worktree]:
    """Takes a worktree and gives it back."""
    worktree = take_worktree(repository, run, commit, lambda _: needed)
    try:
        yield worktree
    finally:
        os.close(worktree.lock)


def _files(path: str | Path) -> dict[str, str]:
    """Reads all files but git's own."""
    found = [file for file in Path(path).rglob("*") if file.is_file() and ".git" not in file.relative_to(path).parts]
    return {str(file.relative_to(path)): file.read_text() for file in found}


@pytest.fixture
def commits(repository: ScratchRepository) -> tuple[str, str]:
    """Two commits that differ in files, a folder that becomes a file, and what is ignored."""
    first = repository.commit("one", a="1", **{"d/e": "2", ".gitignore": "*.log\n"})
    repository.git("rm", "--quiet", "-r", "d")
    return first, repository.commit("two", a="3", d="4", **{".gitignore": ""})


def test_a_run_finds_its_commit_and_the_user_notices_nothing(
    repository: ScratchRepository, commits: tuple[str, str], look: Callable[[Path], dict[str, object]]
) -> None:
    repository.write("a", "unsaved")
    repository.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch hook-ran\n").chmod(0o755)
    before = look(repository.path)
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]) as worktree:
        assert worktree.fresh
        assert worktree.path == f"{worktrees_dir(opened)}/1"
        assert _files(worktree.path) == {"a": "1", "d/e": "2", ".gitignore": "*.log\n"}
    after = {path: what for path, what in look(repository.path).items() if not path.startswith(".git/worktrees/")}
    assert after == before


def test_a_used_slot_is_reset_to_the_next_commit_with_nothing_else_in_it(
    repository: ScratchRepository, commits: tuple[str, str]
) -> None:
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]) as worktree:
        left = Path(worktree.path)
        (left / "a").write_text("changed by the run")
        (left / "x.log").write_text("ignored")
        (left / "new folder\n").mkdir()
        (left / "new folder\n/-f").write_text("untracked")
        subprocess.run(["git", "init", "--quiet", left / "nested"], check=True)
        (left / "nested/file").write_text("of a nested repository")
        (left / "link").symlink_to(repository.path / "a")
        subprocess.run(["git", "-C", left, "add", "--all", "new folder\n"], check=True)
    with _taken(opened, commits[1]) as worktree:
        assert not worktree.fresh
        assert _files(worktree.path) == {"a": "3", "d": "4", ".gitignore": ""}
    assert (repository.path / "a").read_text() == "3"
    with _taken(opened, commits[0]) as worktree:
        assert not worktree.fresh
        assert _files(worktree.path)["d/e"] == "2"


def test_runs_side_by_side_get_different_slots(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda run: take_worktree(opened, f"{run}", commits[run % 2], lambda _: False), range(6)))
    try:
        assert sorted(worktree.path for worktree in taken) == [f"{worktrees_dir(opened)}/{n}" for n in range(1, 7)]
        assert [_files(worktree.path)["a"] for worktree in taken] == ["1", "3"] * 3
        assert [slot_owner(worktree.path) for worktree in taken] == ["0", "1", "2", "3", "4", "5"]
    finally:
        for worktree in taken:
            os.close(worktree.lock)


def test_the_slot_of_a_killed_holder_is_taken_again(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    script = (
        "import sys, time; from branchlab.git.repository import find_repository as f\n"
        "from branchlab.git.worktree import take_worktree as t\n"
        "t(f(sys.argv[1]), 'dead', sys.argv[2], lambda _: True); print('held', flush=True); time.sleep(60)"
    )
    arguments = [sys.executable, "-c", script, str(repository.path), commits[0]]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with _taken(opened, commits[0]) as second:
            assert second.path.endswith("/2")
        holder.kill()
    assert slot_owner(f"{worktrees_dir(opened)}/1") == "dead"
    with _taken(opened, commits[1]) as again:
        assert (again.path, again.fresh) == (f"{worktrees_dir(opened)}/1", False)


def test_a_slot_whose_files_are_needed_is_passed_over_but_not_by_its_own_run(
    repository: ScratchRepository, commits: tuple[str, str]
) -> None:
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0], "failed") as worktree:
        Path(worktree.path, "model").write_text("precious")
    with _taken(opened, commits[0], "next", needed=True) as worktree:
        assert worktree.path.endswith("/2")
    assert Path(worktrees_dir(opened), "1/model").read_text() == "precious"
    with _taken(opened, commits[0], "failed", needed=True) as worktree:
        assert worktree.path.endswith("/1")


def test_when_all_slots_are_taken_the_run_is_told(
    repository: ScratchRepository, commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SLOTS", 1)
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]), pytest.raises(BusyError, match=r"^all 1 worktrees are taken$"):
        take_worktree(opened, "other", commits[0], lambda _: False)


def test_a_failure_gives_the_slot_back(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    with pytest.raises(GitError):
        take_worktree(opened, "run", "f" * 40, lambda _: False)

    def broken(_: str) -> bool:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        take_worktree(opened, "other", commits[0], broken)
    with _taken(opened, commits[0]) as worktree:
        assert worktree.path.endswith("/1")


def _put_a_link_there(_: Repository, slot: Path) -> None:
    slot.rename(slot.parent / "away")
    slot.symlink_to(slot.parent / "away")


BREAKS: dict[str, Callable[[Repository, Path], object]] = {
    "its .git is gone": lambda _, slot: (slot / ".git").unlink(),
    "its .git leads nowhere": lambda _, slot: (slot / ".git").write_text("gitdir: /nowhere\n"),
    "git forgot it": lambda opened, _: subprocess.run(["rm", "-r", f"{opened.common_dir}/worktrees/1"], check=True),
    "its index is damaged": lambda opened, _: Path(opened.common_dir, "worktrees/1/index").write_text("x"),
    "its index is locked": lambda opened, _: Path(opened.common_dir, "worktrees/1/index.lock").touch(),
    "it is locked and gone": lambda opened, slot: (
        Path(opened.common_dir, "worktrees/1/locked").write_text("initializing"),
        subprocess.run(["rm", "-r", slot], check=True),
    ),
    "a file stands there": lambda _, slot: (subprocess.run(["rm", "-r", slot], check=True), slot.write_text("x")),
    "a link stands there": _put_a_link_there,
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_slot_is_made_anew(repository: ScratchRepository, commits: tuple[str, str], name: str) -> None:
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]) as worktree:
        slot = Path(worktree.path)
    BREAKS[name](opened, slot)
    with _taken(opened, commits[1]) as worktree:
        assert worktree.path == str(slot)
        assert _files(slot) == {"a": "3", "d": "4", ".gitignore": ""}
        assert ScratchRepository(slot).git("rev-parse", "HEAD") == commits[1]
        assert repository.git("rev-parse", "HEAD") == commits[1]


def test_the_users_worktree_on_a_disk_that_is_away_is_not_forgotten(
    repository: ScratchRepository, commits: tuple[str, str], tmp_path: Path
) -> None:
    repository.git("worktree", "add", "--quiet", str(tmp_path / "disk"))
    (tmp_path / "disk").rename(tmp_path / "away")
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]) as worktree:
        Path(worktree.path, ".git").unlink()
    with _taken(opened, commits[0]) as worktree:
        assert worktree.fresh
    remove_worktree(opened, worktree.path)
    (tmp_path / "away").rename(tmp_path / "disk")
    assert ScratchRepository(tmp_path / "disk").git("status", "--short") == ""


def test_read_only_folders_that_a_run_left_do_not_block_the_slot(powerless: Path) -> None:
    (powerless / "project").mkdir()
    (powerless / "outside").mkdir(mode=0o500)
    scratch = ScratchRepository(powerless / "project")
    scratch.git("init", "--quiet", "--template=")
    commit = scratch.commit("base", a="1")
    opened = find_repository(str(scratch.path))
    with _taken(opened, commit) as worktree:
        locked = Path(worktree.path, "out/locked")
        locked.mkdir(parents=True)
        (locked / "file").touch()
        (locked / "link").symlink_to(powerless / "outside")
        locked.chmod(0o000)
        locked.parent.chmod(0o500)
    with _taken(opened, commit) as worktree:
        assert worktree.fresh
        assert _files(worktree.path) == {"a": "1"}
    assert (powerless / "outside").stat().st_mode & 0o777 == 0o500


def test_a_run_sees_the_files_that_the_user_sees_in_a_sparse_checkout(repository: ScratchRepository) -> None:
    commit = repository.commit("base", **{"top": "1", "in/x": "2", "out/y": "3"})
    opened = find_repository(str(repository.path))
    seen: list[tuple[bool, list[str]]] = []
    for command in (["set", "in"], ["list"], ["set", "out"], ["disable"]):
        repository.git("sparse-checkout", *command)
        with _taken(opened, commit) as worktree:
            seen.append((worktree.fresh, sorted(_files(worktree.path))))
    assert seen == [
        (True, ["in/x", "top"]),
        (False, ["in/x", "top"]),
        (True, ["out/y", "top"]),
        (True, ["in/x", "out/y", "top"]),
    ]


def test_a_run_can_start_from_a_linked_worktree(
    repository: ScratchRepository, commits: tuple[str, str], tmp_path: Path
) -> None:
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    with _taken(find_repository(str(tmp_path / "linked")), commits[0]) as worktree:
        assert worktree.path == f"{repository.path}/.git/branchlab/worktrees/1"
        assert _files(worktree.path)["a"] == "1"


@pytest.mark.parametrize("cut_short", ["commondir", "HEAD"])
def test_a_worktree_whose_making_was_cut_short_stops_no_other(
    repository: ScratchRepository, commits: tuple[str, str], cut_short: str
) -> None:
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]):
        pass
    (repository.path / ".git/worktrees/1" / cut_short).write_bytes(b"")  # opened, and killed before it was written
    if cut_short == "commondir":
        with pytest.raises(GitError) as caught:
            checked_out(opened)
        assert "branchlab doctor --fix" in caught.value.hint
    with _taken(opened, commits[1], "other", needed=True) as worktree:
        assert worktree.path.endswith("/2")
        assert _files(worktree.path)["a"] == "3"
    assert repository.git("fsck", "--full", "--no-dangling", "--no-progress") == ""


def test_a_removed_slot_leaves_nothing_behind(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    with _taken(opened, commits[0]) as worktree:
        path = worktree.path
        with pytest.raises(BusyError, match="a run holds"):
            remove_worktree(opened, path)
        assert _files(path)
    remove_worktree(opened, path)
    remove_worktree(opened, path)
    assert os.listdir(worktrees_dir(opened)) == ["list.lock"]
    assert repository.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert slot_owner(path) == ""


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_file_that_was_removed_meanwhile_holds_nothing(
    repository: ScratchRepository, commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch, *, replaced: bool
) -> None:
    opened = find_repository(str(repository.path))
    lock = Path(worktrees_dir(opened), "1.lock")
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if lock.exists() and os.path.samestat(os.fstat(descriptor), lock.stat()):
            lock.rename(f"{lock}.removed")
            if replaced:
                lock.touch()
                monkeypatch.undo()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with _taken(opened, commits[0]) as worktree:
        assert worktree.path.endswith("/2")


SHIM = """\
#!/bin/sh
case "$* " in
*" worktree add "*)
  if mkdir "$PRUNED" 2>/dev/null; then
    echo "fatal: could not open '.git/worktrees/1/locked' for writing: No such file or directory" >&2; exit 128
  fi ;;
esac
exec "$GIT" "$@"
"""


def test_an_entry_that_a_collection_prunes_while_it_is_made_is_made_again(
    repository: ScratchRepository, commits: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(SHIM)
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("GIT", shutil.which("git") or "")
    monkeypatch.setenv("PRUNED", str(tmp_path / "pruned"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with _taken(find_repository(str(repository.path)), commits[0]) as worktree:
        assert _files(worktree.path)
    assert (tmp_path / "pruned").is_dir()
