"""How much of a line the first column takes."""

from __future__ import annotations

from branchlab_tui.widgets.table.column import Column
from branchlab_tui.widgets.table.layout import lay_out

NUMBERS = [Column(f"n{place}", "number", 10, "right") for place in range(12)]


def _name_width(width: int, *, chosen: bool = False, others: int = 12) -> int:
    name = Column("name", "experiment", 46, chosen=chosen)
    return lay_out([name, *NUMBERS[:others]], width, 0).slots[0].width


def test_a_long_name_leaves_room_for_what_is_compared() -> None:
    assert _name_width(80) == 28
    assert _name_width(60) == 20


def test_a_name_is_whole_where_the_others_have_room() -> None:
    assert _name_width(80, others=2) == 46
    assert _name_width(220) == 46


def test_a_width_that_a_person_chose_counts_more() -> None:
    assert _name_width(100, chosen=True) == 46
