"""What `archive`, `restore`, `rm` and `rename` share: each name in turn, all checked before the first is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import refuse_checked_out, require_branch
from branchlab.errors import UsageError
from branchlab.git.refs import BRANCHES
from branchlab.naming import compile_rule
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.refs import Ref
    from branchlab.workspace import Workspace


def removable(workspace: Workspace, names: Sequence[str]) -> list[Ref]:
    """Returns the branches of these experiments.

    Raises:
        NotFoundError: when one does not exist.
        UsageError: when one is no experiment.
        UnsavedWorkError: when one is checked out.
    """
    rule = compile_rule(workspace.settings.naming)
    refs = list(dict.fromkeys(require_branch(workspace.repository, name) for name in names))
    for ref in refs:
        name = ref.name.removeprefix(BRANCHES)
        if rule.exempt(name) or name == workspace.settings.baseline:
            raise UsageError(f"{safe_text(name)} is not an experiment", "git branch changes other branches")
        refuse_checked_out(workspace.repository, ref)
    return refs
