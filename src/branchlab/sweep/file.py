"""Reads a sweep file, checks it against the parameter files, and makes the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.parameters.overrides import Override
    from branchlab.project import Settings
    from branchlab.sweep.plan import Plan
    from branchlab.workspace import Workspace

    Read = Callable[[str], bytes | None]  # content of a file by its path in the project

SWEEP_FILE = "sweep.toml"


def parse_plan(
    text: bytes, source: str, settings: Settings, params: Mapping[str, Any], read: Read | None = None
) -> Plan:
    """Returns the plan of a sweep file.

    Args:
        text: the file.
        source: its path, for messages; the default name of the sweep is its stem.
        settings: of the project.
        params: what the parameter files hold, nested.
        read: gives the content of a parameter file that an entry of the space names with `file`.

    Raises:
        UsageError: for a key, type, value or range that cannot be, with its place and the remedy.
        DamagedError: for bytes that are not TOML, or a parameter file that cannot be read.
    """
    raise UsageError("sweep files are not read yet")


def load_plan(workspace: Workspace, path: str = SWEEP_FILE) -> Plan:
    """Returns the plan of a sweep file in the working tree, by its path relative to the project or absolute.

    Raises:
        NotFoundError: when there is no such file; else as `parse_plan`.
    """
    raise UsageError("sweep files are not read yet")


def cautions(plan: Plan) -> tuple[str, ...]:
    """Returns what looks unwanted and still can be done, one line each: a default outside of its range."""
    return ()


def plan_from_grid(
    overrides: Sequence[Override], name: str, params: Mapping[str, Any], read: Read | None = None
) -> Plan:
    """Returns the plan of `run -S a=1,2`: every combination once, the last override changes fastest, no reference.

    Raises:
        UsageError: for an unknown key or file, a value of another type, a key given twice, and too large a grid.
    """
    raise UsageError("sweep files are not read yet")
