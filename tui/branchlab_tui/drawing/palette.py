"""Which colour and which mark a name has: the same in every plot, and never the colour alone.

The colours are those of Okabe and Ito, darkened or lightened until each stands out from the background
(contrast 3:1 and more) and reordered so that the first ones differ most: https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from zlib import crc32

# On dark, on light.
COLOURS: tuple[tuple[str, str], ...] = (
    ("#56b4e9", "#0072b2"),
    ("#e69f00", "#9a6200"),
    ("#2fc79a", "#007a5a"),
    ("#f0e442", "#6b6600"),
    ("#e58ab9", "#a8437f"),
    ("#ff7a3d", "#c24400"),
    ("#a5a2ff", "#5a4fcf"),
    ("#c9c9c9", "#595959"),
)
# Where the terminal's own sixteen colours are used, whatever its background is.
TERMINAL_COLOURS = ("cyan", "yellow", "green", "magenta", "red", "blue", "default", "bright_black")
MARKS = ("■", "□", "◇", "×", "+", "◎", "#", "*")  # noqa: RUF001 - marks, not letters


class Colours:
    """Remembers which of the eight colours a name got, so that all plots that share it agree.

    A name gets the colour its letters ask for, or the next free one; from the ninth on colours come again
    with another mark.
    """

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._used: set[int] = set()

    def style(self, name: str) -> str:
        """Returns the style of what is drawn in the colour of a name; `.dim` and `.bright` may stand behind it."""
        return f"s{self.slot(name) % len(COLOURS)}"

    def slot(self, name: str) -> int:
        """Returns the number of a name, from which follow its colour and its mark."""
        known = self._slots.get(name)
        return known if known is not None else self._give(name)

    def mark(self, name: str) -> str:
        """Returns the one character that stands for a name in a legend and on its line."""
        slot = self.slot(name)
        return MARKS[(slot + slot // len(COLOURS)) % len(MARKS)]

    def _give(self, name: str) -> int:
        count = len(COLOURS)
        wanted = crc32(name.encode("utf-8", "surrogatepass")) % count
        turn = 0
        while True:
            for shift in range(count):
                slot = turn * count + (wanted + shift) % count
                if slot not in self._used:
                    self._used.add(slot)
                    self._slots[name] = slot
                    return slot
            turn += 1
