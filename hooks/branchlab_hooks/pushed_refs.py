"""What a push sends: the refs that git tells on standard input, and the commits that hold other data than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

_PARTS = 4  # githooks(5), pre-push
# `*` of a pathspec takes slashes as well, while a bare name is the one at the top: gitglossary(7), pathspec.
_POINTERS = ("*.dvc", "dvc.lock", "*/dvc.lock")


class PushedRef(NamedTuple):
    """A ref that is made or moved at the remote.

    Attributes:
        source: what is sent, as git was told: a full ref, `HEAD`, or an id.
        oid: its object.
        target: full name of the ref at the remote.
        before: object of that ref at the remote, only zeros for a new one.
    """

    source: str
    oid: str
    target: str
    before: str

    @property
    def branch(self) -> str:
        """The branch it becomes at the remote, empty for another kind of ref."""
        return self.target.removeprefix(BRANCHES) if self.target.startswith(BRANCHES) else ""


def parse_refs(stdin: bytes) -> list[PushedRef]:
    """Reads what git tells; deletions are left out."""
    lines = stdin.decode(errors="surrogateescape").split("\n")
    refs = [PushedRef(*line.split(" ")) for line in lines if line.count(" ") == _PARTS - 1]
    return [ref for ref in refs if ref.oid.strip("0")]


def tips(repository: Repository, refs: Sequence[PushedRef]) -> dict[str, str]:
    """Returns the short name of what is pushed by the id of its commit; a tag of something else has none."""
    found = read_objects(repository, [f"{ref.oid}^{{commit}}" for ref in refs])
    named = zip(refs, found, strict=True)
    return {commit.oid: ref.branch or ref.target.removeprefix("refs/") for ref, commit in named if commit}


def data_changes(repository: Repository, remote: str, refs: Sequence[PushedRef]) -> list[str]:
    """Returns the commits that the remote lacks and that change a pointer to data, as far as is known here.

    Args:
        repository: where the refs are.
        remote: name of the git remote, empty when the push goes to an address.
        refs: what is pushed.
    """
    revisions = "".join(f"{ref.oid}\n^{ref.before}\n" if ref.before.strip("0") else f"{ref.oid}\n" for ref in refs)
    # What lies at an address is not known; but what some remote has was pushed before, and its data with it.
    known = ["--not", f"--remotes={remote}" if remote else "--remotes"]
    # --ignore-missing: after a forced push of somebody else, what the remote has may not be here.
    arguments = ["rev-list", "--ignore-missing", "--stdin", *known, "--", *_POINTERS]
    return run_git(arguments, cwd=repository.top, stdin=revisions.encode()).decode().split()
