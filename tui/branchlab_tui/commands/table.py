"""Commands about the table: what is shown, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.grammar import parse_query
from branchlab.errors import BranchlabError, UsageError
from branchlab_tui.commands.naming import find_column
from branchlab_tui.commands.outcome import CommandError, Outcome, Word, split
from branchlab_tui.model.columns import default_columns

if TYPE_CHECKING:
    from branchlab_tui.commands.outcome import Context

GROUPS = ("none", "type", "sweep", "author", "status")


def sort(context: Context, words: list[Word], _rest: Word) -> Outcome:
    """Sorts by columns, most important first; `-acc` turns the usual order round, nothing is newest first."""
    order = [(find_column(context, word, word.text.lstrip("-+")), word.text.startswith("-")) for word in words]
    return Outcome(state=context.state._replace(sort=tuple(order)))


def cols(context: Context, words: list[Word], _rest: Word) -> Outcome:
    """Shows exactly these columns; `+lr` adds one, `-wd` leaves one out, nothing brings the usual ones back."""
    parts = [Word(one.text, word.start + one.start) for word in words for one in split(word.text.replace(",", " "))]
    exact = tuple(find_column(context, part, part.text) for part in parts if part.text[0] not in "+-")
    keys = list(exact) or [info.key for info in default_columns(context.snapshot, context.state)]
    for part in parts:
        if part.text[0] in "+-":
            key = find_column(context, part, part.text[1:])
            keys = [*(one for one in keys if one != key), *([key] if part.text[0] == "+" else [])]
    chosen = tuple(key for key in keys if key != "name") if parts else ()
    pinned = tuple(key for key in context.state.pinned if key in chosen)
    return Outcome(state=context.state._replace(columns=chosen, pinned=pinned))


def filter_rows(context: Context, _words: list[Word], rest: Word) -> Outcome:
    """Shows what fits a query; nothing shows all."""
    try:
        parse_query(rest.text, context.snapshot.workspace.settings, user="me")  # only read, so any name does for `me`
    except UsageError as error:
        place = rest.start + getattr(error, "position", 0)
        raise CommandError(place, error.message.partition("\n")[0], error.hint) from None  # the rest draws the place
    return Outcome(state=context.state._replace(query=rest.text))


def group(context: Context, words: list[Word], rest: Word) -> Outcome:
    """Groups rows by type, sweep, author, status or a parameter; none or nothing takes the groups away."""
    _at_most(words, 1, "one thing to group by")
    name = rest.text if rest.text != "none" else ""
    key = name if not name or name in GROUPS else find_column(context, words[0], name)
    if key and key not in GROUPS and not key.startswith("params."):
        raise CommandError(rest.start, f"rows cannot be grouped by {name}", f"{', '.join(GROUPS)} or a parameter")
    return Outcome(state=context.state._replace(group=key, folded=()))


def view(context: Context, words: list[Word], rest: Word) -> Outcome:
    """Shows a saved view; `view save NAME` saves the one there is."""
    from branchlab_tui.model.saved_views import require_view

    if not words:
        return Outcome(action="saved_views")
    if words[0].text == "save":
        _at_most(words, 2, "one name")
        if len(words) == 1:
            raise CommandError(rest.end, "a name is missing", "view save best")
        return Outcome(performs="save_view", values={"name": words[1].text})
    try:
        return Outcome(state=require_view(context.snapshot.workspace.settings, rest.text, context.state))
    except BranchlabError as error:
        raise CommandError(rest.start, error.message, error.hint) from None


def _at_most(words: list[Word], count: int, what: str) -> None:
    if len(words) > count:
        raise CommandError(words[count].start, f"this takes {what}", "leave out the rest")
