"""The note of an experiment or a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab_tui.model.snapshot import command_name
from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.field import Checked, Field
from branchlab_tui.performing.plan import Plan, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.performer import Performer


def begin(performer: Performer, ones: Sequence[Experiment], values: Mapping[str, str]) -> None:
    """Asks for the text, then writes it."""
    one = ones[0]
    if "text" in values:
        performer.go(plan_note(one, values["text"]))
        return
    from branchlab_tui.screens.dialogs.form.form import Form

    def check(answers: Mapping[str, str]) -> Checked:
        if answers["text"] == safe_text(one.note, multiline=True).strip():
            return Checked("nothing is changed yet")
        return Checked(command=plan_note(one, answers["text"]).command.line)

    def answered(answers: dict[str, str] | None) -> None:
        if answers:
            performer.go(plan_note(one, answers["text"]))

    label = "hypothesis or remark" if one.commit else "hypothesis or remark; goes into the record of the run"
    fields = [Field("text", label, one.note, lines=4)]
    performer.app.push_screen(Form(f"Note on {named(ones)}", fields, check, "write it"), answered)


def plan_note(one: Experiment, text: str) -> Plan:
    """Returns what writes a note, and what writes the one before."""
    name = command_name(one)
    back = (branchlab("note", "--", name, one.note),)  # `--`: a note may begin with a dash
    command = branchlab("note", "--", name, text)
    return Plan(f"note on {one.name or one.run}", command, f"noted on {one.name or one.run}", back=lambda _: back)
