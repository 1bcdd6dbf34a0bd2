"""What a form asks for, and what it says about the answers. Free of Textual."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class Field(NamedTuple):
    """One thing to fill in.

    Attributes:
        id: its name among the answers.
        label: what is asked for.
        value: what stands there at first.
        choices: the answers there are; none for any text.
        lines: how many lines of text there is place for.
        hint: stands in an empty field.
    """

    id: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    lines: int = 1
    hint: str = ""


class Checked(NamedTuple):
    """What is to be said about answers.

    Attributes:
        problem: why they cannot be taken, empty when they can.
        says: what they come to, such as a name in full.
        command: what would run.
    """

    problem: str = ""
    says: str = ""
    command: str = ""
