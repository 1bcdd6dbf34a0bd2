"""What a comparison shows when there is nothing to compare, or when something cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opened_view import Opened, open_view
from reading_project import make_project, record_branch
from sample_records import NAMES, sides

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

WIDER, DEEPER, ROWS, TUNED = NAMES


def test_a_damaged_record_leaves_the_others_side_by_side(repository: ScratchRepository) -> None:
    make_project(repository)
    repository.git("switch", "--quiet", "--create", "exp/model/broken", WIDER)
    repository.commit("broken", **{"metrics.toml": "[run\n"})

    async def use(opened: Opened) -> None:
        assert "2 experiments" in opened.text
        assert "metrics.toml" in opened.text.split("\n")[1]

    open_view(repository.path, "compare", [WIDER, "exp/model/broken", DEEPER], use, size=(160, 30))


def test_one_that_vanishes_is_named_and_left_out(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        repository.git("branch", "--quiet", "-D", ROWS)
        await opened.until(lambda: f"{ROWS} is gone" in opened.text)
        assert "2 experiments" in opened.text

    open_view(repository.path, "compare", [WIDER, DEEPER, ROWS], use)


def test_a_branch_that_moves_is_read_again(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        repository.git("branch", "--quiet", "--force", WIDER, ROWS)
        await opened.until(lambda: "0.9640" in opened.text)

    open_view(repository.path, "compare", [WIDER, DEEPER], use)


def test_nothing_chosen_and_nothing_left_say_what_to_do(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        assert "there is nothing to compare with" in opened.text
        assert "then c" in opened.text
        opened.view.show_keys(("exp/model/none", WIDER))
        await opened.rest()
        assert "exp/model/none is not there any more" in opened.text

    open_view(repository.path, "compare", [WIDER], use)


def test_the_baseline_stands_beside_what_was_chosen_when_it_has_a_record(repository: ScratchRepository) -> None:
    make_project(repository)
    record_branch(repository, "exp/model/base", sides()[3].record)
    repository.git("merge", "--quiet", "--ff-only", "exp/model/base")

    async def use(opened: Opened) -> None:
        assert "2 experiments against ⌂ main" in opened.text
        await opened.press("l", "h")
        assert "⌂ main" in opened.line("wider")

    open_view(repository.path, "compare", [WIDER], use)
