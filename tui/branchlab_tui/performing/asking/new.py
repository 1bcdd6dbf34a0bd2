"""A new experiment: type, name and hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.field import Checked, Field
from branchlab_tui.performing.names import NameCheck
from branchlab_tui.performing.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, _ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Asks for a name, then makes the branch and switches to it."""
    from branchlab_tui.screens.dialogs.form.form import Form

    names = NameCheck(performer.app.snapshot)
    head = performer.app.snapshot.head or "the commit that is checked out"

    def check(answers: Mapping[str, str]) -> Checked:
        return check_new(names, answers)

    def answered(answers: dict[str, str] | None) -> None:
        if answers:
            performer.go(plan_new(names, answers))

    fields = [
        *([Field("type", "type  (← →)", values.get("type", names.types[0]), names.types)] if names.types else []),
        *([Field("issue", "issue", values.get("issue", ""))] if names.wants_issue else []),
        Field("slug", "name: lower-case letters, digits, - and .", values.get("name", ""), hint="wider-net"),
        Field("why", "what do you expect, and why?", values.get("why", ""), hint="may stay empty"),
    ]
    performer.app.push_screen(Form(f"New experiment, from {head}", fields, check, "make it"), answered)


def check_new(names: NameCheck, answers: Mapping[str, str]) -> Checked:
    """Says what the branch will be called, and the command."""
    checked = names.check(_asked(answers), answers.get("issue", ""))
    if checked.problem:
        return checked
    return Checked(says=f"→ {checked.says}", command=plan_new(names, answers).command.line)


def plan_new(names: NameCheck, answers: Mapping[str, str]) -> Plan:
    """Returns what makes the branch."""
    full = names.check(_asked(answers), answers.get("issue", "")).says
    command = branchlab("new", "--why", answers.get("why", ""), "--", full)
    return Plan(f"new {full}", command, f"on {full}; next: change something, then run it")


def _asked(answers: Mapping[str, str]) -> str:
    kind, slug = answers.get("type", ""), answers["slug"]
    return f"{kind}/{slug}" if kind and "/" not in slug else slug
