"""Another name for an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.performing.command import Command, branchlab
from branchlab_tui.performing.field import Checked, Field
from branchlab_tui.performing.names import NameCheck
from branchlab_tui.performing.plan import Plan, check_branch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Asks for the new name, then renames."""
    from branchlab_tui.screens.dialogs.form.form import Form

    one = ones[0]
    check_branch(one, "renamed", "i records it under a name")
    names = NameCheck(performer.app.snapshot, own=one.name)

    def check(answers: Mapping[str, str]) -> Checked:
        return check_rename(names, one.name, answers)

    def answered(answers: dict[str, str] | None) -> None:
        if answers:
            performer.go(plan_rename(one.name, check(answers).says.removeprefix("→ ")))  # the name in full, as shown

    fields = [Field("name", "new name, or its last part", values.get("name", one.name))]
    performer.app.push_screen(Form(f"Rename {one.name}", fields, check, "rename"), answered)


def check_rename(names: NameCheck, old: str, answers: Mapping[str, str]) -> Checked:
    """Says the new name in full, and the command; the type stays where none is typed."""
    asked, fields = answers["name"], names.fields(old)
    kind = fields.get("type", "")
    checked = names.check(f"{kind}/{asked}" if kind and "/" not in asked else asked, fields.get("issue", ""))
    if checked.problem:
        return checked
    if checked.says == old:
        return Checked("nothing is changed yet")
    return Checked(says=f"→ {checked.says}", command=plan_rename(old, checked.says).command.line)


def plan_rename(old: str, new: str) -> Plan:
    """Returns what renames, and what names it as before; git does that, whose names may break the rule."""
    back = (Command(("branch", "-m", "--end-of-options", new, old), "git"),)
    command = branchlab("rename", "--", old, new)
    return Plan(f"rename {old}", command, f"renamed {old} to {new}", back=lambda _: back)
