"""The difference of two experiments, opened in the program over real repositories."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from opened_view import KeptProgram, Opened
from reading_project import make_project, record_branch
from sample_records import NAMES, sides
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


WIDER, DEEPER, ROWS, TUNED = NAMES


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """Four experiments on one baseline, and two that differ in the middle of a file; no test changes them."""
    repository = ScratchRepository(tmp_path_factory.mktemp("project"))
    repository.git("init", "--quiet")
    make_project(repository)
    lines = "".join(f"line {number}\n" for number in range(40))
    for name, middle in (("exp/model/a", "old"), ("exp/model/b", "new")):
        record_branch(repository, name, sides()[0].record, {"long.py": lines.replace("line 20\n", f"{middle}\n")})
    return repository


@pytest.fixture(scope="module")
def program(project: ScratchRepository) -> Iterator[KeptProgram]:
    """The program, open over them."""
    program = KeptProgram(project.path)
    yield program
    program.close()


def test_metrics_are_judged_and_parameters_set_against_each_other(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert f"{WIDER} " in opened.line(" against ")
        accuracy = opened.line("accuracy ↑").split()
        assert accuracy[3:10] == ["0.9501", "0.9312", "▼", "-0.0189", "-2.0%", "worse", "parts"]
        assert "÷" not in opened.line("lr")
        assert "×10" in opened.line("  lr")  # noqa: RUF001 - times
        assert "packages" not in opened.text
        assert "numpy" in opened.line("2.2.0")
        assert "+1 −1" in opened.line("M train.py")  # noqa: RUF001 - as wide as the plus

    program.open("diff", [WIDER, DEEPER], use)


def test_splits_and_slices_fold_below_their_metric(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "region=eu" not in opened.text
        await opened.press("j", "enter")
        assert "0.9332" in opened.line("region=eu")
        assert "0.9212" in opened.line("    test")
        await opened.press("j", "f")
        assert "region=eu" not in opened.text
        await opened.press("F")
        assert "accuracy ↑" not in opened.line("METRICS")
        assert "train.py" not in opened.text.split("CODE")[0]

    program.open("diff", [WIDER, DEEPER], use)


def test_one_is_judged_against_the_baseline_where_it_left_it(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "against main" in opened.line(WIDER)
        assert "where it left it" in opened.line(WIDER)
        assert "nothing is recorded of B; only the parameters in its files are known" in opened.text
        assert "not known of B" in opened.line("DATA")
        assert "only A has it" in opened.line("loss")

    program.open("diff", [WIDER], use)


def test_b_swaps_the_sides(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("b")
        assert opened.line(" against ").index(DEEPER[:20]) < opened.line(" against ").index(WIDER)
        assert "+0.0189" in opened.line("accuracy ↑")
        assert "better" in opened.line("accuracy ↑")
        await opened.press("tab")
        assert "- print(0)" in opened.text
        assert "+ print(1)" in opened.text

    program.open("diff", [WIDER, DEEPER], use)


def test_equals_shows_what_is_the_same_too(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "seed" not in opened.text
        await opened.press("equals_sign")
        assert "= same" in " ".join(opened.line("seed").split())
        assert "1.2 MB" in opened.line("data/train.csv")
        await opened.press("equals_sign")
        assert "seed" not in opened.text

    program.open("diff", [WIDER, DEEPER], use, size=(120, 60))


def test_tab_goes_to_the_code_and_its_keys_work_there(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("tab")
        assert opened.view.focused is opened.view.code
        assert opened.view.code.split
        await opened.press("vertical_line", "right_square_bracket")
        assert not opened.view.code.split
        assert opened.view.code.block.kind == "hunk"
        await opened.press("f")
        assert "+1 −1" in opened.line("▹ 1/1")  # noqa: RUF001 - as wide as the plus
        await opened.press("F", "F", "w")
        assert not opened.view.code.words
        await opened.press("left_square_bracket", "tab")
        assert opened.view.focused is opened.view.record

    program.open("diff", [WIDER, DEEPER], use)


def test_brackets_go_from_section_to_section_in_the_table(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("right_square_bracket", "right_square_bracket")
        assert opened.view.record.cursor_key == "data"
        await opened.press("left_square_bracket")
        assert opened.view.record.cursor_key == "params"

    program.open("diff", [WIDER, DEEPER], use)


def test_enter_on_a_file_of_the_table_shows_its_code(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        opened.view.record.move_to("code/train.py")
        await opened.press("enter")
        assert opened.view.focused is opened.view.code
        assert opened.view.code.block.kind == "file"

    program.open("diff", [WIDER, DEEPER], use, size=(80, 24))


def test_a_search_looks_in_the_code_or_in_the_rows(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("slash", "s", "i", "z", "e")
        assert "1 row" in opened.text
        await opened.press("enter")
        assert opened.view.record.cursor_key == "metrics/size"
        await opened.press("tab", "slash", "p", "r", "i", "n", "t", "enter")
        assert "/print 1 of 3" in opened.text
        await opened.press("n")
        assert "/print 2 of 3" in opened.text
        await opened.press("N", "N")
        assert "/print 3 of 3" in opened.text
        await opened.press("escape")
        assert "/print" not in opened.text
        assert opened.app.view.VIEW == "diff"
        await opened.press("escape")
        assert opened.app.view.VIEW == "experiments"

    program.open("diff", [WIDER, DEEPER], use)


def test_braces_show_more_and_less_around_a_change(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("tab")
        assert "line 17" in opened.text
        assert "  line 16" not in opened.text
        for _ in range(3):
            await opened.press("right_curly_bracket")
        assert "line 0" in opened.text
        for _ in range(5):
            await opened.press("left_curly_bracket")
        assert "  line 19" not in opened.text
        assert "+ old" in opened.text

    program.open("diff", ["exp/model/a", "exp/model/b"], use)


def test_zoom_gives_the_screen_to_one_pane(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "METRICS" in opened.text
        assert "print(0)" in opened.text
        await opened.press("plus")
        assert "print(0)" not in opened.text
        await opened.press("tab")
        assert "METRICS" not in opened.text
        await opened.press("escape")
        assert "METRICS" in opened.text

    program.open("diff", [WIDER, DEEPER], use)


def test_y_copies_the_row_or_the_patch(program: KeptProgram, project: ScratchRepository) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("j", "y")
        assert "0.9501 → 0.9312" in opened.app.clipboard
        await opened.press("tab", "y")
        assert opened.app.clipboard == project.git("diff", DEEPER, WIDER, "--", "train.py") + "\n"

    program.open("diff", [WIDER, DEEPER], use)


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
def test_every_size_shows_verdicts_and_leads_to_the_code(program: KeptProgram, size: tuple[int, int]) -> None:
    async def use(opened: Opened) -> None:
        assert "▼" in opened.line("accuracy")
        assert all(len(line) <= size[0] for line in opened.text.split("\n"))
        await opened.press("tab")
        assert "print(0)" in opened.text
        assert ("METRICS" in opened.text) == (size[1] >= 30)

    program.open("diff", [WIDER, DEEPER], use, size=size)


def test_e_opens_the_file_at_the_line_under_the_cursor(
    program: KeptProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\nfor file; do :; done\n(echo "$1"; cat "$file") > {tmp_path}/seen\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))

    async def use(opened: Opened) -> None:
        monkeypatch.setattr(opened.app, "suspend", nullcontext)  # there is no terminal to give away in a test
        await opened.press("e")
        assert not (tmp_path / "seen").exists()
        await opened.press("tab", "j", "j", "j", "e")
        await opened.until((tmp_path / "seen").exists)
        await opened.rest()
        assert (tmp_path / "seen").read_text() == "+2\nprint(0)\nprint(2)\n"

    program.open("diff", [WIDER, DEEPER], use)
