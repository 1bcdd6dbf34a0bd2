"""Which words changed between a removed line and the one that replaced it. Free of Textual."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Spans = tuple[tuple[int, int], ...]

MOST_CHARACTERS = 1000  # of a line whose words are looked at
MOST_TRIES = 2500  # pairs of lines that are weighed against each other in one block

_WORD = re.compile(r"\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\w+|\s+|[^\w\s]")  # a number is one word: 3e-4
_ALIKE = 0.4  # share of both lines that must be the same; what is less alike changed as a whole


@lru_cache(maxsize=2000)
def changed_words(old: str, new: str) -> tuple[Spans, Spans]:
    """Returns the places of the words that only one line has, as (start, stop) of characters.

    Nothing for lines that have too little in common, or are too long: they changed as a whole.
    """
    if old == new or max(len(old), len(new)) > MOST_CHARACTERS:
        return (), ()
    from difflib import SequenceMatcher

    before, after = _WORD.findall(old), _WORD.findall(new)
    # Its autojunk stays on: from 200 words, blanks and commas alone are no match, which would take cubic time, seconds.
    matcher = SequenceMatcher(None, before, after)
    blocks = matcher.get_matching_blocks()
    same = sum(len(word.strip()) for block in blocks for word in before[block.a : block.a + block.size])
    if same < _ALIKE * max(len(old.strip()), len(new.strip())):
        return (), ()
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return _spans(before, [code[1:3] for code in changes]), _spans(after, [code[3:5] for code in changes])


def _spans(words: Sequence[str], ranges: Sequence[tuple[int, int]]) -> Spans:
    """Returns ranges of words as spans of characters; neighbours with nothing but blanks between them are one."""
    spans: list[tuple[int, int]] = []
    for start, stop in ranges:
        if start == stop:
            continue
        first = sum(map(len, words[:start]))
        last = first + sum(map(len, words[start:stop]))
        if spans and not "".join(words)[spans[-1][1] : first].strip():
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return tuple(spans)


def face(removed: Sequence[str], added: Sequence[str]) -> tuple[list[int], list[int]]:
    """Returns on which row of a block each removed and each added line stands, so that like faces like.

    The block has as many rows as the longer side has lines; of the shorter side each line stands where it is most
    like its neighbour, in order.
    """
    if len(removed) == len(added) or len(removed) * len(added) > MOST_TRIES or not removed or not added:
        return list(range(len(removed))), list(range(len(added)))
    if len(removed) < len(added):
        return _places(removed, added), list(range(len(added)))
    return list(range(len(removed))), _places(added, removed)


def _places(few: Sequence[str], many: Sequence[str]) -> list[int]:
    """Returns for each of a few lines a place among many, in order, with the greatest likeness in all."""
    room = len(many) - len(few)
    best: list[list[float]] = [[0.0] * (room + 1)]
    for place, line in enumerate(few):
        row: list[float] = []
        for free in range(room + 1):
            here = best[-1][free] + _likeness(line, many[place + free])
            row.append(max(here, row[-1]) if row else here)
        best.append(row)
    places = [0] * len(few)
    free = room
    for place in range(len(few) - 1, -1, -1):
        row = best[place + 1]
        while free and row[free] == row[free - 1]:  # of equals the first: nearest to the top
            free -= 1
        places[place] = place + free
    return places


def _likeness(one: str, other: str) -> float:
    """Returns how much two lines begin and end alike, from 0 to 1; blanks at their ends do not count."""
    one, other = one.strip()[:MOST_CHARACTERS], other.strip()[:MOST_CHARACTERS]
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if not shortest:
        return 0.0
    same = _common(one, other)
    same += min(_common(one[::-1], other[::-1]), shortest - same)
    return same / longest


def _common(one: str, other: str) -> int:
    """Returns how many characters two texts begin with alike."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
