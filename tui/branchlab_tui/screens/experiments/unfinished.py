"""Tells a name that is still being typed from a word that is looked for. Free of Textual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.catalog.grammar import FIELDS
from branchlab.catalog.values import FIELDS as ROW_FIELDS
from branchlab_tui.model.columns import names_in
from branchlab_tui.model.sheet import sheet_of

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot

# What may still become a name: at the end of the text, also behind `|` or `-`, without what would end a name.
_LAST_WORD = re.compile(r"""(?:^|(?<=[\s|]))-?(?P<word>[^\s<>=!|"':-][^\s<>=!|"':]*)$""")
_TABLES = ("metrics", "params", "best")


def without_unfinished_name(text: str, snapshot: Snapshot) -> str | None:
    """Returns a query without its last word, where that may become a name; None where it may not.

    On the way to `accuracy>0.9` stands the word `accuracy`, which finds nothing: that would empty the table for a
    moment.
    """
    found = _LAST_WORD.search(text)
    if found is None:
        return None
    word = found["word"].lower()
    sheet = sheet_of(snapshot)
    names = (f"{prefix}{name}" for table in _TABLES for name in names_in(sheet, table) for prefix in ("", f"{table}."))
    if any(name.lower().startswith(word) for name in (*FIELDS, *ROW_FIELDS, *names)):
        # A `|` that nothing follows is an error of the grammar.
        return text[: found.start()].rstrip().removesuffix("|")
    return None
