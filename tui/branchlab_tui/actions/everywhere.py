"""Actions that work in every view."""

from __future__ import annotations

from branchlab_tui.actions.action import Action
from branchlab_tui.model.views import VIEWS

EVERYWHERE: tuple[Action, ...] = (
    *(Action(f"view_{view.id}", (view.key,), view.label, f"show {view.title}") for view in VIEWS),
    Action("command_line", ("colon",), "command", "type a command", rank=90),
    Action("palette", ("ctrl+p", "a"), "actions", "find an action by its name, and do it", rank=91),
    Action("keys", ("question_mark", "f1"), "keys", "show every key of this view", rank=92),
    Action("back", ("escape", "q"), "back", "one step back; leave from the first view", rank=93),
    Action("cancel", ("ctrl+c",), "cancel", "stop what is being done, such as a push"),
    Action("leave", ("Q", "ctrl+q"), "quit", "leave at once"),
    Action("reread", ("R", "f5"), "reread", "read everything again from git"),
    Action("undo", ("z",), "undo", "take back the last change"),
    Action("redo", ("Z",), "redo", "do again what was taken back"),
    Action("log", ("grave_accent",), "log", "show what was done, as commands"),
    Action("change_theme", ("ctrl+t",), "theme", "change the colours: dark, light, the terminal's own"),
)
