"""Named ways to look at the table, kept in branchlab.toml so that a team shares them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.sorting import falls
from branchlab.catalog.views import find_view
from branchlab.errors import EnvironmentProblemError
from branchlab.project import SETTINGS_FILE, SavedView, parse_settings
from branchlab_tui.model.state import TableState

if TYPE_CHECKING:
    from tomlkit.items import Array

    from branchlab.project import Settings
    from branchlab.workspace import Workspace

_USUAL = SavedView()._asdict()
_SIMPLE = ("query", "columns", "group", "delta", "only_changed", "front")
_ON_A_LINE = 4  # entries of a list


def require_view(settings: Settings, name: str, before: TableState | None = None) -> TableState:
    """Returns how the table looks in a saved view; pins, widths and marks stay as they were.

    Raises:
        NotFoundError: when there is no view of this name; the hint names the nearest.
    """
    view = find_view(settings, name)
    sort = tuple(_with_turn(text, settings) for text in view.sort)
    simple = {key: getattr(view, key) for key in _SIMPLE}
    return (before or TableState())._replace(**simple, sort=sort, folded=())


def view_of(state: TableState, settings: Settings) -> SavedView:
    """Returns what a saved view keeps of how the table looks."""
    sort = tuple(_as_text(key, settings, turned=turned) for key, turned in state.sort)
    return SavedView(**{key: getattr(state, key) for key in _SIMPLE}, sort=sort)


def save_view(workspace: Workspace, name: str, state: TableState) -> str:
    """Writes a view into branchlab.toml and returns the path of that file; comments and order of the rest stay.

    Raises:
        EnvironmentProblemError: when the file cannot be read or written, or the settings would not be understood.
    """
    view = view_of(state, workspace.settings)
    return _edit(workspace, name, {key: value for key, value in view._asdict().items() if value != _USUAL[key]})


def delete_view(workspace: Workspace, name: str) -> str:
    """Takes a view out of branchlab.toml and returns the path of that file.

    Raises:
        NotFoundError: when there is no view of this name.
        EnvironmentProblemError: when the file cannot be read or written.
    """
    find_view(workspace.settings, name)
    return _edit(workspace, name, None)


def _edit(workspace: Workspace, name: str, values: dict[str, object] | None) -> str:
    import tomlkit

    from branchlab.plainfile import read_plain, refuse_planted, write_plain

    path = os.path.join(workspace.root, SETTINGS_FILE)
    refuse_planted(path)
    text = read_plain(path) or b""
    parse_settings(text)  # says in plain words what tomlkit would only refuse
    document = tomlkit.parse(text.decode())
    views = document.get("views")
    if views is None:
        views = document["views"] = tomlkit.table(is_super_table=True)
    if values is None:
        views.pop(name, None)
    else:
        table = tomlkit.table()
        for key, value in values.items():
            table[key] = _lines(value) if isinstance(value, tuple) else value
        views[name] = table
    text = tomlkit.dumps(document).encode()
    parse_settings(text)  # nothing is written that the next command would refuse
    try:
        write_plain(path, text)
    except OSError as error:
        raise EnvironmentProblemError(f"{path} cannot be written: {error.strerror}", "check its permissions") from None
    return path


def _lines(items: tuple[str, ...]) -> Array:
    import tomlkit

    array = tomlkit.array()
    array.extend(items)
    return array.multiline(len(items) > _ON_A_LINE)


def _with_turn(text: str, settings: Settings) -> tuple[str, bool]:
    """Returns a column and whether its natural order is turned round; `-accuracy` is from the top down."""
    key, down = text.removeprefix("-"), text.startswith("-")
    return key, falls(key, settings) is not down  # of an age, unlike of a start, the least is the newest


def _as_text(key: str, settings: Settings, *, turned: bool) -> str:
    return f"-{key}" if falls(key, settings) is not turned else key
