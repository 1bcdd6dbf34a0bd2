"""The program looks as it was left, for each project, and never stumbles over what it remembered."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.git.repository import Repository
from branchlab.project import Settings
from branchlab.workspace import Workspace
from branchlab_tui.model.session import Session, load_session, save_session, table_state
from branchlab_tui.model.state import Delta, TableState

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(st.characters(), max_size=6)  # lone surrogates too: what git calls a branch need not be UTF-8
SEVERAL = st.lists(TEXTS, max_size=3).map(tuple)
STATES = st.builds(
    TableState,
    query=TEXTS,
    sort=st.lists(st.tuples(TEXTS, st.booleans()), max_size=3).map(tuple),
    columns=SEVERAL,
    pinned=SEVERAL,
    widths=st.dictionaries(TEXTS, st.integers(1, 200), max_size=2),
    group=TEXTS,
    folded=SEVERAL,
    only_changed=st.booleans(),
    delta=st.sampled_from(get_args(Delta)),
    front=st.booleans(),
    baseline=TEXTS,
    cursor=TEXTS,
    column=TEXTS,
    marked=SEVERAL,
    preview=st.booleans(),
)
SESSIONS = st.builds(Session, table=STATES, theme=TEXTS, history=SEVERAL)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def workspace_at(folder: Path, prefix: str = "") -> Workspace:
    git = str(folder / ".git")
    return Workspace(Repository(str(folder), git, git), prefix, Settings(), initialised=True)


@given(SESSIONS, SESSIONS)
def test_each_project_of_a_repository_is_as_it_was_left(
    tmp_path_factory: pytest.TempPathFactory, one: Session, other: Session
) -> None:
    folder = tmp_path_factory.mktemp("repository")
    for prefix, session in (("", one), ("sub/", other)):
        save_session(workspace_at(folder, prefix), session)
    assert load_session(workspace_at(folder)) == one
    assert load_session(workspace_at(folder, "sub/")) == other


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(TableState._fields, JSON)))
def test_what_is_not_understood_is_as_usual(found: dict[str, object]) -> None:
    state = table_state(json.loads(json.dumps(found)))
    assert table_state(json.loads(json.dumps(state._asdict()))) == state
    for key in TableState._fields:
        if key not in found:
            assert getattr(state, key) == getattr(TableState(), key)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"": 1}', '{"": {"table": 1, "theme": 2, "history": 3}}', "[" * 100_000, "\x00"]
)
def test_a_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    workspace = workspace_at(tmp_path)
    save_session(workspace, Session(theme="dark"))
    (tmp_path / ".git/branchlab/ui.json").write_text(text)
    assert load_session(workspace) == Session()
    save_session(workspace, Session(theme="light"))
    assert load_session(workspace).theme == "light"


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / ".git/branchlab").mkdir(parents=True)
    os.mkfifo(tmp_path / ".git/branchlab/ui.json")
    assert load_session(workspace_at(tmp_path)) == Session()


def test_a_fresh_start_forgets_the_table_alone(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path)
    save_session(workspace, Session(TableState(query="lr=0.1"), "dark", ("sort loss",)))
    assert load_session(workspace, fresh=True) == Session(TableState(), "dark", ("sort loss",))


def test_only_the_last_commands_are_remembered(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path)
    save_session(workspace, Session(history=tuple(map(str, range(300)))))
    assert load_session(workspace).history == tuple(map(str, range(200, 300)))


def test_a_folder_that_cannot_be_written_loses_the_session_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("no folder")
    save_session(workspace_at(tmp_path), Session(theme="dark"))
    assert load_session(workspace_at(tmp_path)) == Session()
