"""A patch that is read with keys and mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import MouseScrollDown

from branchlab_tui.widgets.diff_view.parser import parse_patch
from patch_in_app import PatchApp, in_app, patch_of

if TYPE_CHECKING:
    from textual.pilot import Pilot

FIRST = "@@ -1,3 +1,3 @@ def train():\n one\n-lr = 0.1\n+lr = 0.2\n three\n"
SECOND = "@@ -40,2 +40,3 @@\n forty\n+more\n last\n"
TWO_FILES = patch_of("train.py", FIRST, SECOND) + patch_of("z.toml", "@@ -1 +1 @@\n-a\n+b\n")
NEW_FILE = patch_of("new.py", "@@ -0,0 +1,2 @@\n+import os\n+import sys\n", header="new file mode 100644\nindex 0..2\n")


async def wheel(pilot: Pilot[None], app: PatchApp, *, shift: bool) -> None:
    event = MouseScrollDown(app.view, 5, 5, 0, 1, 0, shift, False, False)  # noqa: FBT003 - as Textual makes it
    app.view.post_message(event)
    await pilot.pause()


def huge(lines: int) -> str:
    hunks = (f"@@ -{n * 50 + 1},2 +{n * 50 + 1},2 @@\n-old {n}\n+new {n}\n same\n" for n in range(lines // 4))
    return patch_of("huge.txt", *hunks)


def test_lines_have_signs_and_the_numbers_of_both_sides() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        lines = app.look()
        assert lines[0].split() == ["train.py", "2", "files", "+3", "−2"]  # noqa: RUF001 - as wide as the plus
        assert lines[1:5] == [
            "▸▾ M train.py  +2  −1",  # noqa: RUF001 - the same
            "   ▾ 1/2 @@ -1,3 +1,3 @@ def train():",
            "  1  1   one",
            "  2    - lr = 0.1",
        ]
        assert lines[5] == "     2 + lr = 0.2"

    in_app(TWO_FILES, steps)


@pytest.mark.parametrize(("width", "split"), [(119, False), (120, True)])
def test_both_sides_stand_beside_each_other_from_120_cells_on(width: int, *, split: bool) -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        assert app.view.split == split
        changed = next(line for line in app.look() if "lr = 0.1" in line)
        assert ("lr = 0.2" in changed) == split

    in_app(TWO_FILES, steps, size=(width, 20))


def test_the_other_way_of_showing_keeps_the_cursor_on_its_line() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.press("j", "j", "j", "j")
        assert "+ lr = 0.2" in app.here()
        app.view.change_way()
        assert app.view.split
        assert "- lr = 0.1" in app.here()
        assert "+ lr = 0.2" in app.here()

    in_app(TWO_FILES, steps)


def test_a_new_file_takes_the_whole_width_although_sides_are_split() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        assert app.view.split
        assert "   1 + import os" in app.look()

    in_app(NEW_FILE, steps, size=(130, 20))


def test_hunks_and_files_fold_under_the_cursor() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.press("j", "j", "j")
        app.view.action_fold()
        assert app.here() == "▸  ▹ 1/2 @@ -1,3 +1,3 @@ def train():  +1 −1"  # noqa: RUF001 - as wide as the plus
        await pilot.press("k", "enter")
        assert app.here() == "▸▹ M train.py  +2  −1"  # noqa: RUF001 - the same
        assert "z.toml" in app.look()[2]
        await pilot.press("enter")
        assert "1/2" in app.look()[2]

    in_app(TWO_FILES, steps)


def test_all_files_folded_are_a_list_of_files() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        app.view.fold_all()
        assert [line for line in app.look()[1:] if line] == ["▸▹ M train.py  +2  −1", " ▹ M z.toml  +1  −1"]  # noqa: RUF001 - as wide as the plus
        app.view.fold_all()
        assert "one" in app.look()[3]

    in_app(TWO_FILES, steps)


def test_the_next_part_is_a_hunk_or_a_folded_file() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        visited = []
        for _ in range(4):
            app.view.action_part(1)
            visited.append(app.here().split("@@")[0].strip())
        assert visited == ["▸  ▾ 1/2", "▸  ▾ 2/2", "▸  ▾ 1/1", "▸  ▾ 1/1"]
        app.view.action_part(-1)
        assert "2/2" in app.here()
        app.view.fold_all()
        app.view.action_part(1)
        assert "z.toml" in app.here()
        await pilot.press("left_parenthesis")
        assert "train.py" in app.here()

    in_app(TWO_FILES, steps)


def test_a_search_goes_round_and_opens_what_is_folded() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        app.view.fold_all()
        assert app.view.look_for("LR") == 0
        assert app.view.look_for("lr") == 2
        assert "- lr = 0.1" in app.here()
        assert "/lr 1 of 2" in app.look()[0]
        app.view.next_found(1)
        assert "+ lr = 0.2" in app.here()
        app.view.next_found(1)
        assert "- lr = 0.1" in app.here()
        app.view.next_found(-1)
        assert "+ lr = 0.2" in app.here()

    in_app(TWO_FILES, steps)


def test_what_is_not_there_is_said() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        assert app.view.look_for("nowhere") == 0
        assert "/nowhere stands nowhere" in app.look()[0]

    in_app(TWO_FILES, steps)


def test_nothing_in_a_patch_steers_the_terminal() -> None:
    hostile = "@@ -1,2 +1,2 @@ \x1b[2J\n-a\tb\x1b[31m\n+[red]\u202eb[/red]\x00\n same\r\n"
    text = patch_of("a\x1b]0;x.py", hostile)

    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        lines = app.look()
        assert lines[1].startswith("▸▾ M a\\x1b]0;x.py")
        assert lines[2].endswith("@@ \\x1b[2J")
        assert lines[3].endswith("- a   b\\x1b[31m")
        assert lines[4].endswith("+ [red]\\u202eb[/red]\\x00")
        assert lines[5].endswith("same")

    in_app(text, steps)


def test_a_missing_newline_a_binary_file_and_a_new_mode_are_told() -> None:
    text = patch_of(
        "a", "@@ -1 +1 @@\n-x\n+y\n\\ No newline at end of file\n", header="old mode 100644\nnew mode 100755\n"
    )
    text += "diff --git a/b b/b\nindex 1..2 100644\nBinary files a/b and b/b differ\n"

    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        shown = "\n".join(app.look())
        assert "+ y  no newline at the end" in shown
        assert "- x\n" in shown
        assert "mode 100644 → 100755" in shown
        assert "M b  binary" in shown

    in_app(text, steps)


def test_an_endless_line_is_cut_and_can_be_followed_sideways() -> None:
    text = patch_of("model.json", f"@@ -0,0 +1 @@\n+{'0123456789' * 1000}\n")

    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        assert "+ " + "0123456789" * 3 in app.look()[3]
        await pilot.press("l")
        assert "+ 89012" in app.look()[3]
        for _ in range(250):
            app.view.action_sideways(8)
        assert "… 8,000 more characters" in app.look()[3]
        await pilot.press("0")
        assert "+ 01234" in app.look()[3]

    in_app(text, steps, size=(40, 10))


def test_a_step_in_a_hundred_thousand_lines_repaints_two_lines() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.press("j")
        app.view.repainted.clear()
        await pilot.press("j")
        (regions,) = app.view.repainted
        assert sorted(region.y for region in regions) == [2, 3]
        await pilot.press("G")
        assert "same" in app.here()

    in_app(huge(100_000), steps, size=(160, 45))


def test_other_lines_around_a_change_leave_the_cursor_on_its_line() -> None:
    more = patch_of("train.py", "@@ -1,5 +1,5 @@\n zero\n one\n-lr = 0.1\n+lr = 0.2\n three\n four\n")

    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.press("j", "j", "j", "j")
        app.view.show(parse_patch(more.replace("-1,5 +1,5", "-0,5 +0,5")))
        await pilot.pause()
        assert "+ lr = 0.2" in app.here()

    in_app(TWO_FILES, steps)


def test_a_click_folds_a_heading_and_the_wheel_scrolls() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.click(offset=(8, 1))
        assert app.here().startswith("▸▹ M train.py")
        await pilot.click(offset=(8, 1))
        await pilot.click(offset=(8, 4))
        assert "- lr = 0.1" in app.here()
        await wheel(pilot, app, shift=False)
        assert "lr = 0.1" in app.look()[1]
        await wheel(pilot, app, shift=True)
        assert "0.1" not in app.look()[1]

    in_app(TWO_FILES, steps, size=(80, 8))


def test_words_that_changed_stand_out_until_they_are_switched_off() -> None:
    async def steps(_pilot: Pilot[None], app: PatchApp) -> None:
        def bold() -> list[str]:
            strip = app.view.render_line(4)
            return [segment.text for segment in strip if segment.style and segment.style.bold]

        assert bold() == ["0.1"]
        app.view.change_words()
        assert bold() == []

    in_app(patch_of("a", "@@ -1 +1 @@\n x\n-lr = 0.1 one two\n+lr = 0.2 one two\n"), steps)


def test_an_empty_patch_is_no_trouble() -> None:
    async def steps(pilot: Pilot[None], app: PatchApp) -> None:
        await pilot.press("j", "k", "G", "g", "l", "enter", "pagedown", "right_parenthesis")
        app.view.fold_all()
        app.view.change_way()
        app.view.next_found(1)
        assert app.view.block is None
        assert app.look()[1] == ""

    in_app("", steps)
