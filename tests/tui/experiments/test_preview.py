"""The preview of the experiment under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.difference import Side, diff_records
from branchlab.report.width import display_width
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.model.library import DifferenceRead, Library, Points
from branchlab_tui.model.live import Live
from branchlab_tui.screens.dialogs.keys.screen import focused_keys
from branchlab_tui.screens.experiments import previewing
from branchlab_tui.screens.experiments.preview_data import PreviewData
from branchlab_tui.screens.experiments.preview_page import page
from branchlab_tui.screens.experiments.summary import summary
from driven_app import settled, until
from experiment_table import DEEPER, WIDER, look, make_table_project, press, text_of
from sample_records import CODE, NOW, SETTINGS, experiments, sides

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab.experiment import Experiment
    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_table_project(tmp_path_factory.mktemp("preview") / "project")


def data(number: int, **changes: object) -> PreviewData:
    """Returns one of the four against the first."""
    difference = diff_records(sides()[number], sides()[0], SETTINGS, CODE)
    one = experiments()[number]
    curve = Points([0, 1, 2], [0.0, 1.0, 2.0], [3.0, float("nan"), 1.0])
    return PreviewData(one, experiments()[0], difference, curves={"loss": curve}, ghosts={"loss": curve})._replace(
        **changes  # type: ignore[arg-type]
    )


def words(found: PreviewData, width: int = 130, height: int = 14) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in page(found, SETTINGS, NOW, (width, height)))


def test_it_says_what_changed_and_which_metrics_are_better() -> None:
    text = words(data(1), 95)
    for part in ("finished", "changed against exp/model/wider", "lr", "0.1  →  0.01", "÷10", "+34 -12 in 3 files"):
        assert part in text
    for part in ("accuracy ↑", "+0.0189", "▲ better", "size kB ↓", "▼ worse", "slices  ▲ 1 better", "loss"):
        assert part in text


def test_other_data_is_the_reason_why_nothing_can_be_judged() -> None:
    text = words(data(2), 95)
    assert "≠ measured on different" in text
    assert "data  data/train.csv" in text


def test_a_live_run_says_how_far_it_is_and_what_it_printed_last() -> None:
    live = Live(heard=NOW - 90, patience=60, done=14, total=30)
    text = words(data(1, live=live, tail=("epoch 13", "epoch \x1b[2J14")))
    assert "47%  step 14 of 30  said nothing for 1m 30s" in text
    assert "output" in text
    assert "epoch \\x1b[2J14" in text


def test_without_a_record_on_the_baseline_there_are_no_differences_of_metrics() -> None:
    bare = Side("main", "2" * 40, sides()[0].record._replace(metrics={}, run=sides()[0].record.run._replace(id="")))
    text = words(data(1, difference=diff_records(sides()[1], bare, SETTINGS)))
    assert "0.9501" in text
    assert "only A has it" not in text
    assert "numpy" not in text


@given(
    number=st.integers(0, 3),
    width=st.integers(20, 200),
    height=st.integers(1, 60),
    problem=st.text(max_size=60),
    tail=st.lists(st.text(max_size=90), max_size=5).map(tuple),
    live=st.none() | st.builds(Live, st.floats(0, NOW), st.just(60.0), st.none() | st.integers(0, 99), st.just(99)),
)
def test_no_line_is_wider_than_the_panel(
    number: int, width: int, height: int, problem: str, tail: tuple[str, ...], live: Live | None
) -> None:
    found = data(number, problem=problem, tail=tail, live=live)
    for line in page(found, SETTINGS, NOW, (width, height)):
        assert sum(display_width(piece.text) for piece in line) <= width
        assert all("\x1b" not in piece.text and "\n" not in piece.text for piece in line)


def test_one_line_names_the_parameters_that_the_baseline_has_otherwise() -> None:
    note, facts = summary(experiments()[0], experiments()[1])
    assert note.text == "wider net, same schedule"
    assert [fact.text for fact in facts] == ["lr=0.1", "depth=3"]


def test_it_follows_the_cursor_beside_or_under_the_table_where_there_is_room(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(WIDER)
        await press(pilot, "b")
        screen.table.move_to(DEEPER)
        await until(pilot, lambda: "0.1  →  0.01" in text_of(screen))
        assert screen.preview is not None
        assert screen.preview.region.y >= screen.table.region.bottom
        await pilot.resize_terminal(190, 40)
        await settled(pilot)
        assert screen.preview.region.x >= screen.table.region.right
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not screen.preview.display
        await until(pilot, lambda: "lr=0.01" in text_of(screen).split("\n")[-2])

    look(project, steps, (130, 40))


def test_backslash_hides_it_tab_goes_there_and_plus_gives_it_the_screen(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await until(pilot, lambda: screen._shown is not None)
        preview = screen.preview
        assert preview is not None
        await press(pilot, "tab")
        assert preview.has_focus
        await press(pilot, "plus")
        assert not screen.table.display or not screen.query_one("#list").display
        assert preview.region.width == 130
        await press(pilot, "escape", "escape")
        assert screen.table.has_focus
        await press(pilot, "backslash")
        assert not preview.display
        assert not screen.state.preview
        await press(pilot, "backslash")
        assert preview.display

    look(project, steps, (130, 40))


def test_where_there_is_no_room_backslash_gives_it_the_screen(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "backslash")
        await until(pilot, lambda: "changed against main" in text_of(screen))
        assert screen.preview is not None
        assert screen.preview.has_focus
        await press(pilot, "backslash")
        assert screen.table.has_focus
        assert screen.table.display

    look(project, steps, (80, 24))


def test_it_scrolls_by_keys_that_help_lists(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "backslash")
        await until(pilot, lambda: "changed against main" in text_of(screen))
        assert screen.preview is not None
        screen.preview.show("long", lambda _width, _height: [[Piece(f"row {number}")] for number in range(100)])
        await settled(pilot)
        height = screen.preview.size.height
        for key, top in (("j", 1), ("ctrl+d", 1 + height // 2), ("G", 100 - height), ("pageup", 101 - 2 * height)):
            await press(pilot, key)
            assert f"row {top} " in screen.preview.render_line(0).text
        await press(pilot, "g")
        assert f"{100 - height} more below" in str(screen.preview.border_subtitle)
        told = [choice.text for choice in focused_keys(pilot.app)]
        assert any("half a page down" in text for text in told)

    look(project, steps, (80, 24))


def test_on_a_heading_it_names_the_experiments_of_the_group(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "W", "j", "enter", "g", "F")
        await until(pilot, lambda: "⏎ closes or opens the group" in text_of(screen))
        assert "● exp/data/more-rows" in text_of(screen)

    look(project, steps, (130, 40))


def test_a_key_that_is_held_reads_nothing(project: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await until(pilot, lambda: screen._shown is not None)
        read: list[str] = []
        whole = Library.difference

        def count(library: Library, a: Experiment, b: Experiment | None, *, patch: bool) -> DifferenceRead:
            read.append(a.name)
            return whole(library, a, b, patch=patch)

        monkeypatch.setattr(Library, "difference", count)
        monkeypatch.setattr(previewing, "REST", 1.0)  # so that no key of a busy machine comes after it
        for key in "jkjkjkjj":
            await pilot.press(key)
        await until(pilot, lambda: bool(read))
        await settled(pilot)
        assert read == [screen.table.cursor_key]

    look(project, steps, (130, 40))
