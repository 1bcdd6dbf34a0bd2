"""The rows of a part of a hunk: made at once, or one by one where a block has no end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.widgets.diff_view.halves import LONG, BlockRows, MadeRows, rows_of
from branchlab_tui.widgets.diff_view.parser import parse_patch
from branchlab_tui.widgets.diff_view.patch import Part

UNENDED = "\\ No newline at end of file"


@pytest.mark.parametrize("split", [False, True])
@given(removed=st.integers(1, 6), added=st.integers(1, 6), unended=st.tuples(st.booleans(), st.booleans()))
def test_a_block_made_row_by_row_is_the_block_made_at_once(
    removed: int, added: int, unended: tuple[bool, bool], *, split: bool
) -> None:
    lines = [" before"] * 3 + ["-same"] * removed + [UNENDED] * unended[0] + ["+same"] * added + [UNENDED] * unended[1]
    part = Part(3, len(lines), 7, 9, removed + added, max(removed, added))
    lazy = BlockRows(lines, part, split=split)
    for y in range(part.pairs if split else part.lines):
        for half, sign in zip(lazy[y], "-+", strict=True):
            assert half is None or lines[half.line][0] == sign
            assert half is None or lazy.place_of(half.line) == y
        assert lazy.place_like(lazy[y]) == y
    made = rows_of(lines, part, split=split)
    assert isinstance(made, MadeRows)
    if not split or removed == added:
        shown = range(part.pairs if split else part.lines)
        assert [lazy[y] for y in shown] == [made[y] for y in shown]


def test_a_file_that_was_written_anew_is_made_row_by_row() -> None:
    count = 30_000
    body = (
        " first\n"
        + "".join(f"-old {n}\n" for n in range(count))
        + "".join(f"+new {n}\n" for n in range(count))
        + " last\n"
    )
    patch = parse_patch(f"diff --git a/x b/x\n@@ -1,{count + 2} +1,{count + 2} @@\n{body}")
    parts = patch.files[0].hunks[0].parts
    assert [part.lines > LONG for part in parts] == [False, True, False]
    rows = rows_of(patch.lines, parts[1], split=True)
    assert isinstance(rows, BlockRows)
    old, new = rows[count - 1]
    assert old is not None
    assert new is not None
    assert (old.number, new.number) == (count + 1, count + 1)
    assert patch.lines[new.line] == f"+new {count - 1}"
