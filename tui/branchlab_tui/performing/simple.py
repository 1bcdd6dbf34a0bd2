"""Actions that need no form: which command does them, what it means, and what takes it back. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.model.snapshot import command_name
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.plan import Plan, RefusedError, check_branch, named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot

_NAMED = 5
_MANY = 10  # that are removed at once only when their number is typed


def plan_archive(ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Moves branches to the archive; restore brings them back."""
    names = _recorded(ones, "archived", "X removes it, i records it")
    back = (branchlab("restore", "--", *names),)
    label = f"archive {named(ones)}"
    return Plan(label, branchlab("archive", "--", *names), f"archived {named(ones)}", back=lambda _: back)


def plan_delete(ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Moves branches and run folders to the trash; restore brings them back."""
    # `rm` refuses it as well; said here, before anybody is asked.
    going = next((one for one in ones if one.status == "running"), None)
    if going:
        raise RefusedError(f"{going.name or going.run} is still going on", "! stops it")
    names = [command_name(one) for one in ones]
    back = (branchlab("restore", "--", *names),)
    runs = sum(1 for one in ones if not one.commit)
    parts = [_count(len(ones) - runs, "branch", "branches"), _count(runs, "run on no branch", "runs on no branch")]
    shown = [command_name(one) for one in ones[:_NAMED]] + [f"and {len(ones) - _NAMED} more"] * (len(ones) > _NAMED)
    meaning = [
        f"{' and '.join(filter(None, parts))}, to the trash of this repository; z or restore brings back:",
        f"  {', '.join(shown)}",
        *["x archives instead, which is meant to last"] * (runs < len(ones)),
    ]
    typed = str(len(ones)) if len(ones) > _MANY else ""
    label = f"delete {named(ones)}"
    return Plan(label, branchlab("rm", "--", *names), f"deleted {named(ones)}", meaning, typed, lambda _: back)


def plan_stop(ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Asks runs to stop, as Ctrl-C would."""
    ended = next((one for one in ones if one.status != "running"), None)
    if ended:
        raise RefusedError(f"{ended.name or ended.run} is not going on: it is {ended.status}", "mark live runs only")
    meaning = ["The command gets Ctrl-C, and is killed if that takes too long.", "What it logged is kept as a run."]
    return Plan(f"stop {named(ones)}", branchlab("stop", "--", *(one.run for one in ones)), meaning=meaning)


def plan_apply(ones: Sequence[Experiment], snapshot: Snapshot) -> Plan:
    """Brings parameter files and outputs into the working tree."""
    names = _recorded(ones, "applied", "i records it first")
    meaning = [
        f"Its parameter files and outputs replace those of the working tree on {snapshot.head or 'a detached HEAD'}.",
        "What is in no commit is never overwritten: it is refused then, and nothing changes.",
    ]
    return Plan(f"apply {named(ones)}", branchlab("apply", "--", *names), meaning=meaning)


def plan_checkout(ones: Sequence[Experiment], snapshot: Snapshot) -> Plan:
    """Switches to a branch together with its data; going back to the one before takes it back."""
    names = _recorded(ones, "checked out", "i records it first")
    if names == [snapshot.head]:
        raise RefusedError(f"{snapshot.head} is checked out already")
    back = (branchlab("checkout", "--", snapshot.head),) if snapshot.head else ()
    label = f"checkout {named(ones)}"
    return Plan(
        label, branchlab("checkout", "--", *names), f"on {named(ones)}", back=(lambda _: back) if back else None
    )


def plan_push(ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Sends data and branches to the remotes."""
    names = _recorded(ones, "sent", "i records it first")
    meaning = ["Their data goes to the DVC remote first, then the branches to the git remote, for all to see."]
    return Plan(f"push {named(ones)}", branchlab("push", "--", *names), meaning=meaning)


def plan_pull(ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Fetches branches and their data."""
    names = _recorded(ones, "fetched", "it is on this machine only")
    return Plan(f"pull {named(ones)}", branchlab("pull", "--", *names))


def plan_push_all(_ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Sends all experiments that the remote lacks."""
    meaning = ["Every experiment that the git remote lacks is sent, data first, for all to see."]
    return Plan("push all", branchlab("push"), meaning=meaning)


def plan_pull_all(_ones: Sequence[Experiment], _snapshot: Snapshot) -> Plan:
    """Fetches all experiments of the remote."""
    return Plan("pull all", branchlab("pull"))


PLANS: dict[str, Callable[[Sequence[Experiment], Snapshot], Plan]] = {
    "archive": plan_archive,
    "delete": plan_delete,
    "stop": plan_stop,
    "apply": plan_apply,
    "checkout": plan_checkout,
    "push": plan_push,
    "pull": plan_pull,
    "push_all": plan_push_all,
    "pull_all": plan_pull_all,
}


def _recorded(ones: Sequence[Experiment], done: str, hint: str) -> list[str]:
    """Returns the branches; refuses runs, which have none."""
    for one in ones:
        check_branch(one, done, hint)
    return [one.name for one in ones]


def _count(count: int, one: str, several: str) -> str:
    """Returns a number with its word; empty for none."""
    return f"{count} {one if count == 1 else several}" if count else ""
