"""Draws docs/table.svg, the picture of the README, from what branchlab really prints.

python docs/picture.py FOLDER    FOLDER is one that `branchlab demo FOLDER` made
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from branchlab.cli.main import main
from branchlab.cli.terminal import Terminal
from branchlab.demo.plan import SHOWN

COLUMNS = 100
CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 20, 20
INK, PAPER = "#d8dee9", "#1d2129"
COLOURS = {31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2"}
BOLD, DIM = 1, 2


class Span(NamedTuple):
    """Text of one style in one line; `column` is where it begins."""

    column: int
    text: str
    codes: frozenset[int]


def spans(line: str) -> list[Span]:
    """Splits a line at its colour codes."""
    found: list[Span] = []
    column, codes = 0, frozenset[int]()
    for part in re.split(r"(\x1b\[[\d;]*m)", line):
        if part.startswith("\x1b["):
            numbers = {int(code) for code in part[2:-1].split(";") if code}
            codes = frozenset() if not numbers or 0 in numbers else codes | numbers
        elif part:
            found.append(Span(column, part, codes))
            column += len(part)
    return found


def draw(lines: list[str]) -> str:
    """Returns the SVG; each word is stretched to its cells, so that columns stand whatever font there is."""
    texts = []
    for number, line in enumerate(lines):
        for span in spans(line):
            for word in re.finditer(r"\S+(?: \S+)*", span.text):
                x = MARGIN + (span.column + word.start()) * CELL_WIDTH
                y = MARGIN + (number + 0.75) * LINE_HEIGHT
                length = len(word[0]) * CELL_WIDTH
                fill = next((COLOURS[code] for code in span.codes if code in COLOURS), INK)
                style = ' font-weight="bold"' * (BOLD in span.codes) + ' opacity="0.6"' * (DIM in span.codes)
                place = f'x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
                texts.append(f'<text {place} fill="{fill}"{style}>{escape(word[0])}</text>')
    width = 2 * MARGIN + COLUMNS * CELL_WIDTH
    height = 2 * MARGIN + len(lines) * LINE_HEIGHT
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">',
            f"<title>branchlab {' '.join(SHOWN)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
            '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">',
            *texts,
            "</g>",
            "</svg>\n",
        ]
    )


def output_of(folder: Path) -> list[str]:
    """Returns what the command prints on a terminal with colours."""
    data, words = io.StringIO(), io.StringIO()
    code = main(SHOWN, Terminal(data, words, str(folder), colour=True, width=COLUMNS))
    if code:
        sys.exit(words.getvalue())
    typed = f"\x1b[32m$\x1b[0m branchlab {' '.join(SHOWN)}"
    return [typed, *data.getvalue().rstrip("\n").split("\n"), *words.getvalue().rstrip("\n").split("\n")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draws docs/table.svg from a demo project.")
    parser.add_argument("folder", type=Path)
    target = Path(__file__).with_name("table.svg")
    target.write_text(draw(output_of(parser.parse_args().folder.absolute())))
