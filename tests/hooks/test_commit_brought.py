"""A run on the baseline goes with the branch that is made for it afterwards, when its code is what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command_line import TRAIN

if TYPE_CHECKING:
    from hooked_project import HookedProject


def train_on_main(hooked: HookedProject, text: str = "wider") -> str:
    hooked.git("switch", "--quiet", "main")
    hooked.write("train.py", TRAIN + f"# {text}\n")
    hooked.train()
    return hooked.run_id()


def test_the_branch_that_is_made_after_the_run_gets_it(hooked: HookedProject) -> None:
    run = train_on_main(hooked)
    hooked.git("switch", "--quiet", "--create", "exp/model/later")
    hooked.does("commit", "--all", "--message", "later")
    assert hooked.trailer() == hooked.record()["run"]["id"] == run
    assert "exact" not in hooked.record()["run"]
    assert (hooked.runs(), hooked.leftovers()) == ([], [])


def test_a_commit_of_other_code_leaves_it_where_it_is(hooked: HookedProject) -> None:
    train_on_main(hooked)
    hooked.git("switch", "--quiet", "--create", "exp/model/later")
    hooked.write("train.py", TRAIN + "# another thought\n")
    hooked.does("commit", "--all", "--message", "later")
    assert (hooked.trailer(), len(hooked.runs())) == ("", 1)


def test_the_newest_run_decides(hooked: HookedProject) -> None:
    train_on_main(hooked)
    for folder in hooked.runs():  # the second one starts in a later second
        folder.rename(folder.with_name("20200101T000000-aaaaaa"))
    hooked.write("train.py", TRAIN + "# second\n")
    hooked.train()
    hooked.git("switch", "--quiet", "--create", "exp/model/later")
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.does("commit", "--all", "--message", "the code of the first")
    assert hooked.trailer() == ""


def test_a_run_of_another_experiment_stays_there(hooked: HookedProject) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    hooked.git("switch", "--quiet", "--create", "exp/model/later")
    hooked.does("commit", "--all", "--message", "later")
    assert (hooked.trailer(), len(hooked.runs())) == ("", 1)


def test_a_run_on_a_detached_head_is_brought_too(hooked: HookedProject) -> None:
    hooked.git("switch", "--quiet", "--detach", "main")
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    run = hooked.run_id()
    hooked.git("switch", "--quiet", "--create", "exp/model/later")
    hooked.does("commit", "--all", "--message", "later")
    assert hooked.trailer() == run
