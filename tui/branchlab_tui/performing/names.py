"""Checks the name of a branch while it is typed, as the commands check it. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.naming import compile_rule
from branchlab.running.names import Name, check_place, complete_name, user_name
from branchlab_tui.performing.field import Checked

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot


class NameCheck:
    """Says what a name comes to in full, or what is wrong with it.

    Args:
        snapshot: tells the naming rule and which names are taken.
        own: a name that may be given again, such as the one that is being changed.
    """

    def __init__(self, snapshot: Snapshot, own: str = "") -> None:
        self._naming = snapshot.workspace.settings.naming
        self._rule = compile_rule(self._naming)
        # A run that has no branch takes no name.
        self._taken = {key for key in snapshot.places if not key.startswith("run:")} - {own}
        self._user = user_name()

    @property
    def types(self) -> tuple[str, ...]:
        """The types that a name can have; none where the rule has no place for one."""
        return self._naming.types if "{type}" in self._naming.pattern else ()

    @property
    def wants_issue(self) -> bool:
        """Whether a name holds the number of an issue."""
        return "{issue}" in self._naming.pattern

    def fields(self, name: str) -> dict[str, str]:
        """Returns the parts of a name by the rule; none for a name outside of it."""
        return self._rule.fields(name) or {}

    def check(self, asked: str, issue: str = "") -> Checked:
        """Returns the name in full, or the problem."""
        if not asked.rpartition("/")[2]:
            return Checked("a name is missing")
        try:
            full = complete_name(self._naming, asked, user=self._user, issue=issue)
            check_place(Name(full), self._taken)
        except UsageError as error:
            return Checked(f"{error.message}" + (f"; {error.hint}" if error.hint else ""))
        return Checked(says=full)
