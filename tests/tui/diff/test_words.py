"""Which words changed in a line, and which line faces which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.widgets.diff_view.words import changed_words, face

line = st.text(alphabet="ab =.1\t(", max_size=40)


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = "    return AdamW(params, lr=3e-4)", "    return AdamW(groups, lr=3e-4, betas=b)"
    removed, added = changed_words(old, new)
    assert [old[start:stop] for start, stop in removed] == ["params"]
    assert [new[start:stop] for start, stop in added] == ["groups", ", betas=b"]


@pytest.mark.parametrize(("old", "new"), [("import os", "x = 17"), ("a" * 1500, "a" * 1500 + "b"), ("same", "same")])
def test_lines_without_enough_in_common_are_not_marked(old: str, new: str) -> None:
    assert changed_words(old, new) == ((), ())


@given(line, line)
def test_what_is_left_without_the_marked_words_is_the_same(old: str, new: str) -> None:
    removed, added = changed_words(old, new)
    if not removed and not added:
        return
    kept = [
        "".join(letter for at, letter in enumerate(text) if not any(start <= at < stop for start, stop in spans))
        for text, spans in ((old, removed), (new, added))
    ]
    assert "".join(kept[0].split()) == "".join(kept[1].split())


@given(st.lists(line, max_size=8), st.lists(line, max_size=8))
def test_lines_face_each_other_in_order_and_within_the_longer_side(old: list[str], new: list[str]) -> None:
    for places, side in zip(face(old, new), (old, new), strict=True):
        assert len(places) == len(side)
        assert places == sorted(set(places))
        assert not places or places[-1] < max(len(old), len(new))


def test_a_line_faces_the_one_it_became() -> None:
    added = ["import sys", "model = build(config, depth=4)", "model.train()"]
    assert face(["model = build(config, depth=3)"], added) == ([1], [0, 1, 2])


def test_a_long_line_of_nothing_but_common_words_changed_as_a_whole() -> None:
    assert changed_words("[]" * 495, "[(" * 495) == ((), ())  # to match them all takes seconds
