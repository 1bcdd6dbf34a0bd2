"""What the program remembers of a project from one time to the next: `ui.json` in the state folder."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import BranchlabError
from branchlab.plainfile import read_plain, write_plain
from branchlab.tuples import NamedTuple
from branchlab_tui.model.state import TableState

if TYPE_CHECKING:
    from branchlab.workspace import Workspace

SESSION_FILE = "ui.json"
HISTORY = 100  # commands
_BYTES = 1 << 20


class Session(NamedTuple):
    """How the program looked when it was left.

    Attributes:
        table: how the table of experiments looked.
        theme: its name; empty for the usual one.
        history: what was typed behind `:`, oldest first.
    """

    table: TableState = TableState()
    theme: str = ""
    history: tuple[str, ...] = ()


def load_session(workspace: Workspace, *, fresh: bool = False) -> Session:
    """Returns what was remembered of the project; the usual where nothing is, or it cannot be understood."""
    remembered = _read(workspace).get(workspace.prefix, {})
    if not isinstance(remembered, dict):
        return Session()
    table = TableState() if fresh else table_state(remembered.get("table"))
    theme = remembered.get("theme", "")
    return Session(table, theme if isinstance(theme, str) else "", _texts(remembered.get("history"))[-HISTORY:])


def save_session(workspace: Workspace, session: Session) -> None:
    """Remembers a session beside those of the repository's other projects; where that is not possible it is lost."""
    kept = _read(workspace)
    kept[workspace.prefix] = {
        **session._asdict(),
        "table": session.table._asdict(),
        "history": session.history[-HISTORY:],
    }
    path = _path(workspace)
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # json escapes all that is not ASCII: an odd name of a branch costs nobody the rest of the session.
        write_plain(path, json.dumps(kept).encode("ascii"))


def table_state(found: Any) -> TableState:
    """Returns a state from plain values; what is not understood is as usual."""
    if not isinstance(found, dict):
        return TableState()
    usual = TableState()
    fields = {key: _CHECKS[type(value)](found.get(key), value) for key, value in usual._asdict().items()}
    fields["sort"] = tuple(
        (item[0], item[1])
        for item in _list(found.get("sort"))
        if isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], bool)  # noqa: PLR2004 - a pair
    )
    if fields["delta"] not in ("value", "both", "delta", "percent"):
        fields["delta"] = usual.delta
    return TableState(**fields)


def _list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else ()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in _list(value) if isinstance(item, str))


def _widths(value: Any) -> dict[str, int]:
    table = value if isinstance(value, dict) else {}
    return {str(key): width for key, width in table.items() if type(width) is int and 0 < width < 1000}  # noqa: PLR2004


_CHECKS: dict[type, Any] = {
    str: lambda value, usual: value if isinstance(value, str) else usual,
    bool: lambda value, usual: value if isinstance(value, bool) else usual,
    tuple: lambda value, _usual: _texts(value),
    dict: lambda value, _usual: _widths(value),
}


def _read(workspace: Workspace) -> dict[str, Any]:
    try:
        text = read_plain(_path(workspace), _BYTES + 1)
        found = json.loads(text) if text and len(text) <= _BYTES else {}
    except (BranchlabError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _path(workspace: Workspace) -> str:
    return os.path.join(workspace.repository.state_dir, SESSION_FILE)
