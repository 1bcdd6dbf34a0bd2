"""The picture as screens use it: the path of a file in, nothing out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab.faults import error_of
from branchlab.report.width import display_width, shorten, wrap
from branchlab.text import safe_text
from branchlab_tui.drawing.image import decode, half_blocks
from branchlab_tui.drawing.piece import Line, Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from branchlab_tui.drawing.image import Pixels

LARGEST = 64 << 20  # bytes; the whole file is held in memory


class Picture(Drawn):
    """A picture, read and decoded in a thread; where that cannot be, what to do and the path to open."""

    _path = ""
    _pixels: Pixels | None = None
    _problem = ""

    def show(self, path: str) -> None:
        """Shows the picture of a file (PNG, JPEG, GIF)."""
        self._path, self._pixels, self._problem = path, None, "reading the picture"
        self.redraw()
        work = partial(self._read, path)
        self.run_worker(work, name="picture", group="picture", exclusive=True, thread=True, exit_on_error=False)

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the picture in the middle, its path below it."""
        name = shorten(safe_text(self._path), width)
        foot = [Piece(name, "dim"), Piece(" " * max(0, width - display_width(name)))]
        room = max(1, height - 1)
        if self._pixels is None:
            texts = [Piece(text, "warn") for text in wrap(safe_text(self._problem), width)]
            body = [[text] for text in texts][:room]
        else:
            body = half_blocks(self._pixels, (width, room))
        left = max(0, width - max((sum(len(piece.text) for piece in line) for line in body), default=0)) // 2
        lines = [[Piece(" " * left), *line] if left else line for line in body]
        return [*lines, *([[Piece(" " * width)]] * (room - len(lines))), foot][:height]

    def _read(self, path: str) -> None:
        """Reads and decodes; runs in a thread."""
        pixels, problem = None, ""
        try:
            pixels = decode(_content(path))
        except Exception as error:  # noqa: BLE001 - whatever it is, it stands where the picture would
            told = error_of(error)
            problem = f"{told.message}. {told.hint or f'open {path} in another program'}"
        self.app.call_from_thread(self._take, path, pixels, problem)

    def _take(self, path: str, pixels: Pixels | None, problem: str) -> None:
        if path == self._path:  # the thread of an older picture may end later
            self._pixels, self._problem = pixels, problem
            self.redraw()


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)  # one more than allowed tells that it is larger, whatever `stat` says
    except OSError as error:
        raise DamagedError(f"the picture cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise DamagedError(f"the file is larger than {LARGEST >> 20} MiB")
    return data
