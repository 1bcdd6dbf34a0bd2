"""`run --here` beside a locked index: a branch that moved without it would let the next commit undo the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from in_process import call, the_error
from kinds_of_repository import plain
from walk_of_commands import listed, own_things

if TYPE_CHECKING:
    from pathlib import Path

    from kinds_of_repository import Template


def test_a_lock_that_appears_while_the_command_runs_keeps_the_branch_where_it_is(
    template: Template, tmp_path: Path
) -> None:
    place = plain(template, tmp_path)
    lock = place.folder / ".git/index.lock"
    before = own_things(place)
    said = call(place.folder, "run", "-q", "--here", "--", "sh", "-c", "sh train.sh; touch .git/index.lock")
    line = the_error(said)
    assert (said.code, "is not recorded" in line, "index.lock" in line) == (4, True, True)
    after = own_things(place)
    assert {name: after[name] for name in ("HEAD", "refs", "index")} == {
        name: before[name] for name in ("HEAD", "refs", "index")
    }
    lock.unlink()
    said = call(place.folder, "record", "-n", "kept")
    assert said.code == 0, said.err
    assert listed(place)["exp/model/kept"] == "finished"
