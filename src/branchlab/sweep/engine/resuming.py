"""The plan of a sweep that goes on: what its file says now, over the parameter files that its trials stand on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.git.objects import read_object
from branchlab.plainfile import read_plain
from branchlab.running.parameters import read_parameters
from branchlab.sweep.engine.base import known_base
from branchlab.sweep.file import SWEEP_FILE, parse_plan
from branchlab.table_reader import FILE_BYTES
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Study
    from branchlab.workspace import Workspace


def plan_for_resume(workspace: Workspace, sweep: str, path: str, study: Study) -> Plan:
    """Returns the plan: of the file as it lies here, else as the sweep began with it.

    Args:
        workspace: the project.
        sweep: its name.
        path: where its file may be, relative to the project.
        study: its trials.

    Raises:
        NotFoundError: when nothing of the sweep is known here, or its file is nowhere.
        BranchlabError: when the file cannot be used.
    """
    base = known_base(workspace, sweep, study.trials)
    if not base:
        raise NotFoundError(f"nothing of the sweep {safe_text(sweep)} is known here", "branchlab sweep run begins it")

    def read(name: str) -> bytes | None:
        found = read_object(workspace.repository, f"{base}:{workspace.prefix}{name}")
        return found.body if found and found.kind == "blob" else None

    params = read_parameters(workspace.settings.params, read)
    candidates = [name for name in (path, SWEEP_FILE, f"{sweep}.toml") if name.endswith(".toml")]
    for name in dict.fromkeys(candidates):
        # the file that was asked for as it lies here, since its budget may be raised; others as the sweep began
        here = read_plain(os.path.join(workspace.root, name), FILE_BYTES + 1) if name == path else None
        text = here if here is not None else read(name)
        if text is None:
            continue
        plan = parse_plan(text, name, workspace.settings, params, read)
        if plan.name == sweep:  # sweep.toml may have become another sweep
            return plan
    raise NotFoundError(
        f"the file of the sweep {safe_text(sweep)} is neither here nor in the commit that it began with",
        "branchlab sweep resume FILE",
    )
