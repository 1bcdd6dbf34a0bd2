"""`git fetch` in a repository with strict naming, against one without hooks and one whose hook does nothing.

python benchmarks/hooks_fetch.py [REFS]

Git starts a `reference-transaction` hook twice for each ref it updates, so that even an empty one is dear.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from functools import partial

from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process

MOST = 1_000
BAR = 2
ROUNDS = 3
HOOK = ".git/hooks/reference-transaction"
SETTINGS = "[naming]\nstrict = true\n"


def measure(size: int) -> list[Row]:
    """Fetches new branches into fresh copies of three repositories."""
    refs = min(size, MOST)
    with tempfile.TemporaryDirectory() as base:
        _make_upstream(os.path.join(base, "upstream"), refs)
        for name in ("none", "empty", "strict"):
            _make_repository(os.path.join(base, name), name)
        works = {
            f"{name} {what}": partial(_fetch, base, name, refspec, count)
            for name in ("none", "empty", "strict")
            for what, refspec, count in (("all", "+refs/heads/*:refs/remotes/up/*", refs), ("one", "main", 1))
        }
        median = by_turns(works, ROUNDS)
    none, one = median["none all"], median["none one"]
    against = "git fetch, no hooks"
    return [
        Row(f"fetch of {refs:,} refs, strict names", median["strict all"].wall, against, none.wall, BAR),
        Row(f"fetch of {refs:,} refs, strict names", median["strict all"].cpu, against, none.cpu, clock="CPU"),
        Row(f"fetch of {refs:,} refs, an empty hook", median["empty all"].wall, against, none.wall),
        Row("fetch of 1 commit, strict names", median["strict one"].wall, against, one.wall),
        Row("fetch of 1 commit, an empty hook", median["empty one"].wall, against, one.wall),
    ]


def _git(folder: str, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=_environment(folder),
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _environment(folder: str) -> dict[str, str]:
    someone = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return compiled(folder) | someone


def _make_upstream(folder: str, refs: int) -> None:
    os.mkdir(folder)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message=start")
    commit = _git(folder, "rev-parse", "HEAD")
    _git(folder, "update-ref", "--stdin", stdin="".join(f"create refs/heads/b/{n} {commit}\n" for n in range(1, refs)))
    _git(folder, "pack-refs", "--all")


def _make_repository(folder: str, name: str) -> None:
    os.mkdir(folder)
    _git(folder, "init", "--quiet")
    with open(os.path.join(folder, "branchlab.toml"), "w", encoding="utf-8") as file:
        file.write(SETTINGS)
    if name == "strict":
        subprocess.run([BRANCHLAB, "hooks", "install"], cwd=folder, check=True, capture_output=True)
    if name == "empty":
        with open(os.path.join(folder, HOOK), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n")
        os.chmod(file.name, 0o700)


def _fetch(base: str, name: str, refspec: str, count: int) -> Cost:
    folder = os.path.join(base, "copy")
    shutil.copytree(os.path.join(base, name), folder, symlinks=True)
    cost = time_process(["git", "fetch", "--quiet", "../upstream", refspec], folder, compiled(base))
    found = _git(folder, "for-each-ref", "refs/remotes").splitlines()
    assert len(found) == (count if count > 1 else 0)
    while name == "strict" and not os.path.exists(os.path.join(folder, HOOK)):
        time.sleep(0.05)  # it comes back when it sees that git has ended
    shutil.rmtree(folder, ignore_errors=True)
    return cost


if __name__ == "__main__":
    run_script(measure, MOST)
