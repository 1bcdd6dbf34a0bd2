"""What runs an experiment again. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.field import Checked
from branchlab_tui.performing.parameters import count_of
from branchlab_tui.performing.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab_tui.performing.names import NameCheck


class Again(NamedTuple):
    """What is to be run again, what is to be other, and under which name and hypothesis; both may be empty."""

    name: str
    changes: Mapping[str, str]
    new: str = ""
    why: str = ""


def check_again(names: NameCheck, again: Again, problems: Mapping[str, str]) -> Checked:
    """Says what the new experiment will be, and the command, or what is wrong."""
    if problems:
        return Checked(next(iter(problems.values())))
    checked = names.check(again.new) if again.new else Checked()
    count = count_of(again.changes)
    if checked.problem and count == 1:
        return checked
    what = f"{count} runs, one after the other" if count > 1 else "as it was" if not again.changes else ""
    name = f"→ {checked.says}" if checked.says else ""
    return Checked(says="  ".join(filter(None, (name, what))), command=plan_again(again).command.line)


def plan_again(again: Again) -> Plan:
    """Returns what runs it, on its own code, whatever the working tree holds."""
    name = ("--name", again.new) if again.new else ()
    why = ("--note", again.why) if again.why else ()
    values = [part for key, value in again.changes.items() for part in ("-S", f"{key}={value}")]
    command = branchlab("reproduce", "--quiet", *name, *why, *values, "--", again.name)
    changes = ", ".join(f"{key}={value}" for key, value in again.changes.items())
    return Plan(f"run {again.name} again{f' with {changes}' if changes else ''}", command, detached=True)
