"""A patch as git prints it becomes files, hunks and numbered lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab_tui.widgets.diff_view.parser import PART, parse_patch, unquote
from branchlab_tui.widgets.diff_view.rows import Layout
from generated_changes import contents, states, tell

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

HEAD = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n"
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@few
@given(before=states, after=states)
def test_paths_and_counts_are_those_that_git_counts(
    repository: ScratchRepository, before: dict[bytes, bytes], after: dict[bytes, bytes]
) -> None:
    told = tell(repository.path, before, after)
    patch = parse_patch(told.patch)
    found = {file.path: None if file.binary else (file.added, file.removed) for file in patch.files}
    assert found == told.counts
    assert patch.left_out == 0


@pytest.mark.parametrize("split", [False, True])
@few
@given(before=contents, after=contents)
def test_each_line_stands_beside_its_number(
    repository: ScratchRepository, before: bytes, after: bytes, *, split: bool
) -> None:
    patch = parse_patch(tell(repository.path, {b"x": before}, {b"x": after}).patch)
    layout = Layout(patch, split=split)
    rows = [layout.row(y) for y in range(len(layout))]
    for content, halves in ((before, [row.old for row in rows]), (after, [row.new for row in rows])):
        lines = content.decode(errors="surrogateescape").split("\n")
        shown = [(half.number, patch.lines[half.line][1:]) for half in halves if half]
        assert all(lines[number - 1] == text for number, text in shown)
        assert len({number for number, _ in shown}) == len(shown)
    changed = [row for row in rows if (row.old is None) != (row.new is None)]
    both = [row for row in rows if row.old and row.new and row.old.line != row.new.line]
    assert len(changed) + 2 * len(both) == patch.added + patch.removed


@given(st.text(alphabet="+- @\\diff-gab\n", max_size=300))
def test_no_text_is_too_strange_to_be_laid_out(text: str) -> None:
    for start in ("", HEAD, f"{HEAD}@@ -1 +1 @@\n"):
        for split in (False, True):
            layout = Layout(parse_patch(start + text), split=split)
            assert all(layout.row(y).block.file >= 0 for y in range(len(layout)))


@pytest.mark.parametrize(
    ("header", "status", "note"),
    [
        ("new file mode 100644\n", "A", ""),
        ("deleted file mode 100644\n", "D", ""),
        ("old mode 100644\nnew mode 100755\n", "M", "mode 100644 → 100755"),
        ("index 1..2 100644\nBinary files a/x and b/x differ\n", "M", "binary"),
    ],
)
def test_what_happened_to_a_file_is_told(header: str, status: str, note: str) -> None:
    (file,) = parse_patch(f"diff --git a/x b/x\n{header}").files
    assert file.status == status
    assert note in " ".join(file.notes)
    assert file.binary == ("Binary" in header)


def test_a_quoted_path_is_read_as_its_bytes() -> None:
    assert unquote(r'"b/\303\251 \"x\"\n\377"') == 'b/é "x"\n\udcff'


def test_what_lies_beyond_the_limit_is_counted() -> None:
    text = f"{HEAD}@@ -0,0 +1,50 @@\n" + "+new\n" * 50
    patch = parse_patch(text, most_lines=15)
    assert patch.added == 10
    assert patch.left_out == 40
    layout = Layout(patch, split=False)
    assert layout.row(len(layout) - 1).block.kind == "end"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("+new\n" * 3 * PART, 3),
        ("-old\n" * 3 * PART, 3),
        ("-old\n" * 2 * PART + "+new\n" * PART, 1),
        ("-old\n" * (PART - 1) + "+new\n" * PART + " same\n" * PART, 2),
    ],
)
def test_a_long_hunk_is_cut_where_no_line_faces_another(body: str, parts: int) -> None:
    (file,) = parse_patch(f"{HEAD}@@ -1,9 +1,9 @@\n{body}").files
    found = file.hunks[0].parts
    assert len(found) == parts
    assert sum(part.lines for part in found) == body.count("\n")
    assert found[-1].stop == len(HEAD.splitlines()) + 1 + body.count("\n")


def test_a_line_number_of_any_length_is_no_fault() -> None:
    (file,) = parse_patch(f"{HEAD}@@ -{'9' * 5000} +1 @@\n+new\n").files
    assert file.hunks[0].added == 1
