"""What `archive`, `rm`, `rename` and `note` share: a name is one of an experiment, and checked before it is touched."""

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
    # An experiment that is named twice is moved once.
    refs = list(
        dict.fromkeys(require_experiment(workspace, name, "git branch changes other branches") for name in names)
    )
    for ref in refs:
        refuse_checked_out(workspace.repository, ref)
    return refs


def require_experiment(workspace: Workspace, name: str, otherwise: str) -> Ref:
    """Returns the branch of an experiment by its name or its last part.

    Args:
        workspace: the project.
        name: as a user writes it.
        otherwise: the hint for a branch that is none, such as main: what to use in its place.

    Raises:
        NotFoundError: when there is none of this name.
        UsageError: when the branch is not an experiment, or several are meant.
    """
    ref = require_branch(workspace.repository, name)
    branch = ref.name.removeprefix(BRANCHES)
    if compile_rule(workspace.settings.naming).exempt(branch) or branch == workspace.settings.baseline:
        raise UsageError(f"{safe_text(branch)} is not an experiment", otherwise)
    return ref
