"""Pages, logs and patches find a line when, and only when, something in it is highlighted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App

from branchlab.report.page import Line
from branchlab_tui.widgets.diff_view.haystack import Haystack
from branchlab_tui.widgets.diff_view.parser import parse_patch
from branchlab_tui.widgets.log_view.log_file import LogFile
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.search_line.hits import hits, small

if TYPE_CHECKING:
    from pathlib import Path

LINES = ("İstanbul", "istanbul", "the model of İZMİR", "Straße", "STRASSE", "plain")
NEEDLES = ("istanbul", "İ", "i\u0307", "model", "izmir", "İZMİR", "straße", "s", "ISTANBUL")
HEAD = f"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -0,0 +1,{len(LINES)} @@\n"


def in_patch(needle: str) -> list[str]:
    patch = parse_patch(HEAD + "".join(f"+{line}\n" for line in LINES))
    return [patch.lines[line][1:] for line in Haystack(patch).find(needle).lines]


def in_log(folder: Path, needle: str) -> list[str]:
    (folder / "log").write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    log = LogFile(str(folder / "log"))
    log.grow()
    return [log.line(number) or "" for number in log.find(needle, log.first, log.end, lambda: False)]


def in_page(needle: str) -> list[str]:
    async def run() -> list[str]:
        view = PageView()
        app = App[None]()
        async with app.run_test() as pilot:
            await app.mount(view)
            await pilot.pause()
            view.show([Line(line) for line in LINES])
            view.search(needle)
            return [view._rows[place].text for place in view._search.lines]

    return asyncio.run(run())


@pytest.mark.parametrize("needle", NEEDLES)
def test_what_is_found_is_what_is_highlighted(tmp_path: Path, needle: str) -> None:
    highlighted = [line for line in LINES if any(hits(line, needle))]
    assert in_patch(needle) == highlighted
    assert in_log(tmp_path, needle) == highlighted
    assert in_page(needle) == highlighted


def test_small_letters_find_a_large_one_whose_small_form_is_longer() -> None:
    assert small("İZMİR") == "izmir"
    assert list(hits("in İZMİR", "izmir")) == [(3, 8)]
    assert list(hits("in İZMİR", "İZ")) == [(3, 5)]
