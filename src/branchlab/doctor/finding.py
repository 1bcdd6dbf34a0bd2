"""What a check found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Finding(NamedTuple):
    """One thing that is not as it should be.

    Attributes:
        what: one line without full stop, fit for showing.
        mend: what sets it right; None when only the user can.
        remedy: what the user can do, or what the mend does.
    """

    what: str
    mend: Callable[[], object] | None
    remedy: str
