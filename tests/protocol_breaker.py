"""Runs `branchlab` with one rule of the recording protocol broken on purpose, and one fault at the worst moment.

`python protocol_breaker.py RULE FAULT LINE…` is what a test starts. Both may be `none`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from branchlab.cli.main import entry
from branchlab.git import commit, process, refs, session
from branchlab.git.refs import RUNS
from branchlab.running import execute, recording
from command_line import COMMAND, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchlab.git.commit import NewCommit
    from branchlab.git.repository import Repository

_create_ref = refs.create_ref
_record_harvest = recording.record_harvest


def broken(folder: Path, rule: str, fault: str, *line: str, **environment: str) -> Said:
    """Runs one command line with a rule broken and a fault."""
    done = subprocess.run(
        [sys.executable, *breaker_line(rule, fault), *line],
        cwd=folder,
        env={**breaker_environment(), **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=120,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def breaker_line(rule: str, fault: str) -> list[str]:
    """Returns what to hand to the interpreter in front of a command line."""
    return [__file__, rule, fault]


def breaker_environment() -> dict[str, str]:
    """Returns the environment in which this file finds those beside it."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}


def _put(module: Any, name: str, value: Any) -> None:
    setattr(module, name, value)


def _skip_read_back() -> None:
    _put(recording, "_read_back", lambda *_: None)


def _two_refs() -> None:
    """Makes the branch at the code first, and moves it to the record then."""

    def create(repository: Repository, name: str, oid: str, *, reason: str) -> None:
        _create(repository, name, f"{oid}^", reason=reason)
        _at_the_middle()
        run_git(repository, "update-ref", name, oid)

    _put(recording, "create_ref", create)


def _early_words() -> None:
    """Says that a run is recorded before its branch is there."""

    def create(repository: Repository, name: str, oid: str, *, reason: str) -> None:
        sys.stdout.write(f"{name.removeprefix(refs.BRANCHES)}\n")
        sys.stdout.flush()
        _create(repository, name, oid, reason=reason)

    _put(recording, "create_ref", create)


def _overwrite() -> None:
    """Moves the branch wherever it stands, in place of making one that must not be there."""

    def create(repository: Repository, name: str, oid: str, *, reason: str) -> None:
        _before(repository, name)
        run_git(repository, "update-ref", "-m", reason, name, oid)

    _put(recording, "create_ref", create)


def _early_release() -> None:
    """Lets go of the run before it is on its branch."""

    def record(workspace: Any, folder: str, *rest: Any) -> Any:
        _put(execute, "release_lock", lambda _lock: None)
        for name in os.listdir("/proc/self/fd"):
            if os.path.realpath(f"/proc/self/fd/{name}") == os.path.realpath(os.path.join(folder, "lock")):
                release_lock(int(name))
        return _record_harvest(workspace, folder, *rest)

    from branchlab.tracking.state import release_lock

    _put(execute, "record_harvest", record)


def _folder_first() -> None:
    """Removes the run folder before the branch is there."""

    def create(repository: Repository, name: str, oid: str, *, reason: str) -> None:
        shutil.rmtree(os.path.join(repository.state_dir, "runs", reason.rpartition(" ")[2]))
        _create(repository, name, oid, reason=reason)

    _put(recording, "create_ref", create)


def _loose_beside_gc() -> None:
    _put(commit, "is_collecting", lambda _repository: False)


def _not_synced() -> None:
    """Takes back that git syncs what it writes."""
    start = process.start_git  # `git.session` has its own name for it; a run does not use that

    def unsynced(arguments: Any, **named: Any) -> Any:
        return start([word.replace("core.fsync=all", "core.fsync=none") for word in arguments], **named)

    _put(process, "start_git", unsynced)


def _session_not_synced() -> None:
    """Takes back that a session waits for what it wrote."""
    _put(session.GitSession, "_sync", lambda *_: None)


def _mktree() -> None:
    """Writes the record with `hash-object`, `mktree` and `commit-tree`, which knows nothing of syncing trees."""

    def write(repository: Repository, ref: str, new: NewCommit) -> str:
        made = _made_tree(repository, new.tree or f"{new.parent}^{{tree}}", new.files)
        oid = run_git(repository, *_SYNC, "commit-tree", made, "-p", new.parent, stdin=new.message.encode())
        run_git(repository, *_SYNC, "update-ref", ref, oid)
        return oid

    _put(recording, "write_commit", write)


