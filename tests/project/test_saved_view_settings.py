"""`[views.NAME]` in branchlab.toml: a named way to look at the experiments."""

from __future__ import annotations

import pytest

from branchlab.catalog.views import find_view
from branchlab.errors import NotFoundError, UsageError
from branchlab.project import SavedView, Settings, parse_settings

FULL = b"""
[views.best]
query = "accuracy>0.9"
sort = ["-accuracy", "loss"]
columns = ["status", "accuracy", "curve:loss"]
group = "type"
delta = "both"
only_changed = true
front = true
"""


def test_a_view_is_read_with_everything_it_says() -> None:
    assert parse_settings(FULL).views == {
        "best": SavedView(
            "accuracy>0.9",
            ("-accuracy", "loss"),
            ("status", "accuracy", "curve:loss"),
            "type",
            "both",
            only_changed=True,
            front=True,
        )
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"views.a.qury = ''", "unknown key views.a.qury"),
        (b"views.a = 1", "views.a must be a table"),
        (b"views.a.sort = 'x'", "views.a.sort must be a list of strings"),
        (b"views.a.delta = 'x'", "views.a.delta is 'x'"),
        (b"views.a.front = 1", "views.a.front must be true or false"),
    ],
)
def test_a_mistake_in_a_view_is_named_with_its_place(text: bytes, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings(text)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (["best"], "did you mean best?"),
        (["other"], "there are: other"),
        ([], "[views.NAME] in branchlab.toml makes one"),
    ],
)
def test_a_view_that_does_not_exist_is_told_with_what_there_is(names: list[str], hint: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_view(Settings(views=dict.fromkeys(names, SavedView())), "bset")
    assert caught.value.hint == hint
