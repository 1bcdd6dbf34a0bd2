from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.widgets.lines.viewport import Viewport

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("step_to"), st.integers(-5, 60)),
        st.tuples(st.just("page_by"), st.integers(-20, 20)),
        st.tuples(st.just("scroll_by"), st.integers(-20, 20)),
        st.tuples(st.just("resized"), st.integers(0, 30)),
    ),
    max_size=20,
)


@given(total=st.integers(0, 50), moves=MOVES)
def test_the_window_never_leaves_the_rows_nor_shows_less_than_it_could(
    total: int, moves: list[tuple[str, int]]
) -> None:
    view = Viewport(total=total, height=10)
    for move, number in moves:
        view = getattr(view, move)(number)
        assert 0 <= view.top <= view.last_top
        assert 0 <= view.cursor <= max(total - 1, 0)
        assert len(view.rows) == min(view.height, total)


@given(total=st.integers(1, 50), height=st.integers(1, 20), rows=st.lists(st.integers(-3, 60)))
def test_the_cursor_is_in_sight_after_every_step(total: int, height: int, rows: list[int]) -> None:
    view = Viewport(total=total, height=height)
    for row in rows:
        view = view.step_to(row)
        assert view.cursor in view.rows


@given(height=st.integers(1, 20), top=st.integers(0, 30), line=st.integers(0, 19), smaller=st.integers(1, 20))
def test_a_cursor_in_sight_stays_there_in_every_size(height: int, top: int, line: int, smaller: int) -> None:
    view = Viewport(total=50, height=height).put(top + min(line, height - 1), top)
    resized = view.resized(smaller)
    assert resized.cursor == view.cursor
    assert resized.cursor in resized.rows


def test_a_step_over_an_edge_scrolls_by_half_a_page() -> None:
    view = Viewport(total=100, height=10, top=20, cursor=29).step_to(30)
    assert (view.top, view.cursor) == (25, 30)
    view = Viewport(total=100, height=10, top=20, cursor=20).step_to(19)
    assert (view.top, view.cursor) == (14, 19)


def test_a_page_keeps_the_cursor_on_its_line() -> None:
    view = Viewport(total=100, height=10, top=20, cursor=23).page_by(9)
    assert (view.top, view.cursor) == (29, 32)


def test_other_rows_keep_the_cursor_on_its_line() -> None:
    view = Viewport(total=100, height=10, top=20, cursor=23).replaced(80, 60)
    assert (view.top, view.cursor) == (57, 60)


def test_the_window_stays_when_the_cursor_was_out_of_sight() -> None:
    view = Viewport(total=100, height=10, top=20, cursor=90).replaced(100, 5)
    assert (view.top, view.cursor) == (20, 5)