def _made_tree(repository: Repository, tree: str, files: Mapping[str, bytes]) -> str:
    """Writes a tree with files put into it, and returns its id."""
    entries = (
        {line.partition("\t")[2]: line for line in run_git(repository, "ls-tree", tree).split("\n")} if tree else {}
    )
    below: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        name, inside, rest = path.partition("/")
        if inside:
            below.setdefault(name, {})[rest] = content
        else:
            oid = run_git(repository, *_SYNC, "hash-object", "-w", "--stdin", stdin=content)
            entries[name] = f"100644 blob {oid}\t{name}"
    for name, inner in below.items():
        old = entries[name].split()[2] if name in entries else ""
        entries[name] = f"040000 tree {_made_tree(repository, old, inner)}\t{name}"
    return run_git(repository, *_SYNC, "mktree", stdin="".join(f"{line}\n" for line in entries.values()).encode())


_SYNC = ("-c", "core.fsync=all")


def run_git(repository: Repository, *arguments: str, stdin: bytes = b"") -> str:
    """Runs git and returns its answer without the last line end."""
    done = subprocess.run(["git", *arguments], cwd=repository.top, input=stdin, capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\n")


def _kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _lose_record(repository: Repository, name: str) -> None:
    """Deletes the loose object of the record, as a collection beside us may."""
    blob = run_git(repository, "rev-parse", f"{name}:metrics.toml")
    os.unlink(os.path.join(repository.common_dir, "objects", blob[:2], blob[2:]))


def _take_name(repository: Repository, name: str) -> None:
    """Lets somebody else make the branch."""
    run_git(repository, "update-ref", name, "refs/heads/main")


def _record_as_well(repository: Repository, name: str) -> None:
    """Lets somebody else record the run that is just being recorded."""
    held = run_git(repository, "for-each-ref", "--format=%(refname)", RUNS)
    run = held.split("\n")[-1].removeprefix(RUNS)
    line = ["record", run, "-n", f"{name.removeprefix(refs.BRANCHES)}-again"]
    done = subprocess.run([*COMMAND, *line], cwd=repository.top, capture_output=True, check=False)
    sys.stderr.write(f"the other: {done.returncode} {done.stderr.decode()}")


BEFORE: dict[str, Callable[[Repository, str], None]] = {
    "kill-before": _kill,
    "take-name": _take_name,
    "record-as-well": _record_as_well,
}
AFTER: dict[str, Callable[[Repository, str], None]] = {"kill-after": _kill, "lose-record": _lose_record}
MIDDLE: dict[str, Callable[[], None]] = {"kill-middle": _kill}
RULES = {
    "none": lambda: None,
    "skip-read-back": _skip_read_back,
    "two-refs": _two_refs,
    "early-words": _early_words,
    "overwrite": _overwrite,
    "early-release": _early_release,
    "folder-first": _folder_first,
    "loose-beside-gc": _loose_beside_gc,
    "not-synced": _not_synced,
    "session-not-synced": _session_not_synced,
    "mktree": _mktree,
}
_fault = "none"


def _create(repository: Repository, name: str, oid: str, *, reason: str) -> None:
    """Makes the branch as branchlab does, with the fault before or after it."""
    _before(repository, name)
    _create_ref(repository, name, oid, reason=reason)
    if _fault in AFTER:
        AFTER[_fault](repository, name)


def _before(repository: Repository, name: str) -> None:
    if _fault in BEFORE:
        BEFORE[_fault](repository, name)


def _at_the_middle() -> None:
    if _fault in MIDDLE:
        MIDDLE[_fault]()


def main() -> None:
    """Breaks the rule, prepares the fault and is `branchlab` then."""
    global _fault
    rule, _fault = sys.argv[1:3]
    del sys.argv[1:3]
    _put(recording, "create_ref", _create)
    RULES[rule]()
    entry()


if __name__ == "__main__":
    main()
