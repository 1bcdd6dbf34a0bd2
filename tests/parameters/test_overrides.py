from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.naming import SLUG_LENGTH, slugify
from branchlab.parameters.overrides import (
    Assignment,
    Override,
    expand_grid,
    label,
    parse_override,
    split_key,
    split_values,
)


@pytest.mark.parametrize(
    ("text", "override"),
    [
        ("lr=0.1", Override(None, "lr", ("0.1",), add=False)),
        ("configs/a.yaml:model.depth=3", Override("configs/a.yaml", "model.depth", ("3",), add=False)),
        ("+new.key=1", Override(None, "new.key", ("1",), add=True)),
        ("+a.json:k=1", Override("a.json", "k", ("1",), add=True)),
        ("a.json:+k=1", Override("a.json", "k", ("1",), add=True)),
        ("lr=0.1, 0.2", Override(None, "lr", ("0.1", "0.2"), add=False)),
        ("layers=[64,32],[8]", Override(None, "layers", ("[64,32]", "[8]"), add=False)),
        ('s=\'a,b\',"c,\\"d"', Override(None, "s", ("'a,b'", '"c,\\"d"'), add=False)),
        ("s=['a]',b]", Override(None, "s", ("['a]',b]",), add=False)),
        ("s=don't,x)", Override(None, "s", ("don't", "x)"), add=False)),
        ("s=f(1,2),{a,b}", Override(None, "s", ("f(1,2)", "{a,b}"), add=False)),
        ("s=", Override(None, "s", ("",), add=False)),
        ("s=a=b:c", Override(None, "s", ("a=b:c",), add=False)),
        ("val:loss=1", Override(None, "val:loss", ("1",), add=False)),
    ],
)
def test_overrides_are_read(text: str, override: Override) -> None:
    assert parse_override(text) == override


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr", "has no '='"),
        ("", "has no '='"),
        ("=1", "'' is not a key"),
        ("a..b=1", "'a..b' is not a key"),
        ("a.=1", "'a.' is not a key"),
        (".a=1", "'.a' is not a key"),
        ("a[x]=1", "'a[x]' is not a key"),
        ("lr='1", "open quote"),
        ("lr=[1,'2]", "open quote"),
        ("lr=[1,2", "open bracket"),
        ("lr=1,,2", "empty value"),
        ("lr=1,", "empty value"),
        ("../a.toml:lr=1", "leads out of the project"),
        ("/etc/a.toml:lr=1", "leads out of the project"),
        ("lr=\udcff", "not UTF-8"),
    ],
)
def test_bad_overrides_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        parse_override(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("key", "steps"),
    [
        ("a.b", ("a", "b")),
        ("a[0].b[12]", ("a", "0", "b", "12")),
        ("a.0", ("a", "0")),
        ("\"a.b\".'c.d'", ("a.b", "c.d")),
        ("lr-max_1 x", ("lr-max_1 x",)),
    ],
)
def test_keys_are_split_into_steps(key: str, steps: tuple[str, ...]) -> None:
    assert split_key(key) == steps


@given(st.lists(st.text("abc 01.'x", min_size=1).map(lambda text: f'"{text}"'), min_size=1))
def test_quoted_values_survive_a_list(values: list[str]) -> None:
    assert split_values(",".join(values), "-S") == tuple(values)


@given(st.text("a,=[](){}\"'\\+.: 1\x1b", max_size=30))
def test_any_override_is_read_or_refused_without_controls(text: str) -> None:
    assert "\x1b" not in _refusal(text)


def _refusal(text: str) -> str:
    try:
        parse_override(text)
    except UsageError as error:
        return error.message
    return ""


def test_a_grid_changes_its_last_key_fastest() -> None:
    grid = expand_grid([parse_override("lr=1,2"), parse_override("+a.toml:d=3,4")])
    assert [[item.value for item in row] for row in grid] == [["1", "3"], ["1", "4"], ["2", "3"], ["2", "4"]]
    assert grid[0] == (Assignment(None, "lr", "1"), Assignment("a.toml", "d", "3", add=True))
    assert expand_grid([]) == [()]


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match=r"-S sets a\[0\] twice"):
        expand_grid([parse_override("a.0=1"), parse_override("a[0]=2")])


def test_a_grid_has_a_limit() -> None:
    wide = ",".join(map(str, range(101)))
    with pytest.raises(UsageError, match="10,201 experiments"):
        expand_grid([parse_override(f"a={wide}"), parse_override(f"b={wide}")])


@pytest.mark.parametrize(
    ("overrides", "slug"),
    [
        ([], ""),
        (["lr=0.1", "model.depth=3"], "lr-0.1-depth-3"),
        (["net.depth=3", "tree.depth=4"], "net.depth-3-tree.depth-4"),
        (["layers[0]=64", "name='Big Net'"], "layers.0-64-name-big-net"),
        (["x=-1"], "x-minus1"),
        (["lr=1e-3"], "lr-1e-3"),
        (["0=1"], "0-1"),
    ],
)
def test_labels_name_what_was_set(overrides: list[str], slug: str) -> None:
    assert label(expand_grid([parse_override(text) for text in overrides])[0]) == slug


def test_long_and_foreign_labels_stay_apart() -> None:
    one, two = (label([Assignment(None, "name", "x" * 200 + end)]) for end in "ab")
    assert one != two
    assert len(one) == SLUG_LENGTH
    assert label([Assignment(None, "名", "一")]) != label([Assignment(None, "名", "二")])


@given(st.lists(st.tuples(st.sampled_from(["a", "b.c", "名"]), st.text(max_size=80)), min_size=1, max_size=4))
def test_a_label_is_always_a_slug(pairs: list[tuple[str, str]]) -> None:
    slug = label([Assignment(None, key, value) for key, value in pairs])
    assert slug
    assert slugify(slug) == slug
