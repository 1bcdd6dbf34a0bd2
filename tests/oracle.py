"""What must hold after any fault: a kill, a full disk, a call that fails, another recorder beside this one.

`remember` before the fault, `assert_sound` after it: the repository is whole to git, every acknowledged run is there
byte for byte and readable, what is the user's is as it was, their own commit works, and one call of `doctor` mends the
rest.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from branchlab.git.repository import find_repository
from branchlab.git.worktree import known_slots
from command_line import fingerprint
from in_process import call

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scratch_repository import ScratchRepository

RECORD = "metrics.toml"
KEPT = ("refs/heads/", "refs/tags/", "refs/remotes/", "refs/archive/")


class Before(NamedTuple):
    """What a repository held: `user` is their own, `refs` each ref with its commit, `records` what was recorded."""

    user: Mapping[str, str]
    refs: Mapping[str, str]
    records: Mapping[str, str]


def remember(repository: ScratchRepository) -> Before:
    """Looks at a repository before a fault."""
    return Before(fingerprint(repository), refs_of(repository), records_of(repository))


def refs_of(repository: ScratchRepository) -> dict[str, str]:
    """Returns the commit of each ref that somebody may rely on."""
    lines = repository.git("for-each-ref", "--format=%(refname) %(objectname)", *KEPT).splitlines()
    return dict(line.split(" ") for line in lines)


def records_of(repository: ScratchRepository, names: Iterable[str] = ()) -> dict[str, str]:
    """Returns the record of each experiment as it stands on its branch; of `names`, else of all that have one."""
    wanted = list(names) or [name for name in refs_of(repository) if name.startswith("refs/heads/exp/")]
    answer = os.fsencode(repository.git("cat-file", "--batch", stdin="".join(f"{name}:{RECORD}\n" for name in wanted)))
    found = {}
    for name in wanted:
        head, _, answer = answer.partition(b"\n")
        if not head.endswith(b" missing"):
            size = int(head.split()[2])
            found[name], answer = os.fsdecode(answer[:size]), answer[size + 1 :]
    return found


def assert_sound(
    repository: ScratchRepository,
    before: Before,
    *,
    acknowledged: Iterable[str] = (),
    gone: Iterable[str] = (),
    user: bool = True,
) -> None:
    """Holds a repository against what it was.

    Args:
        repository: whose work tree is the user's.
        before: what `remember` saw.
        acknowledged: names of experiments (without `refs/heads/`) of which a command said that they are recorded since.
        gone: refs that the killed command was asked to move or delete; everywhere else nothing may change.
        user: whether files, index, HEAD and stash must be as they were; no, where the fault hit the user's own commit.

    Raises:
        AssertionError: names the first promise that does not hold.
    """
    if user:
        assert_untouched(repository, before)
    whole = worktrees_are_whole(repository)
    if whole:
        assert_whole(repository)
    asked = set(gone)
    now = refs_of(repository)
    assert {name: now.get(name) for name in before.refs if name not in asked} == {
        name: commit for name, commit in before.refs.items() if name not in asked
    }
    kept = {name: text for name, text in before.records.items() if name not in asked}
    assert records_of(repository, kept) == kept if kept else True
    assert_readable(repository, [*(name.removeprefix("refs/heads/") for name in kept), *acknowledged])
    assert_usable(repository)
    assert_mended(repository)
    if not whole:
        assert_whole(repository)


def worktrees_are_whole(repository: ScratchRepository) -> bool:
    """Tells whether no `git worktree add` of branchlab was killed on the way.

    Git itself names what that leaves in fsck and stops at it in `worktree list`; the next run or the doctor removes it.
    """
    return all(slot.whole for slot in known_slots(find_repository(str(repository.path))))


def assert_untouched(repository: ScratchRepository, before: Before) -> None:
    """Holds files, index, HEAD, stash, main and tags against what they were."""
    now = fingerprint(repository)
    changed = {name for name in {*now, *before.user} if now.get(name) != before.user.get(name)}
    assert not changed, f"the user's own was touched: {sorted(changed)}"


def assert_whole(repository: ScratchRepository) -> None:
    """Asks git itself."""
    done = subprocess.run(
        ["git", "fsck", "--full", "--strict", "--no-dangling", "--no-progress"],
        cwd=repository.path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def assert_readable(repository: ScratchRepository, names: Iterable[str]) -> None:
    """Makes sure that `ls` lists each experiment, whole."""
    said = call(repository.path, "ls", "--json")
    assert said.code == 0, said.err
    found = {row["name"]: row["status"] for row in json.loads(said.out)}
    for name in names:
        assert found.get(name, "not listed") not in {"not listed", "damaged", "running"}, (name, found.get(name))


def assert_usable(repository: ScratchRepository) -> None:
    """Lets the user add and commit, and takes it back."""
    head = repository.git("rev-parse", "HEAD")
    repository.write("of-the-user.txt", "mine\n")
    repository.git("add", "of-the-user.txt")
    repository.git("commit", "--quiet", "--message", "mine", "--", "of-the-user.txt")
    repository.git("rm", "--quiet", "--cached", "of-the-user.txt")
    (repository.path / "of-the-user.txt").unlink()
    repository.git("reset", "--quiet", "--soft", head)


def assert_mended(repository: ScratchRepository) -> None:
    """Lets `doctor --fix` mend what is left; after one call nothing may be left."""
    fixed = call(repository.path, "doctor", "--fix")
    assert fixed.code == 0, fixed.out + fixed.err
    if not fixed.out:
        return
    again = call(repository.path, "doctor")
    assert (again.code, again.out) == (0, ""), again.out + again.err
