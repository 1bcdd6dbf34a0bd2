"""Which branches are experiments: their names and tips, from one `git for-each-ref` that opens no object."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchlab.git.process import finish_git, start_git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from branchlab.naming import Rule

HEADS = "refs/heads/"
REMOTES = "refs/remotes/"
ARCHIVE = "refs/archive/"
_FORMAT = "--format=%(objectname) %(refname)"


class Listing(NamedTuple):
    """A `git for-each-ref` that works while the program still loads its modules."""

    process: subprocess.Popen[bytes]
    remote: bool
    archived: bool


class Tip(NamedTuple):
    """A branch that the naming rule accepts: its name as git resolves it and the commit it points at."""

    name: str
    oid: bytes


class Tips(NamedTuple):
    """The branches of a project.

    Attributes:
        experiments: those that may hold an experiment, in the order of their names.
        untouched: names of those that still stand where the baseline stands.
    """

    experiments: list[Tip]
    untouched: list[str]


def start_listing(folder: str, *, remote: bool = False, archived: bool = False) -> Listing:
    """Starts to list refs; do it first and everything else meanwhile.

    Args:
        folder: any folder of the repository.
        remote: remote-tracking branches too.
        archived: archived experiments too.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    places = [HEADS, *([REMOTES] if remote else []), *([ARCHIVE] if archived else [])]
    return Listing(start_git(["for-each-ref", _FORMAT, *places], cwd=folder), remote, archived)


def read_tips(listing: Listing, rule: Rule, baseline: str) -> Tips:
    """Takes the answer: branches that the rule accepts, the ones that stand at the baseline apart.

    A remote-tracking branch that equals the local one is left out.

    Raises:
        GitError: when git refuses.
    """
    out = finish_git(listing.process, ["for-each-ref"]).decode(errors="surrogateescape")
    refs = dict(line.split(" ", 1)[::-1] for line in out.split("\n") if line)
    bases = {refs.get(place + baseline) for place in (HEADS, REMOTES, f"{REMOTES}origin/") if place + baseline in refs}
    experiments: list[Tip] = []
    untouched: list[str] = []
    for name, oid in _accepted(refs, rule):
        if oid in bases:
            untouched.append(name)
        else:
            experiments.append(Tip(name, oid.encode()))
    return Tips(experiments, untouched)


def _accepted(refs: dict[str, str], rule: Rule) -> Iterator[tuple[str, str]]:
    """Yields the shown name and id of each ref that is an experiment by its name."""
    for ref, oid in refs.items():
        if ref.startswith(HEADS):
            shown = name = ref[len(HEADS) :]
        elif ref.startswith(ARCHIVE):
            name = ref[len(ARCHIVE) :]
            shown = f"archive/{name}"
        else:
            shown = ref[len(REMOTES) :]
            name = shown.partition("/")[2]
            if refs.get(HEADS + name) == oid:
                continue
        if rule.accepts(name) and not rule.exempt(name):
            yield shown, oid
