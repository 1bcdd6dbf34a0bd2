"""What an action is: the one thing that a key, the footer, the help, the palette and a `:` command stand for."""

from __future__ import annotations

from typing import Literal

from branchlab.tuples import NamedTuple

Needs = Literal["nothing", "one", "two", "some"]
Danger = Literal["none", "undo", "ask", "type"]


class Action(NamedTuple):
    """One thing a user can do.

    Attributes:
        id: a screen's own action is its method `action_<id>`; one that changes the repository goes to the program
            as a `Perform` message. It is also the `:` command, with `-` for `_`.
        keys: as Textual names them (`ctrl+d`, `exclamation_mark`); the first one is shown.
        label: a word or two for the footer.
        title: what it does, for the help and the palette.
        rank: place in the footer, 1 first; 0 for never.
        needs: how many experiments it is about: those marked, else the one under the cursor.
        danger: `undo` acts and offers the undo; `ask` wants a y; `type` wants the name or the number typed.
        twin: the same on the command line, `{names}` for the experiments; empty where there is none.
        performs: whether it changes the repository and so belongs to the program, not to the screen.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    title: str
    rank: int = 0
    needs: Needs = "nothing"
    danger: Danger = "none"
    twin: str = ""
    performs: bool = False


def command_of(action: Action) -> str:
    """Returns the name of an action's `:` command."""
    return action.id.replace("_", "-")
