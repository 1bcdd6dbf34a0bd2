"""The commands that take words, and how a line is understood. Every action is a command too, by its id."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.actions.action import command_of
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.commands import table
from branchlab_tui.commands.naming import find_experiment, find_sweep
from branchlab_tui.commands.outcome import CommandError, Outcome, Word, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchlab_tui.commands.outcome import Context

    Run = Callable[[Context, list[Word], Word], Outcome]

FORMATS = {"md": "a Markdown table", "csv": "full precision", "json": "full precision"}


class Command(NamedTuple):
    """A command that takes words.

    Attributes:
        name: what is typed.
        takes: what follows, as the help shows it.
        title: what it does.
        run: makes the outcome of context, words, and the rest of the line as a whole.
        also: other names.
    """

    name: str
    takes: str
    title: str
    run: Run
    also: tuple[str, ...] = ()


def _compare(context: Context, words: list[Word], _rest: Word) -> Outcome:
    return Outcome(view="compare", keys=_subjects(context, words, 2, "two experiments or more"))


def _curves(context: Context, words: list[Word], _rest: Word) -> Outcome:
    return Outcome(view="curves", keys=_subjects(context, words, 1, "an experiment"))


def _diff(context: Context, words: list[Word], _rest: Word) -> Outcome:
    keys = _subjects(context, words, 1, "an experiment")
    if len(keys) > 2:  # noqa: PLR2004 - a difference has two sides
        raise CommandError(words[2].start if words else 0, "a difference has two sides", "compare shows more")
    return Outcome(view="diff", keys=keys)


def _show(context: Context, words: list[Word], _rest: Word) -> Outcome:
    return Outcome(view="experiment", keys=_subjects(context, words, 1, "an experiment")[:1])


def _sweep(context: Context, words: list[Word], rest: Word) -> Outcome:
    if words:
        return Outcome(view="sweep", place=find_sweep(context, Word(rest.text, words[0].start)))
    return Outcome(view="sweep", keys=context.subjects)


def _note(context: Context, _words: list[Word], rest: Word) -> Outcome:
    return Outcome(performs="note", keys=context.subjects, values={"text": rest.text} if rest.text else {})


def _rename(context: Context, _words: list[Word], rest: Word) -> Outcome:
    return Outcome(performs="rename", keys=context.subjects, values={"name": rest.text} if rest.text else {})


def _new(_context: Context, _words: list[Word], rest: Word) -> Outcome:
    return Outcome(performs="new", values={"name": rest.text} if rest.text else {})


def _restore(_context: Context, _words: list[Word], rest: Word) -> Outcome:
    return Outcome(performs="restore", values={"name": rest.text} if rest.text else {})


def _baseline(context: Context, words: list[Word], _rest: Word) -> Outcome:
    key = find_experiment(context, words[0]) if words and words[0].text != "none" else ""
    return Outcome(state=context.state._replace(baseline=key))


def _theme(context: Context, words: list[Word], rest: Word) -> Outcome:
    if not words:
        return Outcome(action="change_theme")
    found = [name for name in context.themes if rest.text in (name, name.removeprefix("branchlab-"))]
    if not found:
        names = ", ".join(name.removeprefix("branchlab-") for name in context.themes)
        raise CommandError(rest.start, f"there is no theme {rest.text}", names)
    return Outcome(theme=found[0])


def _export(_context: Context, words: list[Word], rest: Word) -> Outcome:
    if not words or words[0].text not in FORMATS:
        problem = f"there is no format {words[0].text}" if words else "a format is missing"
        raise CommandError(rest.start, problem, "export md FILE, export csv FILE, or export json FILE")
    path = rest.text[len(words[0].text) :].strip()
    if not path:
        raise CommandError(rest.end, "the name of a file is missing", f"export {words[0].text} FILE")
    return Outcome(performs="export", values={"format": words[0].text, "path": path})


COMMANDS: tuple[Command, ...] = (
    Command("sort", "[-]COLUMN …", "sort by columns; -COLUMN turns the usual order round", table.sort),
    Command("cols", "[+-]COLUMN …", "choose columns; + adds one, - leaves one out", table.cols, ("columns",)),
    Command("filter", "QUERY", "show what fits a query, all without one", table.filter_rows),
    Command("group", "none|type|sweep|author|status|PARAMETER", "group the rows", table.group),
    Command("view", "NAME | save NAME", "show a saved view, or save this one", table.view),
    Command("baseline", "[NAME|none]", "compare with another experiment", _baseline),
    Command("compare", "[NAME …]", "compare experiments, or those marked", _compare),
    Command("diff", "[NAME [NAME]]", "show what differs", _diff),
    Command("curves", "[NAME …]", "show curves", _curves),
    Command("show", "[NAME]", "show everything about an experiment", _show),
    Command("sweep", "[NAME]", "show a sweep, or that of the trial under the cursor", _sweep),
    Command("note", "[TEXT]", "change the note", _note),
    Command("rename", "[NAME]", "give another name", _rename),
    Command("new", "[NAME]", "start an experiment", _new),
    Command("restore", "[NAME]", "bring back what was archived or removed", _restore),
    Command("export", "md|csv|json FILE", "write the table into a file", _export),
    Command("theme", "dark|light|ansi", "change the colours", _theme),
    Command("quit", "", "leave the program", lambda *_: Outcome(action="leave"), ("q",)),
)


def understand(text: str, context: Context) -> Outcome:
    """Returns what a line comes to.

    Raises:
        CommandError: when it is not understood; `position` is where.
    """
    words = split(text)
    if not words:
        raise CommandError(0, "a command is missing", "tab shows them")
    first, *others = words
    start = others[0].start if others else len(text)
    rest = Word(text[start:].rstrip(), start)  # as it is typed: blanks in notes and paths stay
    found = find_command(first.text)
    if found:
        return found.run(context, others, rest)
    ids = {command_of(action): action.id for action in actions_of(context.view)}
    if first.text in ids and others:
        raise CommandError(others[0].start, f"{first.text} takes nothing", "leave out what follows")
    if first.text in ids:
        return Outcome(action=ids[first.text])
    near = get_close_matches(first.text, [*names(context)], n=1)
    hint = f"did you mean {near[0]}?" if near else "tab shows the commands"
    raise CommandError(first.start, f"there is no command {first.text}", hint)


def find_command(name: str) -> Command | None:
    """Returns the command with this name that takes words."""
    return next((one for one in COMMANDS if name == one.name or name in one.also), None)


def names(context: Context) -> dict[str, str]:
    """Returns what each command does by its name: those that take words, then the actions of the view."""
    return dict(_titles(context))


def _titles(context: Context) -> Iterator[tuple[str, str]]:
    own = {one.name for one in COMMANDS} | {name for one in COMMANDS for name in one.also}
    yield from ((one.name, one.title) for one in COMMANDS)
    for action in actions_of(context.view):
        if command_of(action) not in own:
            yield command_of(action), action.title


def _subjects(context: Context, words: list[Word], least: int, what: str) -> tuple[str, ...]:
    keys = tuple(find_experiment(context, word) for word in words) or context.subjects
    if len(keys) < least:
        raise CommandError(words[-1].end if words else 0, f"this takes {what}", "mark them, or name them")
    return tuple(dict.fromkeys(keys))
