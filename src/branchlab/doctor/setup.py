"""Whether git and the project are set up so that a run can be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.catalog import read_catalog
from branchlab.data.store import why_no_store
from branchlab.doctor.finding import Finding
from branchlab.git.process import GitError, run_git
from branchlab.git.refs import BRANCHES, read_ref
from branchlab.naming import compile_rule
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.data.store import Store
    from branchlab.workspace import Workspace


def check_setup(workspace: Workspace, store: Store | None) -> list[Finding]:
    """Finds what is missing: settings, an identity, the baseline, DVC."""
    # For its UsageError alone: a naming rule that is no pattern stops every run.
    compile_rule(workspace.settings.naming)
    found = []
    if not workspace.initialised:
        found.append(Finding("there is no branchlab.toml, so defaults hold", None, "branchlab init"))
    try:
        # git's own word counts: identity may come from the environment, from any of its files, or from the host name.
        run_git(["var", "GIT_COMMITTER_IDENT"], cwd=workspace.repository.top)
    except GitError:
        found.append(Finding("git does not know who commits", None, "git config user.name and user.email"))
    baseline = workspace.settings.baseline
    if read_ref(workspace.repository, BRANCHES + baseline) is None:
        found.append(Finding(f"the baseline {safe_text(baseline)} is no branch here", None, "set project.baseline"))
    if store is None:
        what, remedy = why_no_store(workspace.repository, workspace.prefix)
        found.append(Finding(f"{what}, so data and artifacts are not kept", None, remedy))
    if workspace.repository.shallow:
        found.append(Finding("this clone is shallow, so old code may be missing", None, "git fetch --unshallow"))
    return found


def check_records(workspace: Workspace) -> list[Finding]:
    """Names the experiments whose record cannot be read; only their author can set that right."""
    return [
        Finding(f"{safe_text(row.name)}: {row.problem}", None, "mend it on its branch, or branchlab rm it")
        for row in read_catalog(workspace).experiments
        if row.status == "damaged"
    ]
