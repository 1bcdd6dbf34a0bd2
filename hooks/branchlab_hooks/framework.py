"""The checks for the pre-commit framework that need nothing installed: the name of the branch, settings and records.

`hooks/framework/launch.sh` starts them with the standard library alone; the framework itself stores and skips them.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, DamagedError
from branchlab.faults import error_of
from branchlab.git.refs import BRANCHES, current_branch
from branchlab.git.repository import find_repository
from branchlab.naming import compile_rule
from branchlab.plainfile import read_plain
from branchlab.project import SETTINGS_BYTES, SETTINGS_FILE, parse_settings
from branchlab.record.format import parse_record
from branchlab.record.limits import RECORD_BYTES
from branchlab.text import safe_text
from branchlab.workspace import workspace_of
from branchlab_hooks.names import check_branch

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMOTE_BRANCH = "PRE_COMMIT_REMOTE_BRANCH"  # the framework sets it while git pushes


def main(arguments: Sequence[str]) -> int:
    """Runs `name`, or `files` with paths; returns 1 and says why when something is wrong. Never raises."""
    what, *paths = arguments or ("",)
    try:
        errors = _name() if what == "name" else _files(paths)
    except Exception as error:  # noqa: BLE001 - a commit is refused with a line, never with a traceback
        errors = [error_of(error)]
    for found in errors:
        hint = f". hint: {found.hint}" if found.hint else ""
        sys.stderr.write(f"branchlab: error: {found.message}{hint}\n")
    return 1 if errors else 0


def _name() -> list[BranchlabError]:
    """Checks the branch that is pushed, or the one that is checked out; a detached HEAD has no name."""
    repository = find_repository(os.getcwd())
    ref = os.environ.get(_REMOTE_BRANCH) or current_branch(repository) or ""
    if not ref.startswith(BRANCHES):
        return []
    refusal = check_branch(workspace_of(repository._replace(prefix="")), ref.removeprefix(BRANCHES))
    return [refusal.error] if refusal else []


def _files(paths: Sequence[str]) -> list[BranchlabError]:
    """Reads settings by their name, and everything else as a record."""
    return [error for path in paths if (error := _problem(path))]


def _problem(path: str) -> BranchlabError | None:
    source = safe_text(path)
    try:
        if os.path.basename(path) == SETTINGS_FILE:
            # One byte more than may be, so that what is too long is refused and not cut.
            compile_rule(parse_settings(read_plain(path, SETTINGS_BYTES + 1) or b"", source).naming)
        elif (content := read_plain(path, RECORD_BYTES + 1)) is not None:
            parse_record(content, source)
    except BranchlabError as error:
        named = error if source in error.message else type(error)(f"{source}: {error.message}", error.hint)
        return DamagedError(named.message, named.hint)
    return None
