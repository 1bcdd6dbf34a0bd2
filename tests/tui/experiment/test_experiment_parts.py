"""What the experiment view is made of: what it reads, the line above all, its tabs and panes, the order of rows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.experiment import Experiment
from branchlab.reading.pulse import Pulse
from branchlab.report.width import display_width
from branchlab.tracking.reading import read_journal
from branchlab.tracking.state import RunState
from branchlab.workspace import open_workspace
from branchlab_tui.model.library import Library
from branchlab_tui.model.state import TableState
from branchlab_tui.model.store import open_store
from branchlab_tui.screens.experiment.arrangement import Arrangement, arrange
from branchlab_tui.screens.experiment.order import neighbour, place_in, table_order
from branchlab_tui.screens.experiment.reading import find_here, read_parts
from branchlab_tui.screens.experiment.sections.data import data_parts
from branchlab_tui.screens.experiment.sections.section import SECTIONS, section_after
from branchlab_tui.screens.experiment.shown import Shown
from branchlab_tui.screens.experiment.strip import strip_line
from branchlab_tui.screens.experiment.tabs import section_tabs
from branchlab_tui.widgets.page.content import page_rows
from branchlab_tui.widgets.tab_bar.layout import tab_line
from command_line import branchlab

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line
    from scratch_repository import ScratchRepository

NOW = 1_795_219_200.0  # 2026-11-21T00:00:00Z
RECORDED = Experiment("exp/model/wider", "1" * 40, "finished", "2026-11-20T23:01:15Z", 41.2, "Ada", run="20261120T2301")
LIVE = RECORDED._replace(commit=None, status="running")
PULSE = Pulse("20261120T2301", LIVE.name, "running", 83.0, 0.4, RunState("20261120T2301"), read_journal(os.devnull))


def text(line: Line) -> str:
    return "".join(piece.text for piece in line)


@pytest.mark.parametrize(
    ("one", "pulse", "said"),
    [
        (RECORDED, None, " ● exp/model/wider  finished  58m ago  took 41s  by Ada"),
        (RECORDED._replace(stale=True), None, " ● exp/model/wider  finished*  58m ago  took 41s  by Ada  commits came"),
        (LIVE, None, " ◐ exp/model/wider  running  58m ago  by Ada"),
        (LIVE, PULSE, " ◐ exp/model/wider running  1m 23s  last event now  ! stop"),
        (LIVE, PULSE._replace(phase="quiet", silent=250.0), " ◑ exp/model/wider  1m 23s  quiet since 4m  ! stop"),
        (LIVE, PULSE._replace(phase="starting", silent=None), " ◔ exp/model/wider  1m 23s  starting  ! stop"),
        (LIVE, PULSE._replace(phase="lost"), " ✗ exp/model/wider lost  1m 23s  last event now"),
        (
            LIVE._replace(status="unrecorded"),
            None,
            " ○ exp/model/wider  unrecorded  58m ago  took 41s  by Ada  not recorded: i makes a branch of it",
        ),
    ],
)
def test_one_line_says_which_it_is_and_how_it_stands(one: Experiment, pulse: Pulse | None, said: str) -> None:
    if pulse and pulse.phase == "lost":
        said = " ✗ exp/model/wider lost  1m 23s  its process is gone and never said how it ended"
    assert text(strip_line(one, pulse, NOW, 120)).startswith(said)


def test_the_line_tells_what_became_of_it_and_where_it_stands() -> None:
    line = text(strip_line(RECORDED, None, NOW, 60, place="3 of 38", gone="not there any more"))
    assert line == " ● exp/model/wider  not there any more              3 of 38 "


@given(st.integers(24, 160), st.text(max_size=60), st.sampled_from(["", "3 of 38"]), st.sampled_from([None, PULSE]))
def test_the_line_is_exactly_as_wide_as_the_screen(width: int, name: str, place: str, pulse: Pulse | None) -> None:
    one = (LIVE if pulse else RECORDED)._replace(name=name)
    assert display_width(text(strip_line(one, pulse, NOW, width, place=place))) == width


@given(st.integers(40, 200), st.sampled_from(SECTIONS), st.sampled_from(["", "overview"]))
def test_tabs_fit_and_mark_the_section_that_is_open(width: int, section: tuple[str, ...], left_out: str) -> None:
    line = tab_line(section_tabs(left_out), section[0], width)
    assert display_width(text(line)) <= max(width, 41)
    assert [piece.style for piece in line].count("tab-here") == (section[0] != left_out)


@given(st.sampled_from([one.id for one in SECTIONS]), st.integers(1, 300), st.integers(1, 100), st.booleans())
def test_the_section_that_was_chosen_is_in_sight_or_stands_at_the_left(
    section: str,
    width: int,
    height: int,
    live: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    arranged = arrange(section, width, height, live=live, zoomed=False)
    assert arranged.section == section or (arranged.overview and section == "overview")
    assert arranged.companion != arranged.section
    zoomed = arrange(section, width, height, live=live, zoomed=True)
    assert zoomed == Arrangement(overview=False, section=section)


def test_sections_follow_each_other_round() -> None:
    assert [section_after("log", 1), section_after("commits", 1), section_after("overview", -1)] == [
        "commits",
        "overview",
        "commits",
    ]
    assert section_after("commits", 1, left_out="overview") == "parameters"


def test_neighbours_stop_at_the_ends_of_the_table() -> None:
    order = ("a", "b", "c")
    assert [neighbour(order, "b", 1), neighbour(order, "c", 1), neighbour(order, "a", -1)] == ["c", "c", "a"]
    assert [neighbour(order, "gone", 1), neighbour((), "gone", 1)] == ["a", "gone"]
    assert [place_in(order, "b"), place_in(order, "gone")] == ["2 of 3", ""]


def test_what_a_run_printed_and_made_is_found_as_long_as_it_is_here(dvc_project: ScratchRepository) -> None:
    assert branchlab(dvc_project.path, "run", "-n", "exp/model/kept", "-q", "--", "sh", "-c", "echo hello; python train.py").code == 0  # fmt: skip # noqa: E501
    snapshot = open_store(str(dvc_project.path)).complete()
    library = Library(open_workspace(str(dvc_project.path)))
    (one,) = snapshot.experiments
    log = library.log_path(one)
    assert log
    with open(log) as file:
        assert file.read() == "hello\n"
    assert find_here(library, one) == {"model.bin": True}
    assert (
        table_order(snapshot, TableState(query="wrong<")) == table_order(snapshot, TableState()) == ("exp/model/kept",)
    )
    path = library.artifact_path(one, "model.bin")
    assert path
    for kept in (log, path):
        os.unlink(kept)
    assert library.log_path(one) == ""
    assert find_here(library, one) == {"model.bin": False}
    shown = Shown(one.name, one, library.workspace.settings, exhibit=library.exhibit(one), here={"model.bin": False})
    rows = [row.text for row in page_rows(data_parts(shown), 80)]
    assert "○ not here" in rows[2]
    assert rows[-1] == "1 of 1 are not on this machine: u pulls them"
    parts: dict[str, object] = {}
    for found in read_parts(library, one, None, None):
        parts.update(found)
    assert parts.keys() >= {"exhibit", "curves", "log", "difference", "here", "commits"}
    assert "problems" not in parts
