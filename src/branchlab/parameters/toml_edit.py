"""Sets values in the text of a TOML file through tomlkit, which keeps comments, order and spacing.

What tomlkit cannot do is a `DamagedError` here; `change` tells the user to change the file by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tomlkit.items import Item

_QUOTES = ('"""', "'''", '"', "'")


def set_in_toml(text: str, path: tuple[str | int, ...], value: Any) -> str:
    """Returns the text with the value at `path` replaced. The text has been read before, so it is valid TOML."""
    return _changed(text, path[:-1], lambda table: table.__setitem__(path[-1], _item(value, table[path[-1]])))


def add_to_toml(text: str, path: tuple[str | int, ...], key: str, value: Any) -> str:
    """Returns the text with a key added to the table at `path`."""
    return _changed(text, path, lambda table: table.__setitem__(key, value))


def remove_from_toml(text: str, path: tuple[str | int, ...]) -> str:
    """Returns the text without the key at `path`."""
    return _changed(text, path[:-1], lambda table: table.__delitem__(path[-1]))


def _changed(text: str, path: tuple[str | int, ...], change: Callable[[Any], None]) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        container: Any = document
        for step in path:
            container = container[step]
        change(container)
        return tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # tomllib has read the text, so this is a gap of tomlkit's and the file is fine.
        raise DamagedError(f"tomlkit cannot change this text: {error}") from None


def _item(value: Any, old: Any) -> Item:
    """Makes an item; a string keeps the quotes of the one before where they can hold it."""
    import tomlkit

    if isinstance(value, str):
        shown: str = old.as_string() if hasattr(old, "as_string") else '"'
        # Triple quotes stand first in _QUOTES: a text of several lines begins with a single one as well.
        quotes = next((quotes for quotes in _QUOTES if shown.startswith(quotes)), '"')
        # A literal text has no escapes, so what cannot be shown in it gets double quotes.
        literal = quotes[0] == "'" and "'" not in value and value.isprintable()
        if literal:
            return tomlkit.string(value, literal=True, multiline=len(quotes) > 1)
        return tomlkit.string(value, multiline=len(quotes) > 1 and quotes[0] == '"')
    item: Item = tomlkit.item(value)
    return item
