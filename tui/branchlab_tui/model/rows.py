"""Experiments that are decoded when they are asked for: ten thousand stand in milliseconds."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, overload

from branchlab.catalog.answer import ROW_END
from branchlab.catalog.row import decode_experiments
from branchlab_tui.model.snapshot import row_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.experiment import Experiment

# The catalog writes `name` and `commit` first, in this order and without blanks: see _HEAD of its answer.
_NAME = len('{"name":"')
_NAME_END = b'","commit":'


class RawRows(Sequence["Experiment"]):
    """Rows as `branchlab.catalog` keeps them: JSON objects, newest first."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._count = text.count(ROW_END[-1:])  # JSON escapes line breaks, and one byte is counted at once
        self._starts = array("Q", [0])  # of the rows that were asked for and those before them
        self._made: dict[int, Experiment] = {}

    @overload
    def __getitem__(self, place: int) -> Experiment: ...

    @overload
    def __getitem__(self, place: slice) -> list[Experiment]: ...

    def __getitem__(self, place: int | slice) -> Experiment | list[Experiment]:
        """Returns an experiment, or several."""
        if isinstance(place, slice):
            wanted = range(*place.indices(len(self)))
            lacking = [one for one in wanted if one not in self._made]
            text = ROW_END.join([self._row(one) for one in lacking])
            self._made.update(zip(lacking, decode_experiments(text), strict=True))
            return [self._made[one] for one in wanted]
        place = range(len(self))[place]
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = decode_experiments(self._row(place))[0]
        return made

    def __len__(self) -> int:
        """Returns how many there are."""
        return self._count

    def key(self, place: int) -> str:
        """Returns a row key without decoding anything else."""
        start = self._start(place) + _NAME
        name = self._text[start : self._text.index(_NAME_END, start)]
        return name.decode() if b"\\" not in name else str(json.loads(b'"%b"' % name))

    def place(self, key: str) -> int | None:
        """Returns where a row key is; None if it is nowhere."""
        head = b'{"name":%b,"commit":' % json.dumps(key).encode()
        if self._text.startswith(head):
            return 0
        # Only a row can begin like this, as JSON escapes the quotes within texts.
        end = self._text.find(ROW_END + head)
        return None if end < 0 else self._text.count(ROW_END[-1:], 0, end) + 1

    def _row(self, place: int) -> bytes:
        return self._text[self._start(place) : self._start(place + 1) - len(ROW_END)]

    def _start(self, place: int) -> int:
        starts = self._starts
        while len(starts) <= place:
            starts.append(self._text.index(ROW_END, starts[-1]) + len(ROW_END))
        return starts[place]


class RawKeys(Sequence[str]):
    """The row keys of rows that are not decoded."""

    def __init__(self, rows: RawRows) -> None:
        self._rows = rows

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Returns a row key, or several."""
        places = range(len(self))[place]
        return self._rows.key(places) if isinstance(places, int) else [self._rows.key(one) for one in places]

    def __len__(self) -> int:
        """Returns how many there are."""
        return len(self._rows)


class Places(Mapping[str, int]):
    """Where each row key is; counted out when it is first asked for."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._experiments = experiments
        self._places: dict[str, int] | None = None

    def __getitem__(self, key: str) -> int:
        """Returns the place of a key; counts nothing out where rows are still text."""
        if not isinstance(self._experiments, RawRows):
            return self._all()[key]
        place = self._experiments.place(key)
        if place is None:
            raise KeyError(key)
        return place

    def __iter__(self) -> Iterator[str]:
        """Walks over the keys in the order of the experiments."""
        return iter(self._all())

    def __len__(self) -> int:
        """Returns how many there are."""
        return len(self._experiments)

    def _all(self) -> dict[str, int]:
        if self._places is None:
            rows = self._experiments
            keys = RawKeys(rows) if isinstance(rows, RawRows) else map(row_key, rows)
            self._places = {key: place for place, key in enumerate(keys)}
        return self._places


def row_starts(text: bytes) -> array[int]:
    """Returns where each row begins, and behind them the end of the text."""
    starts = array("Q", [0])
    place = text.find(ROW_END)
    while place >= 0:
        starts.append(place + len(ROW_END))
        place = text.find(ROW_END, starts[-1])
    return starts
