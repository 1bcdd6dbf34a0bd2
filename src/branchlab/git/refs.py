"""Reads and moves refs.

One fact is one ref update: two refs in one transaction were seen half applied after a crash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import BusyError, NotFoundError, UsageError
from branchlab.git.process import GitError, run_git
from branchlab.text import safe_text, some_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

BRANCHES = "refs/heads/"
REMOTES = "refs/remotes/"
ARCHIVE = "refs/archive/"
TRASH = "refs/branchlab/trash/"
RUNS = "refs/branchlab/runs/"
SHORT_ID = 8  # characters of a commit id where people read it

# Our own hook has nothing to say about what branchlab itself makes: an old name must be able to come back.
OWN_ENVIRONMENT = {"BRANCHLAB_SKIP": "1"}


class Ref(NamedTuple):
    """A full ref name and the full id of the object it points at."""

    name: str
    oid: str


def list_refs(repository: Repository, *prefixes: str) -> list[Ref]:
    """Lists refs below the prefixes, sorted by name, without opening an object."""
    out = run_git(["for-each-ref", "--format=%(objectname) %(refname)", *prefixes], cwd=repository.top)
    return [Ref(line[oid_end + 1 :], line[:oid_end]) for line in _lines(out) if (oid_end := line.find(" ")) > 0]


def read_ref(repository: Repository, name: str) -> str | None:
    """Returns the object id a full ref name points at, or None."""
    found = [ref.oid for ref in list_refs(repository, name) if ref.name == name]  # git also lists what is below `name/`
    return found[0] if found else None


def find_ref(repository: Repository, name: str, *places: str) -> Ref | None:
    """Returns the ref with this name below a place, or the one whose name ends in `/name`; the first place counts most.

    Raises:
        UsageError: when several in one place end so.
    """
    refs = [ref for ref in list_refs(repository, *places) if ref.name.endswith(f"/{name}")]
    for place in places:
        ending = [ref for ref in refs if ref.name.startswith(place)]
        fitting = [ref for ref in ending if ref.name == place + name] or ending
        if len(fitting) > 1:
            names = some_of([ref.name.removeprefix(place) for ref in fitting])
            raise UsageError(f"{safe_text(name)} could be {names}", "write more of the name")
        if fitting:
            return fitting[0]
    return None


def create_ref(repository: Repository, name: str, oid: str, *, reason: str) -> None:
    """Makes a ref that must not exist yet.

    Raises:
        UsageError: when it exists, or a ref stands in its way (`exp` beside `exp/x`).
        BusyError: when another process holds its lock.
    """
    _update(repository, ref_command("create", name, oid), name, reason)


def move_ref(repository: Repository, name: str, new: str, old: str, *, reason: str) -> None:
    """Moves a ref from `old` to `new`, and only from `old`; raises as `create_ref` does."""
    _update(repository, ref_command("update", name, new, old), name, reason)


def put_ref(repository: Repository, name: str, oid: str, *, reason: str) -> None:
    """Points a ref at an object, whether and wherever it pointed before; raises as `create_ref` does."""
    _update(repository, ref_command("update", name, oid, ""), name, reason)


def delete_ref(repository: Repository, name: str, old: str, *, reason: str) -> None:
    """Deletes a ref that still points at `old`; raises as `create_ref` does."""
    _update(repository, ref_command("delete", name, old), name, reason)


def create_refs(repository: Repository, refs: Sequence[Ref], *, reason: str) -> None:
    """Makes refs that must not exist yet, with one git; raises as `create_ref` does."""
    _update_all(repository, "create", refs, reason)


def delete_refs(repository: Repository, refs: Sequence[Ref], *, reason: str) -> None:
    """Deletes refs that still point where they did, with one git; raises as `create_ref` does."""
    _update_all(repository, "delete", refs, reason)


def checked_out(repository: Repository) -> dict[str, str]:
    """Returns the folder of the working tree by full ref name, for each branch that is checked out somewhere."""
    out = run_git(["worktree", "list", "--porcelain", "-z"], cwd=repository.top)  # -z came with git 2.36
    found: dict[str, str] = {}
    folder = ""
    for item in out.decode(errors="surrogateescape").split("\0"):
        key, _, value = item.partition(" ")
        if key == "worktree":
            folder = value
        elif key == "branch":
            found[value] = folder
    return found


def current_branch(repository: Repository) -> str | None:
    """Returns the full ref name HEAD stands for, also before the first commit; None when HEAD is detached."""
    try:
        out = run_git(["symbolic-ref", "-q", "HEAD"], cwd=repository.top)
    except GitError:  # with -q that is how it answers for a detached HEAD
        return None
    return out.decode(errors="surrogateescape").removesuffix("\n")


def _lines(out: bytes) -> list[str]:
    return out.decode(errors="surrogateescape").split("\n")


def ref_command(verb: str, name: str, *oids: str) -> bytes:
    """Returns one command for `git update-ref --stdin -z`.

    Raises:
        UsageError: for a name that would end early, so that another command began.
    """
    command = "".join(f"{word}\0" for word in (f"{verb} {name}", *oids))
    if command.count("\0") != 1 + len(oids):
        raise UsageError(f"{safe_text(name)} is no name for a branch", "git branch -a lists those that are there")
    return command.encode(errors="surrogateescape")


def _update_all(repository: Repository, verb: str, refs: Sequence[Ref], reason: str) -> None:
    """Gives a command for each ref; a crash may leave a part of it done, and who calls it can do it again."""
    _update(repository, b"".join(ref_command(verb, ref.name, ref.oid) for ref in refs), refs[0].name, reason)


def _update(repository: Repository, command: bytes, name: str, reason: str) -> None:
    """Gives commands to update-ref; each name travels by standard input, so that no name is read as an option."""
    arguments = ["-c", "core.fsync=all", "update-ref", "-m", reason, "--stdin", "-z"]
    try:
        run_git(arguments, cwd=repository.top, stdin=command, env=OWN_ENVIRONMENT)
    except GitError as error:
        raise explain(error, name) from None


def explain(error: GitError, name: str) -> Exception:
    """Returns the error that says what a refused change of the ref `name` means."""
    name = safe_text(name.removeprefix(BRANCHES))
    # update-ref ends with 128 whatever is wrong, so its words have to tell.
    if "reference already exists" in error.stderr:
        return UsageError(f"{name} exists already", "choose another name")
    if "cannot create" in error.stderr and "exists" in error.stderr:
        return UsageError(f"{name} cannot stand beside a branch of the same beginning", "choose another name")
    if "unable to resolve reference" in error.stderr or "reference is missing" in error.stderr:
        return NotFoundError(f"{name} does not exist any more", "branchlab ls shows what is there")
    if "File exists" in error.stderr or "but expected" in error.stderr:
        return BusyError(f"{name} is being changed by another process", "try again; branchlab doctor finds stale locks")
    return error
