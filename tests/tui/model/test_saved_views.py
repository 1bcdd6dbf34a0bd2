"""A view is saved into branchlab.toml as a person would write it, and shows the table as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BranchlabError, DamagedError, NotFoundError
from branchlab.workspace import open_workspace
from branchlab_tui.model.saved_views import delete_view, require_view, save_view
from branchlab_tui.model.state import TableState
from reading_project import answer

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

SETTINGS = """\
# ours
[metrics.accuracy]
goal = "maximize" # agreed

[views.old]
query = "lr=0.1"

[hooks]
record = true
"""
STATE = TableState(
    query='accuracy>0.5 "two words"',
    sort=(("metrics.accuracy", False), ("age", True), ("params.lr", True)),
    columns=("status", "metrics.accuracy", "curve:loss"),
    group="type",
    only_changed=True,
    delta="both",
    front=True,
)


@pytest.fixture
def saved(repository: ScratchRepository) -> ScratchRepository:
    repository.write("branchlab.toml", SETTINGS)
    return repository


def text(repository: ScratchRepository) -> str:
    return (repository.path / "branchlab.toml").read_text()


def test_a_view_looks_as_the_table_did(saved: ScratchRepository) -> None:
    save_view(open_workspace(str(saved.path)), "best of all", STATE)
    assert require_view(open_workspace(str(saved.path)).settings, "best of all") == STATE


def test_comments_and_other_tables_stay(saved: ScratchRepository) -> None:
    path = save_view(open_workspace(str(saved.path)), "new", TableState(query="wider"))
    assert path == str(saved.path / "branchlab.toml")
    before, after = SETTINGS.splitlines(), text(saved).splitlines()
    assert [line for line in after if line in before] == before
    assert '[views.new]\nquery = "wider"\n' in text(saved)


def test_only_what_is_not_usual_is_written(saved: ScratchRepository) -> None:
    save_view(open_workspace(str(saved.path)), "old", TableState(front=True))
    assert "[views.old]\nfront = true\n" in text(saved)
    assert "lr=0.1" not in text(saved)


def test_a_view_can_be_deleted(saved: ScratchRepository) -> None:
    delete_view(open_workspace(str(saved.path)), "old")
    assert open_workspace(str(saved.path)).settings.views == {}
    with pytest.raises(NotFoundError):
        delete_view(open_workspace(str(saved.path)), "old")


def test_a_project_without_settings_gets_a_file(repository: ScratchRepository) -> None:
    save_view(open_workspace(str(repository.path)), "mine", TableState(query="x"))
    assert require_view(open_workspace(str(repository.path)).settings, "mine").query == "x"


def test_the_command_line_understands_what_is_saved(saved: ScratchRepository) -> None:
    save_view(open_workspace(str(saved.path)), "mine", STATE)
    assert answer(saved, "ls", "--view", "mine") == []


def test_what_the_view_does_not_hold_stays_as_it_was(saved: ScratchRepository) -> None:
    settings = open_workspace(str(saved.path)).settings
    before = TableState(widths={"name": 9}, pinned=("status",), marked=("a",), baseline="b", query="gone")
    assert require_view(settings, "old", before) == before._replace(query="lr=0.1")


def test_settings_that_broke_meanwhile_are_left_alone(saved: ScratchRepository) -> None:
    workspace = open_workspace(str(saved.path))
    saved.write("branchlab.toml", "[views")
    with pytest.raises(DamagedError):
        save_view(workspace, "new", STATE)
    assert text(saved) == "[views"


def test_a_link_in_the_place_of_the_settings_is_not_followed(saved: ScratchRepository) -> None:
    workspace = open_workspace(str(saved.path))
    (saved.path / "branchlab.toml").rename(saved.path / "elsewhere.toml")
    (saved.path / "branchlab.toml").symlink_to("elsewhere.toml")
    with pytest.raises(BranchlabError):
        save_view(workspace, "new", STATE)
    assert (saved.path / "elsewhere.toml").read_text() == SETTINGS
