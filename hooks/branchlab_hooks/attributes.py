"""The lines of `.gitattributes` that say which files the drivers are for, and how git keeps the record.

Where the drivers are not set up, git takes such files for plain text.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from branchlab.plainfile import read_plain, refuse_planted, write_plain
from branchlab_hooks.drivers import OUTPUTS, PARAMETERS, POINTERS, RECORD

if TYPE_CHECKING:
    from branchlab.project import Settings
    from branchlab.workspace import Workspace

ATTRIBUTES_FILE = ".gitattributes"
_KEPT = "text eol=lf linguist-generated"  # line ends stay as written, and git hosts fold the file away
_SPECIAL = re.compile(r"([\[\]*?\\])")
_OTHER_POINTERS = re.compile(r"^\S*\.dvc\s.*\bmerge=", re.MULTILINE)


def attribute_lines(settings: Settings, there: str = "") -> list[str]:
    """Returns the lines a project needs; of two that fit a file, git follows the later one.

    A team that merges its DVC pointers in a way of its own, as `there` tells, keeps it.
    """
    record = settings.record
    return [
        *([] if _OTHER_POINTERS.search(there) else [f"*.dvc merge={POINTERS}"]),
        f"dvc.lock merge={POINTERS}",
        ".gitignore merge=union",
        *(f"{_pattern(path)} merge={PARAMETERS}" for path in settings.params),
        f"{_pattern(record.metrics)} {_KEPT} merge={RECORD} diff={RECORD}",
        f"{_pattern(record.directory, '/**')} {_KEPT} merge={OUTPUTS}",
    ]


def missing_attributes(workspace: Workspace) -> list[str]:
    """Returns the lines that the project's `.gitattributes` lacks.

    Raises:
        EnvironmentProblemError: when it is no plain file or cannot be read.
    """
    there = _read(workspace)
    known = set(there.splitlines())
    # Our own line for pointers must not count as the team's.
    others = "\n".join(known - set(attribute_lines(workspace.settings)))
    return [line for line in attribute_lines(workspace.settings, others) if line not in known]


def write_attributes(workspace: Workspace) -> bool:
    """Adds the missing lines at the end and says whether there were any.

    Raises:
        EnvironmentProblemError: when something else than a plain file stands in the way.
    """
    path = _path(workspace)
    refuse_planted(path)
    missing = missing_attributes(workspace)
    if missing:
        before = _read(workspace)
        end = "\n" if before and not before.endswith("\n") else ""
        text = before + end + "".join(f"{line}\n" for line in missing)
        write_plain(path, text.encode(errors="surrogateescape"))
    return bool(missing)


def _read(workspace: Workspace) -> str:
    return (read_plain(_path(workspace)) or b"").decode(errors="surrogateescape")


def _path(workspace: Workspace) -> str:
    return os.path.join(workspace.root, ATTRIBUTES_FILE)


def _pattern(path: str, below: str = "") -> str:
    """Returns the pattern for a path of the project; with a blank or a quote in it, it stands in quotes."""
    pattern = "/" + _SPECIAL.sub(r"\\\1", path) + below
    # gitattributes(5): a pattern ends at the first blank unless it stands in quotes, which are those of C.
    if not re.search(r'[\s"]', pattern):
        return pattern
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{quoted}"'
