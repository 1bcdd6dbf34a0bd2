"""Every kind of repository by every command: it works, or one line says what is not supported before anything is done.

`make test` takes the cells that tell most; `make prove` takes all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from all_kinds import KINDS
from oracle import assert_usable, assert_whole
from walk_of_commands import WALK, listed, own_things, walk

if TYPE_CHECKING:
    from pathlib import Path

    from kinds_of_repository import Kind, Place, Template

TELLING = {
    "unborn branch": ("ls", "run", "run here", "new"),
    "bare": ("ls", "run", "doctor"),
    "detached HEAD": ("run", "new", "run here"),
    "linked worktree": ("run", "apply"),
    "shallow clone": ("diff baseline", "run", "check"),
    "submodule": ("run", "apply"),
    "separate git directory": ("run", "apply"),
    "core.worktree": ("run", "apply"),
    "GIT_DIR alone": ("ls", "run"),
    "sparse checkout without settings": ("ls", "run"),
    "sparse checkout by folders": ("run", "apply", "init"),
    "below a folder that is not UTF-8": ("run", "show"),
    "refs named like options": ("ls", "new"),
    "ref to a missing object": ("ls", "run", "record"),
    "merge with a conflict": ("ls", "run", "new"),
    "split index": ("run",),
    "index.lock": ("run", "run here"),
}


@pytest.fixture
def place(request: pytest.FixtureRequest, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository of the kind that the test names."""
    made = KINDS[request.param].make(template, tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.mark.parametrize(("place", "name"), [(name, name) for name in TELLING], indirect=["place"])
def test_the_cells_that_tell_most(place: Place, name: str) -> None:
    walk(place, KINDS[name], TELLING[name])


@pytest.mark.prove
@pytest.mark.parametrize(("place", "name"), [(name, name) for name in KINDS], indirect=["place"])
def test_every_command_works_or_says_why_not(place: Place, name: str) -> None:
    kind = KINDS[name]
    walked = walk(place, kind)
    print(f"{name}: {len(walked)} commands, {sum(bool(one.refused) for one in walked)} refused")  # noqa: T201
    _assert_sound(place, kind, {one.step.name for one in walked if not one.refused})


def _assert_sound(place: Place, kind: Kind, worked: set[str]) -> None:
    """Holds the repository against what must hold after any command; see `oracle`."""
    repository = place.repository
    if kind.whole:
        assert_whole(repository)
    if "*" in kind.refusals:
        return
    third = "exp/model/renamed" if "rename" in worked else "exp/model/third"
    wanted = {"run": third, "record": "exp/model/by-hand", "reproduce": "exp/model/again"}
    found = listed(place)
    for step in worked & set(wanted):
        assert found[wanted[step]] == "finished", found
    if kind.usable:
        before = own_things(place)
        assert_usable(repository)
        after = own_things(place)
        assert {key: before[key] for key in ("HEAD", "refs", "stash")} == {
            key: after[key] for key in ("HEAD", "refs", "stash")
        }
    assert len(WALK) > len(kind.refusals)
