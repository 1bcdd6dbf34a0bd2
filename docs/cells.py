"""Draws the cells of a terminal as SVG: lines, blocks and braille as shapes, so that no font can spoil them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.segment import Segment
    from rich.style import Style

WIDTH, HEIGHT = 8.4, 18.0
MARGIN = 10
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_BASELINE = 0.74  # of a line, from its top
_THIN, _THICK = 1.2, 2.6
_SHORT = 6  # letters that no font draws much too wide or narrow

# Arms of the lines: left, right, up, down; 1 is thin, 2 is heavy.
_LINES = {
    "─": (1, 1, 0, 0), "│": (0, 0, 1, 1), "┌": (0, 1, 0, 1), "┐": (1, 0, 0, 1), "└": (0, 1, 1, 0), "┘": (1, 0, 1, 0),
    "├": (0, 1, 1, 1), "┤": (1, 0, 1, 1), "┬": (1, 1, 0, 1), "┴": (1, 1, 1, 0), "┼": (1, 1, 1, 1), "━": (2, 2, 0, 0),
    "┃": (0, 0, 2, 2), "┏": (0, 2, 0, 2), "┓": (2, 0, 0, 2), "┗": (0, 2, 2, 0), "┛": (2, 0, 2, 0), "╭": (0, 1, 0, 1),
    "╮": (1, 0, 0, 1), "╰": (0, 1, 1, 0), "╯": (1, 0, 1, 0), "╴": (1, 0, 0, 0), "╶": (0, 1, 0, 0), "╌": (1, 1, 0, 0),
    "╎": (0, 0, 1, 1), "╵": (0, 0, 1, 0), "╷": (0, 0, 0, 1),
}  # fmt: skip
# Part of the cell that is filled: x, y, width, height.
_BLOCKS = {
    **{chr(0x2580 + eighths): (0.0, 1 - eighths / 8, 1.0, eighths / 8) for eighths in range(1, 9)},
    **{chr(0x2590 - eighths): (0.0, 0.0, eighths / 8, 1.0) for eighths in range(1, 8)},
    "▀": (0.0, 0.0, 1.0, 0.5), "▐": (0.5, 0.0, 0.5, 1.0), "▔": (0.0, 0.0, 1.0, 0.125), "▕": (0.875, 0.0, 0.125, 1.0),
}  # fmt: skip
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_BRAILLE = 0x2800
_BRAILLE_END = 0x28FF
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))  # column and row of each bit


class _Cell(NamedTuple):
    x: float
    y: float
    text: str
    ink: str
    paper: str
    bold: bool
    underlined: bool


def draw_cells(rows: Iterable[Iterable[Segment]], size: tuple[int, int], title: str, ink: str, paper: str) -> str:
    """Returns the SVG of rows of segments as Textual composes them; `ink` and `paper` are the default colours."""
    cells = list(_cells(rows, ink, paper))
    shapes: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for cell in cells:
        shape = _shape(cell)
        if shape is None:
            texts.setdefault(_look(cell), []).append(_text(cell))
        elif shape:
            shapes.setdefault(cell.ink, []).append(shape)
    width, height = size[0] * WIDTH + 2 * MARGIN, size[1] * HEIGHT + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{paper}"/>',
            *_papers(cells, paper),
            *(f'<path fill="{colour}" d="{"".join(parts)}"/>' for colour, parts in shapes.items()),
            f'<g font-family="{FONT}" font-size="14" xml:space="preserve">',
            *(f"<g {look}>{''.join(parts)}</g>" for look, parts in texts.items() if any(parts)),
            "</g>",
            "</svg>\n",
        ]
    )


def _cells(rows: Iterable[Iterable[Segment]], ink: str, paper: str) -> Iterator[_Cell]:
    """Yields runs of plain text, and each drawn character by itself."""
    for number, row in enumerate(rows):
        column = 0
        for segment in row:
            front, back = _colours(segment.style, ink, paper)
            bold = bool(segment.style and segment.style.bold)
            line = bool(segment.style and segment.style.underline)
            for text in _runs(segment.text):
                place = (MARGIN + column * WIDTH, MARGIN + number * HEIGHT)
                yield _Cell(*place, text, front, back, bold, line)
                column += cell_len(text)


def _runs(text: str) -> Iterator[str]:
    """Yields drawn characters, marks and blanks by themselves: a font of other widths then shifts no column."""
    run = ""
    for letter in text:
        alone = _is_drawn(letter) or not letter.isascii()
        if run and (alone or letter == " " or run[-1] == " "):
            yield run
            run = ""
        if alone:
            yield letter
        else:
            run += letter
    if run:
        yield run


def _is_drawn(letter: str) -> bool:
    return letter in _LINES or letter in _BLOCKS or letter in _SHADES or _BRAILLE <= ord(letter) <= _BRAILLE_END


def _colours(style: Style | None, ink: str, paper: str) -> tuple[str, str]:
    front = style.color.get_truecolor().hex if style and style.color and not style.color.is_default else ink
    back = style.bgcolor.get_truecolor().hex if style and style.bgcolor and not style.bgcolor.is_default else paper
    if style and style.reverse:
        front, back = back, front
    return (_mix(front, back, 0.6), back) if style and style.dim else (front, back)


def _mix(front: str, back: str, share: float) -> str:
    parts = [(int(front[at : at + 2], 16), int(back[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in parts)


def _papers(cells: list[_Cell], paper: str) -> Iterator[str]:
    for cell in cells:
        if cell.paper != paper:
            width = cell_len(cell.text) * WIDTH
            place = f'x="{cell.x:.1f}" y="{cell.y:.1f}" width="{width + 0.3:.1f}" height="{HEIGHT + 0.3:.1f}"'
            yield f'<rect {place} fill="{cell.paper}"/>'


def _text(cell: _Cell) -> str:
    text = cell.text.rstrip()
    lead = len(text) - len(text.lstrip())
    text = text.lstrip()
    if not text:
        return ""
    x, width = cell.x + lead * WIDTH, cell_len(text) * WIDTH
    place = f'x="{x:.1f}" y="{cell.y + HEIGHT * _BASELINE:.1f}"'
    stretch = f' textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"' if len(text) > _SHORT else ""
    return f"<text {place}{stretch}>{escape(text)}</text>"


def _look(cell: _Cell) -> str:
    weight = ' font-weight="bold"' if cell.bold else ""
    return f'fill="{cell.ink}"{weight}' + (' text-decoration="underline"' if cell.underlined else "")


def _shape(cell: _Cell) -> str | None:
    """Returns the path of a drawn character, None for text."""
    letter = cell.text
    if len(letter) != 1 or not _is_drawn(letter):
        return None
    if letter in _LINES:
        return _line(cell, *_LINES[letter])
    if letter in _BLOCKS:
        left, top, width, height = _BLOCKS[letter]
        return _box(cell.x + left * WIDTH, cell.y + top * HEIGHT, width * WIDTH, height * HEIGHT)
    if letter in _SHADES:
        side = (_SHADES[letter] * WIDTH * HEIGHT / 8) ** 0.5 / 1.6
        return "".join(
            _box(
                cell.x + WIDTH * (0.25 + 0.5 * (at % 2)), cell.y + HEIGHT * (at // 2 + 0.5) / 4, side / 1.6, side / 1.6
            )
            for at in range(8)
        )
    bits = ord(letter) - _BRAILLE
    return "".join(
        _box(cell.x + WIDTH * (0.14 + 0.5 * x), cell.y + HEIGHT * (0.06 + 0.25 * y), 2.3, 2.3)
        for bit, (x, y) in enumerate(_DOTS)
        if bits & 1 << bit
    )


def _line(cell: _Cell, left: int, right: int, up: int, down: int) -> str:
    middle_x, middle_y = cell.x + WIDTH / 2, cell.y + HEIGHT / 2
    parts = []
    for arm, (x, y, width, height) in (
        (left, (cell.x, 0.0, WIDTH / 2, 0.0)),
        (right, (middle_x, 0.0, WIDTH / 2, 0.0)),
        (up, (0.0, cell.y, 0.0, HEIGHT / 2)),
        (down, (0.0, middle_y, 0.0, HEIGHT / 2)),
    ):
        thick = _THIN if arm == 1 else _THICK
        if arm and width:
            parts.append(_box(x - 0.4, middle_y - thick / 2, width + 0.8, thick))
        elif arm:
            parts.append(_box(middle_x - thick / 2, y - 0.4, thick, height + 0.8))
    return "".join(parts)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z"
