"""What the catalog shows of `[sweep]`; alone, so that whoever lists live runs need not load the reader of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.text import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.experiment import Scalar


def search_of(sweep: Mapping[str, Any], splits: Iterable[str]) -> dict[str, Scalar]:
    """Returns what a row says of a trial beside sweep and number: `[sweep]` flattened, and the names of the splits."""
    told = {key: value for key, value in sweep.items() if key not in ("name", "trial", "splits")}
    named = list(splits)
    return flatten({**told, "splits": named} if named else told)
