"""Whether branches are named as the rule wants it."""

from __future__ import annotations

import shlex
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from branchlab.check.finding import Finding
from branchlab.errors import UsageError
from branchlab.naming import compile_rule, to_fill_in
from branchlab.text import safe_text
from branchlab.workspace import readable_projects

if TYPE_CHECKING:
    from branchlab.naming import Rule
    from branchlab.workspace import Workspace


class Names:
    """The rule of a project; a name that is good for another project of the repository is none of its business.

    Without branchlab.toml there is no rule. `user` and `date` (ISO) are for names that are offered.
    """

    def __init__(self, workspace: Workspace, user: str, date: str) -> None:
        self._workspace = workspace
        self._rule = compile_rule(workspace.settings.naming)
        self._user = user
        self._date = date

    def experiment(self, name: str) -> bool:
        """Tells whether a branch of this name is an experiment of the project."""
        return self._rule.accepts(name) and not _is_exempt(self._rule, self._workspace, name)

    def allowed(self, name: str) -> bool:
        """Tells whether a branch may have this name, as an experiment or as something else."""
        if not self._workspace.initialised or self._rule.accepts(name):
            return True
        mine = _is_exempt(self._rule, self._workspace, name)
        return mine or any(rule.accepts(name) or _is_exempt(rule, project, name) for project, rule in self._others)

    def check(self, name: str, place: str = "", commit: str = "") -> Finding | None:
        """Returns what is wrong with the name of a branch, shown as `place` when that is not its name."""
        if self.allowed(name):
            return None
        problem = self._rule.check(name) or f"it does not follow {safe_text(self._rule.naming.pattern)}"
        try:
            near = self._rule.suggest(name, user=self._user, date=self._date)
            new = safe_text(near) + to_fill_in(self._rule, near)
            remedy = f"rename it to {new}" if place else f"git branch -m {safe_text(shlex.quote(name))} {new}"
        except UsageError:
            remedy = f"rename it: names follow {safe_text(self._rule.naming.pattern)}"
        return Finding("error", "name", f"its name is not allowed: {problem}", remedy, place or safe_text(name), commit)

    @cached_property
    def _others(self) -> list[tuple[Workspace, Rule]]:
        """The other projects of the repository, as far as their settings can be read."""
        found: list[tuple[Workspace, Rule]] = []
        for project in readable_projects(self._workspace.repository):
            with suppress(UsageError):  # a check there says what is wrong with its rule
                found.append((project, compile_rule(project.settings.naming)))
        return found


def _is_exempt(rule: Rule, workspace: Workspace, name: str) -> bool:
    return name == workspace.settings.baseline or rule.exempt(name)
