"""Pictures as half blocks: two pixels in each cell, the upper one in front, the lower one behind."""

from __future__ import annotations

import io
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

MOST_PIXELS = 64_000_000  # below the 89 million from which Pillow warns of a bomb
_FORMATS = ("PNG", "JPEG", "GIF")  # the decoders that bytes of anybody may reach; Pillow has forty more
_KEPT = (640, 480)  # what is kept of a picture: more than the largest terminal shows


class Pixels(NamedTuple):
    """A picture: for each row of pixels three bytes a pixel, red, green, blue."""

    width: int
    rows: Sequence[bytes]


def half_blocks(pixels: Pixels, size: tuple[int, int]) -> list[Line]:
    """Returns the picture as large as it fits into a size (columns, rows), its proportions kept, never enlarged.

    Lines are as long as the picture is wide; styles are `#rrggbb/#rrggbb`, upper and lower pixel.
    """
    columns, rows = size
    width, height = pixels.width, len(pixels.rows)
    if width < 1 or height < 1 or columns < 1 or rows < 1:
        return []
    scale = min(1.0, columns / width, 2 * rows / height)
    across, down = max(1, int(width * scale)), max(1, int(height * scale))
    xs = _cuts(width, across)
    ys = _cuts(height, down)
    small = [_averages(pixels.rows[start:end], xs) for start, end in pairwise(ys)]
    return [_line(small[row], small[row + 1] if row + 1 < down else None) for row in range(0, down, 2)]


def _cuts(size: int, parts: int) -> list[int]:
    return [size * place // parts for place in range(parts + 1)]


def _averages(rows: Sequence[bytes], xs: list[int]) -> list[str]:
    """Returns the mean colour of each stretch of columns over some rows."""
    found = []
    for start, end in pairwise(xs):
        count = (end - start) * len(rows)
        means = [sum(sum(row[3 * start + channel : 3 * end : 3]) for row in rows) // count for channel in range(3)]
        found.append("#{:02x}{:02x}{:02x}".format(*means))
    return found


def _line(upper: list[str], lower: list[str] | None) -> Line:
    styles = [f"{top}/{bottom}" for top, bottom in zip(upper, lower, strict=True)] if lower else upper
    line: Line = []
    for style in styles:
        if line and line[-1].style == style:
            line[-1] = Piece(line[-1].text + "▀", style)
        else:
            line.append(Piece("▀", style))
    return line


def decode(data: bytes) -> Pixels:
    """Returns the pixels of a PNG, JPEG or GIF file (its first picture), made smaller than 640 by 480.

    Raises:
        EnvironmentProblemError: when Pillow is not installed.
        DamagedError: when it is no such file, a damaged one, or one of too many pixels.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise EnvironmentProblemError(
            "pictures are drawn through Pillow, which is not installed", "pip install pillow"
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                return _shrunk(image)
    except DamagedError:
        raise
    except Exception as error:  # Pillow raises whatever its decoders meet in a damaged file
        raise DamagedError("this is no PNG, JPEG or GIF that can be read") from error


def _shrunk(image: Image.Image) -> Pixels:
    if image.width * image.height > MOST_PIXELS:
        raise DamagedError(f"the picture has {image.width} x {image.height} pixels, too many to draw")
    # Lets the decoder of JPEG leave out what thumbnail would throw away; other formats pass it over.
    image.draft("RGB", _KEPT)
    image.thumbnail(_KEPT)
    plain = image.convert("RGB")
    raw, stride = plain.tobytes(), 3 * plain.width
    return Pixels(plain.width, [raw[at : at + stride] for at in range(0, len(raw), stride)])
