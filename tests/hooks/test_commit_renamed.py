"""A run goes with its branch when that gets another name, as the hint of a refused commit tells."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from branchlab.git.repository import find_repository
from branchlab_hooks.renamed import earlier_names
from command_line import TRAIN

if TYPE_CHECKING:
    from hooked_project import HookedProject


def _run(hooked: HookedProject, text: str) -> str:
    hooked.write("train.py", TRAIN + f"# {text}\n")
    hooked.train()
    return hooked.run_id()


def test_the_command_that_a_refusal_names_brings_the_run_along(hooked: HookedProject) -> None:
    hooked.git("switch", "--quiet", "--create", "my_stuff")
    run = _run(hooked, "wider")
    refused = hooked.attempt("commit", "--all", "--message", "wider")
    assert refused.code == 1
    hint = re.search(r"hint: (git branch -m .*) renames it", refused.words)
    assert hint
    hooked.git(*shlex.split(hint[1])[1:])
    hooked.does("commit", "--all", "--message", "wider")
    assert hooked.trailer() == hooked.record()["run"]["id"] == run
    assert (hooked.runs(), hooked.leftovers()) == ([], [])


def test_a_run_follows_each_renaming_until_a_commit_takes_it(hooked: HookedProject) -> None:
    run = _run(hooked, "wider")
    hooked.git("branch", "--move", "exp/model/second")
    hooked.git("branch", "--move", "exp/model/third")
    assert hooked.attempt("commit", "--all").code == 1  # nobody wrote a message
    hooked.does("commit", "--all", "--message", "wider")
    assert hooked.trailer() == run


def test_a_branch_that_was_made_later_under_the_old_name_keeps_its_run(hooked: HookedProject) -> None:
    hooked.git("branch", "--move", "exp/model/second")
    log = hooked.path / ".git" / "logs" / "refs" / "heads" / "exp" / "model" / "second"
    log.write_text(re.sub(r" \d{10} ", " 1700000000 ", log.read_text()))
    hooked.git("switch", "--quiet", "--create", "exp/model/wider", "main")
    run = _run(hooked, "wider")
    hooked.git("stash", "--quiet")
    hooked.git("switch", "--quiet", "exp/model/second")
    hooked.does("commit", "--allow-empty", "--message", "none of mine")
    assert hooked.trailer() == ""
    hooked.git("switch", "--quiet", "exp/model/wider")
    hooked.git("stash", "pop", "--quiet")
    hooked.does("commit", "--all", "--message", "wider")
    assert hooked.trailer() == run


def test_a_repository_that_keeps_no_logs_knows_no_earlier_names(hooked: HookedProject) -> None:
    hooked.git("config", "core.logAllRefUpdates", "false")
    hooked.git("switch", "--quiet", "--create", "exp/model/plain", "main")
    hooked.git("branch", "--move", "exp/model/other")
    (hooked.path / ".git" / "logs" / "refs" / "heads" / "exp" / "model" / "folder").mkdir(parents=True, exist_ok=True)
    repository = find_repository(str(hooked.path))
    assert earlier_names(repository, "exp/model/other") == {}
    assert earlier_names(repository, "exp/model/folder") == {}
