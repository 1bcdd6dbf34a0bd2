"""What a difference shows when there is none, or when it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opened_view import Opened, open_view
from reading_project import make_project, record_branch, start_run
from sample_records import NAMES, sides

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

WIDER, DEEPER, ROWS, TUNED = NAMES


def test_the_same_code_is_said_so(repository: ScratchRepository) -> None:
    make_project(repository)
    for name in ("exp/model/one", "exp/model/two"):
        record_branch(repository, name, sides()[0].record)

    async def use(opened: Opened) -> None:
        assert "the same" in opened.line("CODE")
        await opened.press("plus", "tab")
        assert opened.view.focused is opened.view.record

    open_view(repository.path, "diff", ["exp/model/one", "exp/model/two"], use)


def test_no_common_history_is_an_error_with_a_way_on(repository: ScratchRepository) -> None:
    make_project(repository)
    repository.git("switch", "--quiet", "--orphan", "exp/model/alone")
    repository.git("checkout", "--quiet", WIDER, "--", ".")
    repository.commit("alone")

    async def use(opened: Opened) -> None:
        assert "no common history" in opened.text
        assert "name B" in opened.text

    open_view(repository.path, "diff", ["exp/model/alone"], use)


def test_a_damaged_record_is_told_with_its_place(repository: ScratchRepository) -> None:
    make_project(repository)
    repository.git("switch", "--quiet", "--create", "exp/model/broken", WIDER)
    repository.commit("broken", **{"metrics.toml": "[run\n[/red]"})

    async def use(opened: Opened) -> None:
        assert "metrics.toml" in opened.text
        assert "✗" in opened.text

    open_view(repository.path, "diff", ["exp/model/broken", WIDER], use)


def test_an_experiment_that_vanishes_stays_on_the_screen_as_it_was(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        repository.git("branch", "--quiet", "-D", WIDER)
        await opened.until(lambda: "is gone" in opened.text)
        assert "0.9501" in opened.line("accuracy ↑")

    open_view(repository.path, "diff", [WIDER, DEEPER], use)


def test_what_was_never_there_or_not_chosen_is_said(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        assert "exp/model/none is not there any more" in opened.text
        opened.view.show_keys(())
        await opened.rest()
        assert "no experiment is chosen" in opened.text

    open_view(repository.path, "diff", ["exp/model/none"], use)


def test_a_branch_that_moves_is_read_again(repository: ScratchRepository) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        await opened.press("tab", "j")
        repository.git("branch", "--quiet", "--force", WIDER, ROWS)
        await opened.until(lambda: "0.964" in opened.text)
        assert opened.view.focused is opened.view.code

    open_view(repository.path, "diff", [WIDER, DEEPER], use)


def test_a_live_run_is_compared_by_what_it_logged_so_far(repository: ScratchRepository) -> None:
    make_project(repository)
    folder = start_run(repository, "20261122T000000-abcdef", "exp/live")

    async def use(opened: Opened) -> None:
        assert "0.5" in opened.line("accuracy ↑")
        assert "not known" in opened.line("CODE")
        with (folder / "journal.jsonl").open("a") as journal:
            journal.write('{"k":"log","s":1,"t":2.0,"m":{"accuracy":0.625}}\n')
        await opened.until(lambda: "0.625" in opened.text)

    open_view(repository.path, "diff", ["run:20261122T000000-abcdef", WIDER], use)
