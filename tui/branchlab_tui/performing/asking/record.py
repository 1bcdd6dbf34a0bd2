"""A branch for a run that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.naming import compile_rule
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.field import Checked, Field
from branchlab_tui.performing.names import NameCheck
from branchlab_tui.performing.plan import Plan, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Asks for name and note, then records."""
    from branchlab_tui.screens.dialogs.form.form import Form

    one = ones[0]
    if one.commit:
        raise RefusedError(f"{one.name} is recorded already", "m renames it")
    if one.status == "running":
        raise RefusedError(f"{one.name} is still going on", "wait for its end, or ! stops it")
    names = NameCheck(performer.app.snapshot)

    def check(answers: Mapping[str, str]) -> Checked:
        checked = names.check(answers["name"]) if answers["name"] else Checked(says="named after the run")
        if checked.problem:
            return checked
        return Checked(says=f"→ {checked.says}", command=plan_record(one, answers).command.line)

    def answered(answers: dict[str, str] | None) -> None:
        if answers is not None:
            performer.go(plan_record(one, answers))

    # A name outside of the rule would stand there as a mistake that nobody made.
    good = compile_rule(performer.app.snapshot.workspace.settings.naming).accepts(one.name)
    fields = [
        Field("name", "name of the branch, or its last part", one.name if good else "", hint="named after the run"),
        Field("note", "note", one.note, hint="may stay empty"),
    ]
    performer.app.push_screen(Form(f"Record run {one.run}", fields, check, "record"), answered)


def plan_record(one: Experiment, answers: Mapping[str, str]) -> Plan:
    """Returns what records a run."""
    name = ("--name", answers["name"]) if answers["name"] and answers["name"] != one.name else ()
    note = ("--note", answers["note"]) if answers["note"] and answers["note"] != one.note else ()
    return Plan(f"record {one.run}", branchlab("record", *name, *note, "--", one.run))
