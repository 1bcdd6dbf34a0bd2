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

_NAME = len('{"name":"')


class RawRows(Sequence["Experiment"]):
    """Rows as `branchlab.catalog` keeps them: JSON objects, newest first."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._starts = row_starts(text)
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
        return len(self._starts) - 1

    def keys(self) -> list[str]:
        """Returns the row keys without decoding anything else."""
        text = self._text
        return [_key(text, start) for start in self._starts[:-1]]

    def _row(self, place: int) -> bytes:
        return self._text[self._starts[place] : self._starts[place + 1] - len(ROW_END)]


class Places(Mapping[str, int]):
    """Where each row key is; counted out when it is first asked for."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._experiments = experiments
        self._places: dict[str, int] | None = None

    def __getitem__(self, key: str) -> int:
        """Returns the place of a key."""
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        """Walks over the keys in the order of the experiments."""
        return iter(self._all())

    def __len__(self) -> int:
        """Returns how many there are."""
        return len(self._experiments)

    def _all(self) -> dict[str, int]:
        if self._places is None:
            rows = self._experiments
            keys = rows.keys() if isinstance(rows, RawRows) else map(row_key, rows)
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


def _key(text: bytes, start: int) -> str:
    name = text[start + _NAME : text.index(b'","commit":', start)]
    return name.decode() if b"\\" not in name else str(json.loads(b'"%b"' % name))
