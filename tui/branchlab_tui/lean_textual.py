"""Imports Textual without two things that it always loads and this program never uses: a seventh of the import."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_PALETTE = "textual.command"  # brings inputs, trees, selects and all else that Textual's own palette is made of
_TLS = "ssl"  # brings OpenSSL; asyncio does without it where it is missing


class _Absent(ModuleType):
    """Has an empty class for each name that is imported from it."""

    def __getattr__(self, name: str) -> type:
        """Makes the class, unless Python itself asks."""
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


def import_textual() -> None:
    """Imports `textual.app` for a program that has no command palette of Textual's.

    Both modules can be imported afterwards. A version of Textual that needs them at once is imported in full.
    """
    before = set(sys.modules)
    absent: dict[str, Any] = {_PALETTE: _Absent(_PALETTE), _TLS: None}  # None: as if it were not installed
    absent = {name: module for name, module in absent.items() if name not in before}
    sys.modules.update(absent)
    try:
        import_module("textual.app")
    except (AttributeError, ImportError, TypeError):
        for name in sys.modules.keys() - before:
            if name.partition(".")[0] == "textual":
                del sys.modules[name]
    finally:
        for name in absent:
            sys.modules.pop(name, None)
