"""Sets values in the text of a TOML file through tomlkit, which keeps comments, order and spacing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tomlkit.items import Item

_QUOTES = ('"""', "'''", '"', "'")


def set_in_toml(text: str, path: tuple[str | int, ...], value: Any) -> str:
    """Returns the text with the value at `path` replaced. The text has been read before, so it is valid TOML."""
    import tomlkit

    document = tomlkit.parse(text)
    container: Any = document
    for step in path[:-1]:
        container = container[step]
    container[path[-1]] = _item(value, container[path[-1]])
    return tomlkit.dumps(document)


def add_to_toml(text: str, path: tuple[str | int, ...], key: str, value: Any) -> str:
    """Returns the text with a key added to the table at `path`."""
    import tomlkit

    document = tomlkit.parse(text)
    container: Any = document
    for step in path:
        container = container[step]
    container[key] = value
    return tomlkit.dumps(document)


def _item(value: Any, old: Any) -> Item:
    """Makes an item; a string keeps the quotes of the one before where they can hold it."""
    import tomlkit

    if isinstance(value, str):
        shown: str = old.as_string() if hasattr(old, "as_string") else '"'
        quotes = next((quotes for quotes in _QUOTES if shown.startswith(quotes)), '"')
        literal = quotes[0] == "'" and "'" not in value and value.isprintable()
        if literal:
            return tomlkit.string(value, literal=True, multiline=len(quotes) > 1)
        return tomlkit.string(value, multiline=len(quotes) > 1 and quotes[0] == '"')
    item: Item = tomlkit.item(value)
    return item
