"""The line at the top, the keys at the bottom, and how keys are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.model.views import VIEWS
from branchlab_tui.widgets.footer.footer import KeyFooter
from branchlab_tui.widgets.footer.layout import Hint, fit
from branchlab_tui.widgets.header.header import HeaderBar
from branchlab_tui.widgets.header.layout import Facts, lay_out
from driven_app import drive, screen_text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository


@given(
    st.builds(
        Facts, st.text(max_size=40), st.text(max_size=40), st.integers(0, 99), st.booleans(), st.text(max_size=9)
    ),
    st.sampled_from([view.id for view in VIEWS]),
    st.integers(60, 220),
)
def test_the_header_is_as_wide_as_the_screen_and_always_says_where_one_is(facts: Facts, view: str, width: int) -> None:
    pieces = lay_out(facts, view, width)
    assert sum(cell_len(piece.text) for piece in pieces) == width
    here = [piece for piece in pieces if piece.kind == "here"]
    assert len(here) == 1
    assert here[0].text.startswith("[")
    assert [piece.view for piece in pieces if piece.view] == [each.id for each in VIEWS]
    assert any(piece.kind == "live" for piece in pieces) is (facts.live > 0)
    assert any(piece.kind == "problem" for piece in pieces) is bool(facts.problem)


hints = st.lists(st.builds(Hint, st.text(max_size=4), st.text(max_size=12), st.just("x")), max_size=12)


@given(hints, st.integers(20, 200), st.integers(1, 2))
def test_the_footer_never_grows_out_of_its_lines_and_keeps_the_way_to_all_keys(
    some: list[Hint], width: int, lines: int
) -> None:
    keep = [Hint("?", "keys", "keys")]
    rows = fit(some, keep, width, lines)
    assert 1 <= len(rows) <= lines
    assert all(sum(hint.width for hint in row) <= width for row in rows)
    assert rows[-1][-1] == keep[0]
    shown = [hint for row in rows for hint in row][:-1]
    assert shown == some[: len(shown)]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("exclamation_mark", "!"),
        ("ctrl+p", "^p"),
        ("less_than_sign", "<"),
        ("f5", "F5"),
        ("shift+tab", "shift+tab"),
        ("ctrl+pagedown", "^PgDn"),
        ("grave_accent", "`"),
        ("Q", "Q"),
        ("colon", ":"),
    ],
)
def test_keys_are_written_as_they_are_on_a_keyboard(key: str, shown: str) -> None:
    assert shown_key(key) == shown


def test_every_key_of_every_view_can_be_written() -> None:
    for view in VIEWS:
        for action in actions_of(view.id):
            for key in action.keys:
                assert shown_key(key).isprintable(), key
                assert "_" not in shown_key(key) or key == "underscore", key


def test_a_click_on_a_view_opens_it_and_one_on_a_key_does_what_it_does(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        header = screen_text(app).splitlines()[0]
        await pilot.click(HeaderBar, offset=(header.index("5:Curves") + 2, 0))
        await until(pilot, lambda: app.view.VIEW == "curves")
        assert "[5:Curves]" in screen_text(app).splitlines()[0]
        await pilot.press("escape", "1")
        await until(pilot, lambda: app.view.VIEW == "experiments")
        footer = app.view.query_one(KeyFooter)
        lines = screen_text(app).splitlines()[-footer.size.height :]
        row = next(number for number, line in enumerate(lines) if "? keys" in line)
        await pilot.click(KeyFooter, offset=(lines[row].index("? keys") + 1, row))
        await until(pilot, lambda: "Keys of experiments" in screen_text(app))

    drive(lab.path, steps)


def test_at_sixty_columns_project_view_and_help_are_still_there(lab: ScratchRepository) -> None:
    async def steps(_pilot: Pilot[int], app: BranchlabApp) -> None:
        lines = screen_text(app).splitlines()
        assert lines[0].startswith(" project @ main")
        assert "[1:Exps]" in lines[0]
        assert lines[-1].rstrip().endswith("? keys")
        assert len(lines) == 16

    drive(lab.path, steps, size=(60, 16))
