"""The output formats that every command with a table has, and how a table is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.terminal import Terminal
    from branchlab.report.page import Block
    from branchlab.report.table import Table


def add_format_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares `--json`, `--csv` and `--md`, of which one may be given; the result is `arguments.format`."""
    group = parser.add_mutually_exclusive_group()
    for name, what in (
        ("json", "print JSON"),
        ("csv", "print comma-separated values at full precision, safe for spreadsheets"),
        ("md", "print a Markdown table"),
    ):
        group.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=what)


def show_page(blocks: Sequence[Block], form: str | None, terminal: Terminal) -> None:
    """Prints tables and words, as Markdown or for the terminal."""
    from branchlab.report.page import markdown_page, render_page

    width = terminal.width or None
    terminal.data(markdown_page(blocks) if form == "md" else render_page(blocks, width, colour=terminal.colour))


def show_table(
    table: Table, legend: list[str], form: str | None, terminal: Terminal, *, remedy: str = "--columns chooses"
) -> None:
    """Prints a table, as Markdown or for the terminal with words on what its marks mean and what found no room."""
    if form == "md":
        from branchlab.report.formats import to_markdown

        terminal.data(to_markdown(table))
        return
    from branchlab.report.table import render_table
    from branchlab.report.width import join_wrapped

    rendered = render_table(table, terminal.width or None, colour=terminal.colour)
    terminal.data(rendered.text)
    terminal.stdout.flush()  # before the words that explain it
    terminal.words("")
    if rendered.dropped:
        from branchlab.text import some_of

        legend = [*legend, f"no room for {some_of(rendered.dropped, 4)}, {remedy}"]
    for line in join_wrapped(legend, terminal.width or None):
        terminal.words(line)
