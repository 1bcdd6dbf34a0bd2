"""Several experiments side by side, opened in the program over real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record
from branchlab_tui.messages.filter_chosen import FilterChosen
from opened_view import KeptProgram, Opened, open_view
from reading_project import SETTINGS, make_project
from sample_records import NAMES, record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDER, DEEPER, ROWS, TUNED = NAMES
SMALL = (100, 30)  # one pane at a time
ALL = (WIDER, DEEPER, ROWS, TUNED)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """Four experiments on one baseline; no test changes them."""
    repository = ScratchRepository(tmp_path_factory.mktemp("project"))
    repository.git("init", "--quiet")
    return make_project(repository)


@pytest.fixture(scope="module")
def program(project: ScratchRepository) -> Iterator[KeptProgram]:
    """The program, open over them."""
    program = KeptProgram(project.path)
    yield program
    program.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """Forty experiments with one metric each."""
    repository = ScratchRepository(tmp_path_factory.mktemp("many"))
    repository.git("init", "--quiet")
    repository.commit("start", **{"branchlab.toml": SETTINGS})
    stream = []
    for number in range(40):
        run = {"id": f"20261120T2301{number:02}-7f3a91"}
        one = record(
            run=run, params={"lr": 0.1 * (number + 1)}, metrics={"accuracy": 0.5 + number / 100, "size": number}
        )
        text = dump_record(one).decode()
        stream.append(
            f"commit refs/heads/exp/model/n{number}\ncommitter A <a@b> 1795219200 +0000\ndata 1\nx\n"
            f"from refs/heads/main^0\nM 100644 inline metrics.toml\ndata {len(text.encode())}\n{text}\n"
        )
    repository.git("fast-import", "--quiet", stdin="".join(stream))
    return repository


def names_of(many: ScratchRepository) -> list[str]:
    return many.git("for-each-ref", "--format=%(refname:short)", "--sort=version:refname", "refs/heads/exp").split("\n")


def cells(line: str) -> list[str]:
    return line.replace("▸", " ").rstrip("▐ ").split()


def test_rows_that_differ_are_judged_against_the_reference(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "3 experiments against ⌂ wider" in opened.text
        assert "⌂◆ wider" in opened.line("more-rows")
        assert cells(opened.line("▹ accuracy ↑"))[-5:] == ["0.9312", "0.9501", "★", "0.9640", "≠"]
        assert cells(opened.line("verdict"))[1:] == ["mixed", "1/2", "≠", "apart"]
        assert cells(opened.line("code"))[2:] == ["+1", "−1", "+1", "−1"]  # noqa: RUF001 - as wide as the plus
        assert "seed" not in opened.text
        await opened.press("equals_sign")
        assert cells(opened.line("seed"))[1:] == ["7", "7", "7"]

    program.open("compare", [WIDER, DEEPER, ROWS], use, size=(120, 60))


def test_d_goes_through_values_and_differences(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        shown = []
        for _ in range(4):
            await opened.press("d")
            shown.append(cells(opened.line("▹ accuracy ↑"))[3:])
        assert shown == [
            ["0.9312", "0.9501", "+2.0%", "▲★"],
            ["0.9312", "+2.0%", "▲★"],
            ["0.9312", "+0.0189", "▲★"],
            ["0.9312", "0.9501", "★"],
        ]

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_space_drops_the_column_and_star_brings_it_back(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("space")
        assert "3 experiments" in opened.text
        await opened.press("l", "l", "space")
        assert "2 experiments" in opened.text
        assert "1 dropped" in opened.text
        assert "a-much" not in opened.line("⌂")
        await opened.press("asterisk")
        assert "3 experiments" in opened.text
        await opened.press("space")
        await opened.press("space")
        await opened.press("space")
        assert "alone" in opened.text

    program.open("compare", [WIDER, DEEPER, ROWS], use, size=SMALL)


def test_b_makes_a_column_the_reference(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("l", "l", "b", "d", "d")
        assert "against ⌂ a-much-deeper" in opened.text
        assert cells(opened.line("▹ accuracy ↑"))[3:] == ["0.9501", "★", "-2.0%", "▼"]

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_s_orders_the_columns_by_a_row_best_first(many: ScratchRepository) -> None:
    async def use(opened: Opened) -> None:
        opened.view.table.move_to("metrics/accuracy")
        await opened.press("s")
        assert cells(opened.line("accuracy ↑"))[2:6] == ["0.50", "0.89", "★", "0.88"]
        assert "by accuracy" in opened.text
        await opened.press("s")
        assert cells(opened.line("accuracy ↑"))[2:5] == ["0.50", "0.51", "0.52"]

    open_view(many.path, "compare", names_of(many), use)


def test_sections_fold_and_splits_stand_below_their_metric(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "region=eu" not in opened.text
        opened.view.table.move_to("metrics/accuracy")
        await opened.press("f")
        assert cells(opened.line("region=eu"))[-3:] == ["0.9332", "0.9521", "★"]
        await opened.press("enter")
        assert "region=eu" not in opened.text
        opened.view.table.move_to("params")
        await opened.press("enter")
        assert "model.depth" not in opened.text

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_tab_goes_through_the_panes(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "parallel coordinates" not in opened.text
        await opened.press("tab")
        assert "parallel coordinates" in opened.text
        assert "METRICS" not in opened.text
        await opened.press("tab")
        assert "accuracy ↑ against size kB ↓" in opened.text
        await opened.press("tab")
        assert "METRICS" in opened.text
        await opened.press("shift+tab")
        assert " against size" in opened.text

    program.open("compare", [WIDER, DEEPER], use, size=(80, 24))


def test_axes_of_the_scatter_are_chosen_from_a_list(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("comma")
        await opened.press("slash")
        await opened.press(*"depth", "enter")
        assert "accuracy ↑ against model.depth" in opened.text
        await opened.press("full_stop")
        await opened.press("slash")
        await opened.press(*"loss", "enter")
        assert "loss against model.depth" in opened.text
        assert opened.view.current == "scatter"

    program.open("compare", ALL, use)


def test_a_brushed_axis_becomes_a_filter(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        sent: list[object] = []
        post = opened.view.post_message

        def keep(message: object) -> object:
            sent.append(message)
            return post(message)

        opened.view.post_message = keep
        await opened.press("tab", "k", "enter")
        assert [one.query for one in sent if isinstance(one, FilterChosen)] == ["params.lr>=0.01 params.lr<=0.1"]

    program.open("compare", ALL, use)


def test_enter_opens_the_experiment_and_capital_d_its_difference(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("l", "l", "D")
        assert opened.view.VIEW == "diff"
        assert opened.view.keys == (DEEPER, WIDER)

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_a_search_finds_rows(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("slash", *"numpy", "enter")
        assert opened.view.table.cursor_key == "environment/packages.numpy"
        await opened.press("slash", *["backspace"] * 5, *"depth", "enter")
        assert opened.view.table.cursor_key == "params/model.depth"
        await opened.press("G", "n")
        assert opened.view.table.cursor_key == "params/model.depth"
        await opened.press("escape", "escape")
        assert opened.app.view.VIEW == "experiments"

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_y_copies_the_table_as_markdown(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("y")
        lines = opened.app.clipboard.split("\n")
        assert lines[0].count("|") == 4
        assert any("accuracy" in line and "0.9312" in line and "0.9501 ★" in line for line in lines)

    program.open("compare", [WIDER, DEEPER], use, size=SMALL)


def test_forty_experiments_scroll_by_column_beside_frozen_names(many: ScratchRepository) -> None:
    async def use(opened: Opened) -> None:
        assert "40 against ⌂ n0" in opened.text
        await opened.press("dollar_sign")
        assert "n39" in opened.text
        assert "accuracy" in opened.text
        assert all(len(line) <= 60 for line in opened.text.split("\n"))
        await opened.press("tab")
        assert "parallel coordinates" in opened.text

    open_view(many.path, "compare", names_of(many), use, size=(60, 16))


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
def test_plots_stand_below_the_table_where_there_is_room(program: KeptProgram, size: tuple[int, int]) -> None:
    async def use(opened: Opened) -> None:
        assert "METRICS" in opened.text
        assert "parallel coordinates" in opened.text
        assert ("against size kB" in opened.text) == (size[0] == 200)
        await opened.press("plus")
        assert "parallel coordinates" not in opened.text

    program.open("compare", ALL, use, size=size)
